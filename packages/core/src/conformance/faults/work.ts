import type { Dice } from '../random/dice.js'
import { replaced, shorter } from '../random/reduce.js'
import { printValue } from '../report/print.js'
import type { Fault } from './storm.js'
import { mostUnits } from './tables.js'

/** One change, in tables and rows that tell afterwards which unit made it. */
export type Step =
  | { readonly kind: 'insert'; readonly count: number; readonly way: 'insert' | 'put' | 'load' }
  | { readonly kind: 'generate'; readonly count: number }
  /** Adds to a counter in one call. */
  | { readonly kind: 'add'; readonly counter: number }
  /** Reads a counter and writes it back. */
  | { readonly kind: 'raise'; readonly counter: number }
  | { readonly kind: 'patch' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'create table' }
  /** A nested transaction that is undone. */
  | { readonly kind: 'undo' }

/** What happens wholly or not at all. */
export interface Unit {
  readonly kind: 'unit'
  readonly number: number
  /** In a transaction that is tried so often; 0: one step by itself. */
  readonly attempts: number
  readonly steps: readonly Step[]
  /** Whether the last step is in a nested transaction. */
  readonly nested: boolean
  /** Whether the callback throws at its end. */
  readonly throws: boolean
  /** Milliseconds after which the call is aborted. */
  readonly abortAfter: number | null
}

export const readingWays = [
  'all',
  'count',
  'filter',
  'stream',
  'batches',
  'join',
  'break',
  'throw',
  'abort',
  'left alone',
] as const
export type ReadingWay = (typeof readingWays)[number]

export type Action =
  | Unit
  | { readonly kind: 'read'; readonly way: ReadingWay; readonly unit: number }
  /** Closes the database, whatever others do with it, and opens it again. */
  | { readonly kind: 'reopen' }

/** Sessions that work at once on one or several open databases of the same data. */
export interface Work {
  readonly databases: number
  readonly pushdown: 'auto' | 'none'
  readonly chaosSeed: number
  /** The faults that may strike. */
  readonly faults: readonly Fault[]
  readonly sessions: readonly (readonly Action[])[]
}

export interface WorkOptions {
  readonly mayReopen: boolean
  readonly mostDatabases: number
  readonly faults: readonly Fault[]
}

export function randomWork(dice: Dice, { mayReopen, mostDatabases, faults }: WorkOptions): Work {
  let units = 0
  const action = (): Action =>
    dice.weighted<() => Action>([
      [14, () => (units < mostUnits ? randomUnit(dice, units++) : randomRead(dice, units))],
      [6, () => randomRead(dice, units)],
      [mayReopen ? 2 : 0, () => ({ kind: 'reopen' })],
    ])()
  const sessions = dice.several(2, 4, () => dice.several(3, 12, action))
  return {
    databases: dice.integer(1, mostDatabases),
    pushdown: dice.pick(['auto', 'auto', 'none']),
    chaosSeed: dice.integer(0, 0x7fffffff),
    faults: dice.chance(70) ? faults : dice.sample(faults, 1, faults.length),
    sessions,
  }
}

function randomUnit(dice: Dice, number: number): Unit {
  const abortAfter = dice.chance(8) ? dice.integer(0, 3) : null
  if (dice.chance(40)) {
    const step = dice.pick([...plainSteps(dice), { kind: 'create table' } as const])
    return { kind: 'unit', number, attempts: 0, steps: [step], nested: false, throws: false, abortAfter }
  }
  // In one order everywhere: those who wait for each other in a circle wait long.
  const possible: readonly Step[] = [
    ...plainSteps(dice),
    { kind: 'raise', counter: dice.integer(3, 5) },
    { kind: 'undo' },
  ]
  const chosen = new Set(dice.sample(possible, 1, 4))
  return {
    kind: 'unit',
    number,
    attempts: dice.pick([1, 3, 6]),
    steps: possible.filter((step) => chosen.has(step)),
    nested: dice.chance(25),
    throws: dice.chance(10),
    abortAfter,
  }
}

function plainSteps(dice: Dice): Step[] {
  return [
    { kind: 'insert', count: dice.integer(1, 6), way: dice.pick(['insert', 'put', 'load']) },
    { kind: 'generate', count: dice.integer(1, 3) },
    { kind: 'add', counter: dice.integer(0, 2) },
    { kind: 'patch' },
    { kind: 'delete' },
  ]
}

function randomRead(dice: Dice, units: number): Action {
  return { kind: 'read', way: dice.pick(readingWays), unit: dice.integer(0, Math.max(0, units - 1)) }
}

export function* smallerWork(work: Work): Generator<Work> {
  for (const sessions of shorter(work.sessions, 1)) yield { ...work, sessions }
  if (work.databases > 1) yield { ...work, databases: 1 }
  for (const faults of shorter(work.faults)) yield { ...work, faults }
  for (const sessions of replaced(work.sessions, (actions) => shorter(actions))) yield { ...work, sessions }
  const smallerSessions = replaced(work.sessions, (actions) => replaced(actions, smallerActions))
  for (const sessions of smallerSessions) yield { ...work, sessions }
}

function* smallerActions(action: Action): Generator<Action> {
  if (action.kind !== 'unit') return
  for (const steps of shorter(action.steps, 1)) yield { ...action, steps }
  if (action.nested) yield { ...action, nested: false }
  if (action.abortAfter !== null) yield { ...action, abortAfter: null }
}

export function printWork({ databases, pushdown, chaosSeed, faults, sessions }: Work): string {
  return [
    `// pushdown ${pushdown}, ${databases === 1 ? 'one database' : `the data opened ${databases} times`}`,
    ...(faults.length > 0 ? [`// chaosBackend(mine, { seed: ${chaosSeed} }), ${faults.join(', ')}`] : []),
    ...sessions.flatMap((actions, index) => [
      `// at once, session ${index} of database ${index % databases}:`,
      ...actions.map((action) => `//   ${printAction(action)}`),
    ]),
  ].join('\n')
}

function printAction(action: Action): string {
  if (action.kind !== 'unit') return action.kind === 'read' ? `read: ${action.way}` : 'close and open again'
  const { number, attempts, steps, nested, throws, abortAfter } = action
  const how = [
    attempts === 0 ? 'by itself' : `in a transaction, ${attempts} attempts`,
    ...(nested ? ['the last one nested'] : []),
    ...(throws ? ['then throws'] : []),
    ...(abortAfter === null ? [] : [`aborted after ${abortAfter} ms`]),
  ]
  return `unit ${number}: ${steps.map((step) => printValue(step)).join(', ')} (${how.join(', ')})`
}
