import type { Bench } from '../bench.js'
import { randomProperty } from '../property.js'
import type { Property, RandomProperty } from '../property.js'
import type { Tally } from '../report/tally.js'
import { usualProbabilities } from './chaos-backend.js'
import { expectNothingOpen } from './nothing-open.js'
import { Sessions } from './sessions.js'
import { faults, Storm } from './storm.js'
import type { Fault, FaultProbabilities } from './storm.js'
import { createTables, readState } from './tables.js'
import { expectVerdict } from './verdict.js'
import { printWork, randomWork, smallerWork } from './work.js'
import type { Work } from './work.js'

const allFaults = Object.keys(faults) as Fault[]
/** Faults that strike before anything has happened. */
const refusals: readonly Fault[] = ['unreachable', 'lostBefore', 'conflict', 'busy']
/** Cases are few and short here. */
const stormy: FaultProbabilities = {
  ...usualProbabilities,
  lostAfter: 0.15,
  conflict: 0.1,
  brokenStream: 0.06,
}
/** From so many cases on everything that may happen must have happened. */
const enoughCases = 16

/** What a law about sessions has besides its name. */
interface SessionLaw {
  readonly name: string
  readonly rules: readonly string[]
  readonly weight: number
  readonly faults: readonly Fault[]
  /** What must have been seen after enough cases. */
  readonly seen: (bench: Bench) => readonly string[]
}

/**
 * Sessions in a storm: what was acknowledged is there, what was refused is not, what nobody knows is there wholly or not at
 * all, nothing is there twice; every error is one of ours, no call hangs and nothing stays open.
 */
export const stormsLeaveNothingHalf = sessionLaw({
  name: 'faults/chaos',
  rules: ['WRITE-1', 'WRITE-8', 'ISO-2'],
  weight: 0.16,
  faults: allFaults,
  seen: () => [
    'delay',
    'refused',
    'lostAfter',
    'brokenStream',
    'done',
    'nothing',
    'unknown',
    'read',
    'read failed',
  ],
})

/** The same without a storm, over databases that are opened side by side, and closed and opened again while others work. */
export const sessionsShareTheData = sessionLaw({
  name: 'life/sessions',
  rules: ['WRITE-1', 'WRITE-8', 'ISO-2'],
  weight: 0.16,
  faults: [],
  seen: (bench) => [
    'done',
    'read',
    ...(bench.canReopen ? ['reopened'] : []),
    ...(mostDatabases(bench) > 1 ? ['side by side'] : []),
  ],
})

function sessionLaw({ faults: possible, seen, ...law }: SessionLaw): Property {
  const random: RandomProperty<Work> = {
    ...law,
    minimumRuns: enoughCases,
    floor: 0.8,
    make: (dice, bench) =>
      randomWork(dice, {
        mayReopen: bench.canReopen,
        mostDatabases: mostDatabases(bench),
        faults: possible,
      }),
    reduce: smallerWork,
    print: printWork,
    check: checkWork,
  }
  const property = randomProperty(random)
  return {
    ...property,
    run: async (bench, budget) => {
      const failure = await property.run(bench, budget)
      if (failure === undefined && budget.path === undefined) expectSeen(bench, seen(bench))
      return failure
    },
  }
}

function expectSeen({ tally }: Bench, kinds: readonly string[]): void {
  const missing = kinds.filter((kind) => !tally.kinds.has(kind))
  if (tally.cases < enoughCases || missing.length === 0) return
  throw new Error(`In ${tally.cases} cases these were not met: ${missing.join(', ')}.`)
}

function mostDatabases({ subject }: Bench): number {
  const { durable, concurrentProcesses } = subject.backend().capabilities
  return durable && concurrentProcesses ? 2 : 1
}

async function checkWork(bench: Bench, work: Work): Promise<void> {
  const storm = new Storm(work.chaosSeed, probabilitiesOf(work.faults))
  const sessions = new Sessions(bench, work, storm)
  storm.active = false
  await sessions.open()
  await createTables(sessions.databases[0]!)
  storm.active = true
  await sessions.work()
  storm.active = false
  let there = await expectState('after the work', sessions, storm)
  await sessions.close()
  if (bench.canReopen) {
    await sessions.open()
    there = await expectState('after opening again', sessions, storm)
    await sessions.close()
  }
  count(bench.tally, work, sessions, storm, there)
}

function probabilitiesOf(possible: readonly Fault[]): FaultProbabilities {
  const probabilities = allFaults.map((fault) => [fault, possible.includes(fault) ? stormy[fault] : 0])
  return Object.fromEntries(probabilities) as FaultProbabilities
}

/** Every database is as the outcomes say, and free. Returns the units that are there. */
async function expectState(when: string, sessions: Sessions, storm: Storm): Promise<ReadonlySet<number>> {
  let there: ReadonlySet<number> = new Set()
  for (const database of sessions.databases) {
    await expectNothingOpen(when, database, storm)
    there = expectVerdict(when, await readState(database), sessions.units, sessions.outcomes)
  }
  return there
}

function count(
  tally: Tally,
  work: Work,
  { outcomes }: Sessions,
  { met }: Storm,
  there: ReadonlySet<number>,
): void {
  for (const [fault, times] of met) tally.see(fault, times)
  for (const [number, outcome] of outcomes) {
    tally.see(outcome)
    if (outcome === 'unknown' && there.has(number)) tally.see('unknown, but there')
  }
  if (work.databases > 1) tally.see('side by side')
  const failed = [...outcomes.values()].filter((outcome) => outcome !== 'done').length
  const struck = [...met.values()].reduce((sum, times) => sum + times, 0)
  if (refusals.some((fault) => met.has(fault))) tally.see('refused')
  tally.add(there.size > 0 && (work.faults.length === 0 || failed + struck > 1))
}
