import type { Expression, FunctionName } from '../../expression/types.js'
import type {
  AggregateColumn,
  NamedExpression,
  Relation,
  SortTerm,
  WindowColumn,
} from '../../relation/types.js'
import type { TableDefinition } from '../../schema/types.js'

/** Relations in few words. */

export const column = (name: string): Expression => ({ kind: 'column', name })

export const call = (name: FunctionName, ...args: Expression[]): Expression => ({
  kind: 'call',
  function: name,
  arguments: args,
})

export const integer = (value: number): Expression => ({ kind: 'literal', type: { name: 'integer' }, value })

export const integers = (...values: number[]): Expression => ({
  kind: 'list',
  type: { name: 'integer' },
  values,
})

export const text = (value: string): Expression => ({ kind: 'literal', type: { name: 'text' }, value })

export const scan = (table: TableDefinition, database = 'main'): Relation => ({
  node: 'scan',
  table,
  database,
})

export const filter = (input: Relation, condition: Expression): Relation => ({
  node: 'filter',
  input,
  condition,
})

const named = (columns: Record<string, Expression>): NamedExpression[] =>
  Object.entries(columns).map(([name, expression]) => ({ name, expression }))

export const project = (input: Relation, columns: Record<string, Expression>): Relation => ({
  node: 'project',
  input,
  columns: named(columns),
})

export const aggregate = (
  input: Relation,
  groups: Record<string, Expression>,
  ...aggregates: AggregateColumn[]
): Relation => ({ node: 'aggregate', input, groups: named(groups), aggregates })

export const ascending = (name: string): SortTerm => ({
  expression: column(name),
  direction: 'ascending',
  nulls: 'last',
})

export const descending = (name: string): SortTerm => ({ ...ascending(name), direction: 'descending' })

export const sort = (input: Relation, ...terms: SortTerm[]): Relation => ({ node: 'sort', input, terms })

export const limit = (input: Relation, count: number, offset = 0): Relation => ({
  node: 'limit',
  input,
  count,
  offset,
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

export const window = (input: Relation, ...columns: WindowColumn[]): Relation => ({
  node: 'window',
  input,
  columns,
})
