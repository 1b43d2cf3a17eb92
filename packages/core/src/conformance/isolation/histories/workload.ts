import type { Capabilities } from '../../../backend/types.js'
import type { Dice, Weighted } from '../../random/dice.js'
import { replaced, shorter } from '../../random/reduce.js'
import { levels, nameOf, offers } from '../levels.js'
import type { Level } from '../levels.js'

/** What several sessions do at once, each one transaction after another. */
export interface Workload {
  readonly level: Level
  readonly sessions: readonly (readonly PlannedTransaction[])[]
}

export interface PlannedTransaction {
  /** How it is called in reports. */
  readonly name: string
  /** `alone`: one call outside of transactions, which is one of its own. */
  readonly kind: 'writing' | 'reading' | 'alone'
  readonly operations: readonly PlannedOperation[]
  /** Whether the program undoes it in the end. */
  readonly undone: boolean
}

export type PlannedOperation =
  | { readonly kind: 'read'; readonly list: number }
  | { readonly kind: 'readAll' }
  /** `patch`: by what was read before; `update`: by an expression that the engine may evaluate. */
  | {
      readonly kind: 'append'
      readonly list: number
      readonly value: number
      readonly way: 'patch' | 'update'
    }
  /** Turns of the event loop in which the others go on. */
  | { readonly kind: 'pause'; readonly turns: number }

export function randomWorkload(dice: Dice, capabilities: Capabilities): Workload {
  const offered = levels.filter((candidate) => offers(capabilities, candidate))
  const level = dice.chance(50) ? offered.at(-1) : dice.pick(offered)
  const lists = Array.from(
    {
      length: dice.weighted([
        [1, 1],
        [3, 2],
        [3, 3],
      ]),
    },
    (_, index) => index + 1,
  )
  // Transactions that lock in any order make engines wait to find out who waits for whom.
  const settings = { lists, inOrder: dice.chance(90), mayBeAlone: level !== 'serializable' }
  let transactions = 0
  const sessions = dice.several(2, 6, () =>
    dice.several(1, 6, () => randomTransaction(dice, ++transactions, settings)),
  )
  return { level, sessions }
}

interface WorkloadSettings {
  readonly lists: readonly number[]
  readonly inOrder: boolean
  readonly mayBeAlone: boolean
}

function randomTransaction(dice: Dice, number: number, settings: WorkloadSettings): PlannedTransaction {
  const kind = dice.weighted<PlannedTransaction['kind']>([
    [6, 'writing'],
    [3, 'reading'],
    [settings.mayBeAlone ? 1 : 0, 'alone'],
  ])
  if (kind === 'alone') {
    const operations = [dice.pick([readOf, readAll, appendBy('update')])(dice, settings, number * 10)]
    return { name: `T${number}`, kind, operations, undone: false }
  }
  const reads: readonly Weighted<Make>[] = [
    [4, readOf],
    [1, readAll],
    [3, pause],
  ]
  const appends: readonly Weighted<Make>[] = [
    [3, appendBy('patch')],
    [2, appendBy('update')],
  ]
  const choices = kind === 'reading' ? reads : [...reads, ...appends]
  const random = dice.several(2, 6, (index) => dice.weighted(choices)(dice, settings, number * 10 + index))
  const operations = dice.chance(50) ? [...lookRound(dice, settings), ...random] : random
  const undone = kind === 'writing' && dice.chance(12)
  return { name: `T${number}`, kind, operations: settings.inOrder ? inOrder(operations) : operations, undone }
}

type Make = (dice: Dice, settings: WorkloadSettings, value: number) => PlannedOperation

const readOf: Make = (dice, { lists }) => ({ kind: 'read', list: dice.pick(lists) })
const readAll: Make = () => ({ kind: 'readAll' })
const pause: Make = (dice) => ({ kind: 'pause', turns: dice.integer(1, 4) })
const appendBy =
  (way: 'patch' | 'update'): Make =>
  (dice, { lists }, value) => ({ kind: 'append', list: dice.pick(lists), value, way })

/** What decisions are made by that others may overturn meanwhile. */
function lookRound(dice: Dice, settings: WorkloadSettings): readonly PlannedOperation[] {
  return [readAll, pause].map((make) => make(dice, settings, 0))
}

/** The same operations, the appends among them in the order of their lists. */
function inOrder(operations: readonly PlannedOperation[]): readonly PlannedOperation[] {
  const appends = operations
    .filter((operation) => operation.kind === 'append')
    .sort((left, right) => left.list - right.list)
  return operations.map((operation) =>
    operation.kind === 'append' ? (appends.shift() ?? operation) : operation,
  )
}

/** Fewer sessions, transactions and operations. */
export function* smallerWorkloads(workload: Workload): Generator<Workload> {
  const { sessions } = workload
  for (const fewer of shorter(sessions, 1)) yield { ...workload, sessions: fewer }
  const smaller = replaced(sessions, (transactions) => smallerSessions(transactions))
  for (const changed of smaller) yield { ...workload, sessions: changed }
}

function* smallerSessions(
  transactions: readonly PlannedTransaction[],
): Generator<readonly PlannedTransaction[]> {
  yield* shorter(transactions, 1)
  yield* replaced(transactions, function* (transaction) {
    for (const operations of shorter(transaction.operations, 1)) yield { ...transaction, operations }
  })
}

export function printWorkload({ level, sessions }: Workload): string {
  return [
    `// isolation ${nameOf(level)}, sessions at once:`,
    ...sessions.map((transactions) => `// ${transactions.map(printTransaction).join('; then ')}`),
  ].join('\n')
}

function printTransaction({ name, kind, operations, undone }: PlannedTransaction): string {
  return `${name} ${kind}: ${operations.map(printOperation).join(', ')}${undone ? ', undone' : ''}`
}

function printOperation(operation: PlannedOperation): string {
  switch (operation.kind) {
    case 'read':
      return `read ${operation.list}`
    case 'readAll':
      return 'read all'
    case 'append':
      return `append ${operation.value} to ${operation.list} by ${operation.way}`
    case 'pause':
      return `pause ${operation.turns}`
  }
}
