import { functions } from '@holdfast/core/backend'
import type { AggregateFunction, FunctionName, WindowFunction } from '@holdfast/core/backend'

/** A line of the table. */
export interface Capability {
  readonly id: string
  readonly title: string
}

export interface Section {
  readonly title: string
  readonly capabilities: readonly Capability[]
}

const relations = {
  scan: 'scan: the rows of a table',
  filter: 'filter: rows by a condition',
  project: 'project: chosen columns, formulas',
  aggregate: 'aggregate: one row a group',
  sort: 'sort: rows in an order',
  limit: 'limit: so many rows from so many on',
  distinct: 'distinct: each different row once',
  inner: 'inner join',
  left: 'left join',
  window: 'window: columns over other rows',
} as const

export type RelationName = keyof typeof relations

/** Keyed by the type, so that none can be forgotten. */
const aggregates: Readonly<Record<AggregateFunction, true>> = {
  count: true,
  countDistinct: true,
  sum: true,
  average: true,
  minimum: true,
  maximum: true,
  standardDeviation: true,
  median: true,
  quantile: true,
  first: true,
  last: true,
}

const windows: Readonly<Record<WindowFunction, true>> = {
  rowNumber: true,
  rank: true,
  denseRank: true,
  lag: true,
  lead: true,
  sum: true,
  average: true,
  minimum: true,
  maximum: true,
  count: true,
}

const actions = {
  get: 'read one row by its key',
  update: 'update by a condition',
  delete: 'delete by a condition',
  index: 'add an index to a table',
  transaction: 'transactions',
  savepoint: 'savepoints (nested transactions)',
  serializable: 'isolation serializable',
  schema: 'create and drop in transactions',
  sql: 'raw SQL',
  search: 'full-text search',
} as const

export type ActionName = keyof typeof actions

const files = {
  'csv query': 'query CSV where it lies',
  'csv import': 'import CSV',
  'csv export': 'export CSV',
  'parquet query': 'query Parquet where it lies',
  'parquet import': 'import Parquet',
  'parquet export': 'export Parquet',
} as const

export type FileAction = keyof typeof files

const company = {
  reads: 'reads beside an open transaction',
  processes: 'several processes at once',
  reopened: 'rows are there when opened again',
} as const

export type Question = keyof typeof company

const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] =>
  Object.keys(record) as Key[]

export const relationNames: readonly RelationName[] = keysOf(relations)
export const aggregateNames: readonly AggregateFunction[] = keysOf(aggregates)
export const windowNames: readonly WindowFunction[] = keysOf(windows)
export const functionNames: readonly FunctionName[] = keysOf(functions)
export const actionNames: readonly ActionName[] = keysOf(actions)
export const fileActions: readonly FileAction[] = keysOf(files)
export const questions: readonly Question[] = keysOf(company)

const titled = (kind: string, titles: Readonly<Record<string, string>>): readonly Capability[] =>
  Object.entries(titles).map(([name, title]) => ({ id: `${kind}/${name}`, title }))
const named = (kind: string, names: readonly string[]): readonly Capability[] =>
  names.map((name) => ({ id: `${kind}/${name}`, title: name }))

/** Everything that is looked at, in the order of the table. */
export const sections: readonly Section[] = [
  { title: 'Relations', capabilities: titled('relation', relations) },
  { title: 'Aggregates', capabilities: named('aggregate', aggregateNames) },
  { title: 'Window functions', capabilities: named('window', windowNames) },
  { title: 'Scalar functions', capabilities: named('function', functionNames) },
  { title: 'Rows, tables and transactions', capabilities: titled('action', actions) },
  { title: 'Files', capabilities: titled('file', files) },
  { title: 'Beside others', capabilities: titled('company', company) },
]
