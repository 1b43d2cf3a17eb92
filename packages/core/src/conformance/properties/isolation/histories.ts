import { isHoldfastError } from '../../../backend/errors.js'
import { checkHistory } from '../../isolation/histories/check.js'
import type { Finding } from '../../isolation/histories/check.js'
import { dependenciesOf } from '../../isolation/histories/dependencies.js'
import { appendsOf, printHistory } from '../../isolation/histories/history.js'
import { record } from '../../isolation/histories/run.js'
import type { Recorded, Recording } from '../../isolation/histories/run.js'
import { printWorkload, randomWorkload, smallerWorkloads } from '../../isolation/histories/workload.js'
import type { Workload } from '../../isolation/histories/workload.js'
import { nameOf } from '../../isolation/levels.js'
import type { Bench } from '../../bench.js'
import { randomProperty } from '../../property.js'
import type { Property } from '../../property.js'
import { Disagreement } from '../../report/disagreement.js'
import { describeError } from '../../report/expect.js'
import type { Tally } from '../../report/tally.js'
import { withinLimit } from '../../time-limit.js'

/** What another transaction may be the cause of. */
const refusals: ReadonlySet<string> = new Set(['CONFLICT', 'BUSY', 'TIMEOUT'])

const overlapping = 'overlapping pairs'

/** From so many histories on some transactions must have been open at once where the engine lets them. */
const enoughHistories = 10

const randomHistories = randomProperty<Workload>({
  name: 'isolation/histories',
  rules: ['WRITE-1', 'WRITE-8', 'ISO-1', 'ISO-2', 'ISO-3'],
  weight: 0.3,
  minimumRuns: 20,
  floor: 0.6,
  make: (dice, bench) => randomWorkload(dice, bench.subject.backend().capabilities),
  reduce: smallerWorkloads,
  print: printWorkload,
  check: async (bench, workload) => {
    const database = await bench.shared()
    const recording = await withinLimit('transactions at once', () => record(database, workload))
    for (const transaction of recording.transactions) expectConflict(transaction)
    const findings = checkHistory(recording)
    const [worst] = findings.filter(({ skew }) => !skew || workload.level === 'serializable')
    if (worst !== undefined) throw broken(worst, findings, recording, workload)
    count(bench.tally, recording, findings)
  },
})

/**
 * Transactions at random, many at once, of several sessions: what they read of lists that they append to tells in which
 * order they took effect, and an order that runs in a circle tells the anomaly.
 */
export const historiesAreInOrder: Property = {
  ...randomHistories,
  run: async (bench, budget) => {
    const failure = await randomHistories.run(bench, budget)
    if (failure === undefined && budget.path === undefined) expectOverlap(bench)
    return failure
  },
}

function expectOverlap({ subject, tally }: Bench): void {
  const { transactions, readsDuringTransaction } = subject.backend().capabilities
  if (transactions === 'core' || !readsDuringTransaction || tally.cases < enoughHistories) return
  if (tally.kinds.has(overlapping)) return
  throw new Error(
    `Of ${tally.cases} histories none had two transactions open at once, as the engine declares it can.`,
  )
}

function expectConflict(transaction: Recorded): void {
  if (!('error' in transaction)) return
  const { error } = transaction
  if (isHoldfastError(error) && refusals.has(error.code)) return
  throw new Disagreement({
    what: `${transaction.name} fails beside other transactions`,
    expected: `HoldfastError ${[...refusals].join(' or ')}, if it fails`,
    received: describeError(error),
    cause: error,
  })
}

function broken(
  { anomaly, rule, text }: Finding,
  findings: readonly Finding[],
  recording: Recording,
  { level }: Workload,
): Disagreement {
  const others = findings.length > 1 ? `, and ${findings.length - 1} findings more` : ''
  return new Disagreement({
    what: `transactions of the isolation '${nameOf(level)}' show an anomaly, ${anomaly}${others}`,
    expected: 'a history without it',
    received: [text, '', 'the history:', printHistory(recording)].join('\n'),
    rules: [rule],
  })
}

function count(tally: Tally, recording: Recording, findings: readonly Finding[]): void {
  const { transactions } = recording
  tally.add(
    pairs(
      transactions,
      meet(({ asked, ended }) => [asked, ended]),
    ).some(([one, other]) => share(one, other)),
  )
  tally.see('transactions', transactions.length)
  see(
    tally,
    overlapping,
    pairs(
      transactions,
      meet(({ open }) => open),
    ).length,
  )
  see(tally, 'refused', transactions.filter((transaction) => 'error' in transaction).length)
  const { edges } = dependenciesOf(recording)
  see(tally, 'dependencies', edges.filter(({ order }) => order !== 'time').length)
  for (const { anomaly } of findings) see(tally, `permitted ${anomaly}`, 1)
}

function see(tally: Tally, kind: string, times: number): void {
  if (times > 0) tally.see(kind, times)
}

type Pair = readonly [Recorded, Recorded]

function pairs(transactions: readonly Recorded[], fits: (pair: Pair) => boolean): readonly Pair[] {
  return transactions
    .flatMap((one, index) => transactions.slice(index + 1).map((other): Pair => [one, other]))
    .filter(fits)
}

/** Whether two committed transactions meet in time. */
function meet(span: (transaction: Recorded) => Recorded['open']): (pair: Pair) => boolean {
  return ([one, other]) => {
    if (one.status !== 'committed' || other.status !== 'committed') return false
    const [first, second] = [span(one), span(other)]
    return first !== undefined && second !== undefined && first[0] < second[1] && second[0] < first[1]
  }
}

/** Whether one appends to a list that the other reads or appends to. */
function share(one: Recorded, other: Recorded): boolean {
  return appendsToListOf(one, other) || appendsToListOf(other, one)
}

function appendsToListOf(writer: Recorded, other: Recorded): boolean {
  const lists = appendsOf(writer)
  return other.events.some(({ list }) => lists.has(list))
}
