import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Standing } from './engines.ts'
import type { GroundOptions } from './options.ts'
import { roundOf, roundsOf, takeTurns } from './turns.ts'
import type { Turn } from './turns.ts'

/** What a process is told to do. */
interface Task {
  readonly options: GroundOptions
  readonly first: number
  /** Of its own. */
  readonly folder: string
}

/**
 * Takes the turns in a process of their own, for an engine may end its process. That is a difference too, of the turn that was
 * being taken; another process takes those that are left.
 *
 * @param program what the process runs: it calls `takeTask`
 */
export async function* takeTurnsApart(
  options: GroundOptions,
  program = new URL('worker.ts', import.meta.url),
): AsyncGenerator<Turn, void, void> {
  const turns = roundsOf(options) * options.engines.length
  for (let taken = 0; taken < turns; taken += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-ground-'))
    const child = fork(program, [JSON.stringify({ options, first: taken, folder } satisfies Task)], {
      serialization: 'advanced',
    })
    try {
      for await (const turn of turnsOf(child)) {
        yield turn
        taken += 1
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    } finally {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    }
    if (taken < turns) yield died(options, taken, child)
  }
}

/** As long as the process can speak. */
async function* turnsOf(child: ChildProcess): AsyncGenerator<Turn, void, void> {
  for await (const [turn] of on(child, 'message', { close: ['disconnect'] })) yield turn as Turn
}

/** Throws where it was not killed: then it has said why it could not go on. */
function died(options: GroundOptions, turn: number, { signalCode }: ChildProcess): Turn {
  if (signalCode === null) throw new Error('The process that asks the engines has failed.')
  const round = Math.floor(turn / options.engines.length)
  const engine = options.engines[turn % options.engines.length]!
  const { runs, queries, seed } = roundOf(options, round)
  const again = `pnpm ground --engine ${engine} --seed ${seed} --relations ${runs * queries} --queries ${queries}`
  const difference = `${engine} ended its process in round ${round + 1}: ${signalCode}\n\nreplay: ${again}`
  return { engine, round, seconds: 0, difference }
}

/** In such a process: takes the turns and tells of each. */
export async function takeTask(engines: Readonly<Record<string, (folder: string) => Promise<Standing>>>) {
  const { options, first, folder } = JSON.parse(process.argv[2]!) as Task
  await using standing = new AsyncDisposableStack()
  const subjects = []
  for (const name of options.engines) subjects.push(standing.use(await engines[name]!(folder)).subject)
  for await (const turn of takeTurns(subjects, options, first)) await tell(turn)
  process.disconnect()
}

function tell(turn: Turn): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(turn, (error: Error | null) => (error === null ? resolve() : reject(error)))
  })
}
