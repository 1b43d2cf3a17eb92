import type {
  AggregateColumn,
  Expression,
  FunctionName,
  Relation,
  SortTerm,
  TableDefinition,
  WindowColumn,
} from '@holdfast/core/backend'

const integer = { name: 'integer' } as const
const text = { name: 'text' } as const

export const table: TableDefinition = {
  name: 't',
  columns: [
    { name: 'id', type: integer, nullable: false },
    { name: 'n', type: integer, nullable: true },
    { name: 's', type: text, nullable: false },
  ],
  primaryKey: ['id'],
  indexes: [],
  checks: [],
}

export const other: TableDefinition = {
  name: 'u',
  columns: [
    { name: 'key', type: integer, nullable: false },
    { name: 'note', type: text, nullable: true },
  ],
  primaryKey: ['key'],
  indexes: [],
  checks: [],
}

export const scan = (definition: TableDefinition = table): Relation => ({
  node: 'scan',
  table: definition,
  database: 'main',
})
export const column = (name: string): Expression => ({ kind: 'column', name })
export const parameter = (index: number): Expression => ({ kind: 'parameter', index, type: integer })
export const value = (number: number): Expression => ({ kind: 'literal', type: integer, value: number })
export const call = (name: FunctionName, ...args: readonly Expression[]): Expression => ({
  kind: 'call',
  function: name,
  arguments: args,
})

export const filter = (input: Relation, condition: Expression): Relation => ({
  node: 'filter',
  input,
  condition,
})
export const project = (input: Relation, columns: Readonly<Record<string, Expression>>): Relation => ({
  node: 'project',
  input,
  columns: Object.entries(columns).map(([name, expression]) => ({ name, expression })),
})
export const ascending = (expression: Expression): SortTerm => ({
  expression,
  direction: 'ascending',
  nulls: 'last',
})
export const descending = (expression: Expression): SortTerm => ({
  expression,
  direction: 'descending',
  nulls: 'last',
})
export const sort = (input: Relation, ...terms: readonly SortTerm[]): Relation => ({
  node: 'sort',
  input,
  terms,
})
export const limit = (input: Relation, count?: number, offset = 0): Relation => ({
  node: 'limit',
  input,
  offset,
  ...(count === undefined ? {} : { count }),
})
export const distinct = (input: Relation): Relation => ({ node: 'distinct', input })
export const join = (
  kind: 'inner' | 'left',
  left: Relation,
  right: Relation,
  condition: Expression,
): Relation => ({
  node: 'join',
  kind,
  left,
  right,
  condition,
})
export const aggregate = (
  input: Relation,
  groups: Readonly<Record<string, Expression>>,
  ...aggregates: readonly AggregateColumn[]
): Relation => ({
  node: 'aggregate',
  input,
  groups: Object.entries(groups).map(([name, expression]) => ({ name, expression })),
  aggregates,
})
export const window = (input: Relation, ...columns: readonly WindowColumn[]): Relation => ({
  node: 'window',
  input,
  columns,
})
