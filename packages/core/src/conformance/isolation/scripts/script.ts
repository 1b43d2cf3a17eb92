import type { Transaction } from '../../../database/database-types.js'
import type { Expression } from '../../../expression/types.js'
import type { Relation } from '../../../relation/types.js'
import type { TableDefinition } from '../../../schema/types.js'
import { call } from '../../generate/expressions/call.js'
import { databaseName } from '../../generate/query-case.js'
import { assignments, matching } from '../../model/real.js'
import { handleOf } from '../../untyped.js'

/** The anomalies of the scripts, by the names that the literature gives them, the worst first. */
export const anomalies = [
  'G0',
  'G1a',
  'G1b',
  'G1c',
  'OTV',
  'PMP',
  'PMP write',
  'P4',
  'G-single',
  'G-single predicate',
  'G-single write',
  'G2-item',
  'G2',
  'G2 two edges',
] as const

export type Anomaly = (typeof anomalies)[number]

/** What transactions that see one state each may do to each other all the same. */
export const skews: ReadonlySet<Anomaly> = new Set<Anomaly>(['G2-item', 'G2', 'G2 two edges'])

/** Values by id, as one read found them. */
export type Cells = ReadonlyMap<number, number>

/** One call of a transaction, or its end. */
export type Action =
  | { readonly kind: 'commit' | 'rollback' }
  | {
      readonly kind: 'call'
      readonly text: string
      /** What was read; undefined for what only writes. */
      readonly run: (transaction: Transaction) => Promise<Cells | undefined>
    }

/** Who does what. */
export type Step = readonly [session: number, action: Action]

/** What the sessions of a script came to. */
export interface Played {
  /** What each read of a session found, in turn. */
  readonly reads: (session: number) => readonly Cells[]
  readonly committed: (...sessions: readonly number[]) => boolean
  readonly final: Cells
}

/** A schedule that shows an anomaly where nothing prevents it. It starts from 1 => 10, 2 => 20. */
export interface Script {
  readonly anomaly: Anomaly
  /** What the anomaly is. */
  readonly meaning: string
  /** Sessions that only read. */
  readonly readers: readonly number[]
  /** A session begins its transaction with its first step. */
  readonly steps: readonly Step[]
  /** Whether the anomaly was seen: decided by what was read and written alone, however the steps came to be interleaved. */
  readonly shown: (played: Played) => boolean
}

export const cells: TableDefinition = {
  name: 'cells',
  columns: [
    { name: 'id', type: { name: 'integer' }, nullable: false },
    { name: 'value', type: { name: 'integer' }, nullable: false },
  ],
  primaryKey: ['id'],
  indexes: [],
  checks: [],
}

export const initialCells = [
  { id: 1, value: 10 },
  { id: 2, value: 20 },
]

const integer = (value: number): Expression => ({ kind: 'literal', type: { name: 'integer' }, value })
const value: Expression = { kind: 'column', name: 'value' }

/** A condition on the values. */
export interface Predicate {
  readonly text: string
  readonly condition: Expression
}

export const valueIs = (number: number): Predicate => ({
  text: `value = ${number}`,
  condition: call('equal', [value, integer(number)]),
})

export const valueDivisibleBy = (number: number): Predicate => ({
  text: `value % ${number} = 0`,
  condition: call('equal', [call('modulo', [value, integer(number)]), integer(0)]),
})

export function cellsOf(rows: readonly (Record<string, unknown> | undefined)[]): Cells {
  return new Map(
    rows.filter((row) => row !== undefined).map((row) => [Number(row['id']), Number(row['value'])]),
  )
}

function reading(text: string, read: (transaction: Transaction) => Promise<Cells>): Action {
  return { kind: 'call', text, run: read }
}

function writing(text: string, write: (transaction: Transaction) => Promise<unknown>): Action {
  return {
    kind: 'call',
    text,
    run: async (transaction) => {
      await write(transaction)
      return undefined
    },
  }
}

export const read = (id: number): Action =>
  reading(`get(${id})`, async (transaction) => cellsOf([await handleOf(transaction, cells).get(id)]))

export const readAll: Action = reading('all()', async (transaction) =>
  cellsOf(await handleOf(transaction, cells).all()),
)

export const readWhere = ({ text, condition }: Predicate): Action =>
  reading(`where(${text}).all()`, async (transaction) =>
    cellsOf(await matching(transaction, cells, condition).all()),
  )

export const set = (id: number, to: number): Action =>
  writing(`patch(${id}, { value: ${to} })`, (transaction) =>
    handleOf(transaction, cells).patch(id, { value: to }),
  )

export const setWhere = ({ text, condition }: Predicate, to: number): Action =>
  writing(`where(${text}).update({ value: ${to} })`, (transaction) =>
    matching(transaction, cells, condition).update({ value: to }),
  )

export const raiseAll = (by: number): Action =>
  writing(`update({ value: value + ${by} })`, (transaction) => {
    const set = [{ name: 'value', expression: call('add', [value, integer(by)]) }]
    const every: Relation = { node: 'scan', table: cells, database: databaseName }
    return transaction.query(every).update(assignments(cells, set))
  })

export const add = (id: number, of: number): Action =>
  writing(`insert({ id: ${id}, value: ${of} })`, (transaction) =>
    handleOf(transaction, cells).insert({ id, value: of }),
  )

export const deleteWhere = ({ text, condition }: Predicate): Action =>
  writing(`where(${text}).delete()`, (transaction) => matching(transaction, cells, condition).delete())

export const commit: Action = { kind: 'commit' }
export const rollback: Action = { kind: 'rollback' }

export function printAction(action: Action): string {
  return action.kind === 'call' ? action.text : action.kind
}

/** The schedule, a step a line. */
export function printScript({ anomaly, meaning, steps }: Script): string {
  return [
    `// ${anomaly}: ${meaning}`,
    ...steps.map(([session, action]) => `// T${session}: ${printAction(action)}`),
  ].join('\n')
}
