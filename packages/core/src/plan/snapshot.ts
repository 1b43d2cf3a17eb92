import type { Batch, Batches } from '../backend/types.js'
import type { CompiledPart, Run } from './compile.js'
import { wholly } from './holding.js'
import type { PlanNode } from './plan.js'
import type { PlanEnvironment, Snapshot } from './types.js'

/** The databases that a plan reads more than once, in the order of their names. */
export function databasesReadAgain(root: PlanNode): readonly string[] {
  const databases = databasesOf(root)
  const again = databases.filter((name, place) => databases.indexOf(name) < place)
  return [...new Set(again)].sort()
}

function databasesOf(part: PlanNode): readonly string[] {
  return part.by === 'core' ? part.inputs.flatMap(databasesOf) : [part.database]
}

/** Opens a plan so that all its parts see one state of each of these databases, whoever writes meanwhile. */
export function consistently(databases: readonly string[], run: Run, part: CompiledPart): Batches {
  const moving = databases.filter((name) => run.environment.session(name).snapshot !== undefined)
  return moving.length === 0 ? part.open(run) : inSnapshots(moving, run, part)
}

/** In the order of the names, so that two queries never wait for each other. */
async function* inSnapshots(
  databases: readonly string[],
  run: Run,
  { open, columns }: CompiledPart,
): AsyncGenerator<Batch> {
  const held = new Map<string, Snapshot>()
  try {
    for (const name of databases) held.set(name, await run.environment.session(name).snapshot!(run.signal))
    const batches = open({ ...run, environment: holding(run.environment, held) })
    const waiting = !run.whole && [...held.values()].some(({ exclusive }) => exclusive)
    if (!waiting) {
      yield* batches
      return
    }
    const answer = wholly(run, batches, columns)
    const first = await answer.next()
    await endAll(held)
    if (first.done === true) return
    yield first.value
    yield* answer
  } finally {
    await endAll(held)
  }
}

/** Ends those that have not ended. */
async function endAll(held: Map<string, Snapshot>): Promise<void> {
  const snapshots = [...held.values()]
  held.clear()
  await Promise.all(snapshots.map(async (snapshot) => snapshot.end()))
}

function holding(environment: PlanEnvironment, held: ReadonlyMap<string, Snapshot>): PlanEnvironment {
  return {
    session: (name) => {
      const { snapshot, ...database } = environment.session(name)
      const own = held.get(name)
      if (own !== undefined) return { ...database, session: own.session }
      return snapshot === undefined ? database : { ...database, snapshot }
    },
  }
}
