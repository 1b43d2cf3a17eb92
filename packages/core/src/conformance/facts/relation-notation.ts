import type { Expression } from '../../expression/types.js'
import type {
  AggregateColumn,
  NamedExpression,
  Relation,
  SortTerm,
  WindowColumn,
} from '../../relation/types.js'
import type { StoredRow, TableDefinition } from '../../schema/types.js'
import { databaseName } from '../generate/query-case.js'
import type { TableCase } from '../generate/tables.js'

/** A question about fixed rows and its answer, written out in user values. */
export interface RelationFact {
  readonly rule: string
  readonly query: Relation
  readonly answer: readonly Record<string, unknown>[] | 'NUMERIC_OVERFLOW'
}

const definition: TableDefinition = {
  name: 'facts',
  columns: [
    { name: 'id', type: { name: 'integer' }, nullable: false },
    { name: 'group', type: { name: 'text' }, nullable: true },
    { name: 'number', type: { name: 'integer' }, nullable: true },
    { name: 'big', type: { name: 'bigint' }, nullable: true },
    { name: 'price', type: { name: 'decimal', precision: 9, scale: 2 }, nullable: true },
    { name: 'ratio', type: { name: 'double' }, nullable: true },
    { name: 'name', type: { name: 'text' }, nullable: true },
    { name: 'document', type: { name: 'json' }, nullable: true },
  ],
  primaryKey: ['id'],
  indexes: [{ name: 'facts_group', columns: ['group', 'number'], unique: false }],
  checks: [],
}

const row = (
  id: number,
  group: string | null,
  number: number | null,
  rest: Partial<StoredRow> = {},
): StoredRow => ({
  id,
  group,
  number,
  big: null,
  price: null,
  ratio: null,
  name: null,
  document: null,
  ...rest,
})

const rows: readonly StoredRow[] = [
  row(1, 'a', 10, { big: 2n ** 63n - 1n, price: 150n, ratio: 0.5, name: '\u{1f600}', document: '{"k":1}' }),
  row(2, 'b', null, { big: 1n, price: -25n, ratio: 2, name: '\ue000', document: '{"k":1}' }),
  row(3, null, 7, { big: -1n, name: 'Z' }),
  row(4, 'a', 3, { price: 5n, ratio: -1.25, name: 'a', document: '[1]' }),
  row(5, null, null),
  row(6, 'b', 3, { ratio: 4, name: '' }),
]

const empty: TableDefinition = { ...definition, name: 'nothing', indexes: [] }

/** The tables that the facts are about. */
export const factTables: readonly TableCase[] = [
  { definition, rows, columns: {} },
  { definition: empty, rows: [], columns: {} },
]

export const facts: Relation = { node: 'scan', table: definition, database: databaseName }
export const none: Relation = { node: 'scan', table: empty, database: databaseName }

export const column = (name: string): Expression => ({ kind: 'column', name })
export const ascending = (name: string, nulls: 'first' | 'last' = 'last'): SortTerm => ({
  expression: column(name),
  direction: 'ascending',
  nulls,
})
export const descending = (name: string, nulls: 'first' | 'last' = 'last'): SortTerm => ({
  expression: column(name),
  direction: 'descending',
  nulls,
})
export const project = (input: Relation, ...names: readonly string[]): Relation => ({
  node: 'project',
  input,
  columns: names.map((name): NamedExpression => ({ name, expression: column(name) })),
})
export const filter = (input: Relation, condition: Expression): Relation => ({
  node: 'filter',
  input,
  condition,
})
export const sort = (input: Relation, ...terms: readonly SortTerm[]): Relation => ({
  node: 'sort',
  input,
  terms,
})
export const limit = (input: Relation, count: number | undefined, offset = 0): Relation => ({
  node: 'limit',
  input,
  offset,
  ...(count === undefined ? {} : { count }),
})
export const aggregate = (
  input: Relation,
  groups: readonly string[],
  ...aggregates: readonly AggregateColumn[]
): Relation => ({
  node: 'aggregate',
  input,
  groups: groups.map((name) => ({ name, expression: column(name) })),
  aggregates,
})
export const of = (
  name: AggregateColumn['function'],
  argument?: string,
  rest: Partial<AggregateColumn> = {},
): AggregateColumn => ({
  name: `${name}_${argument ?? 'rows'}`,
  function: name,
  ...(argument === undefined ? {} : { argument: column(argument) }),
  ...rest,
})
export const window = (input: Relation, ...columns: readonly WindowColumn[]): Relation => ({
  node: 'window',
  input,
  columns,
})
export const over = (
  name: WindowColumn['function'],
  argument: string | undefined,
  rest: Partial<WindowColumn> = {},
): WindowColumn => ({
  name: 'answer',
  function: name,
  ...(argument === undefined ? {} : { argument: column(argument) }),
  partitionBy: [],
  orderBy: [],
  ...rest,
})
export const ids = (...values: readonly number[]): Record<string, unknown>[] => values.map((id) => ({ id }))
export const answers = (values: readonly (readonly [number, unknown])[]): Record<string, unknown>[] =>
  values.map(([id, answer]) => ({ id, answer }))
export const byId = project(facts, 'id')

/** The rows once more, under other names. */
export function renamedIds(): Relation {
  return {
    node: 'project',
    input: facts,
    columns: [
      { name: 'other', expression: column('id') },
      { name: 'other_number', expression: column('number') },
    ],
  }
}
