import { conjuncts } from '@holdfast/core/backend'
import type {
  DistinctNode,
  FilterNode,
  LimitNode,
  ProjectNode,
  RowCount,
  ScanNode,
  SortNode,
} from '@holdfast/core/backend'
import { nest, reading } from '../block.js'
import type { Block } from '../block.js'
import type { Dialect, Scalar } from '../dialect.js'
import { compileExpression } from '../expression.js'
import { holdsList, hole, reference, Source } from '../fragment.js'
import type { Fragment } from '../fragment.js'
import { refuse } from '../refusal.js'
import { compileOrder } from './order.js'

export function compileScan({ table }: ScanNode, dialect: Dialect): Block {
  const source = new Source(table)
  const columns = new Map<string, Scalar>()
  for (const column of table.columns) {
    const name = reference(source, column.name)
    const sql = dialect.column?.(name, column, table) ?? name
    columns.set(column.name, { sql, type: column.type, nullable: column.nullable })
  }
  return reading({ kind: 'table', source }, columns)
}

export function compileFilter(node: FilterNode, input: Block, dialect: Dialect): Block {
  const block = input.limit !== undefined || input.windowed ? nest(input) : input
  const scope = { dialect, columns: block.columns }
  // One by one, for so they were asked about: together they might be too long.
  const conditions = conjuncts(node.condition).map((condition) => compileExpression(condition, scope).sql)
  return block.groups === undefined
    ? { ...block, where: [...block.where, ...conditions] }
    : { ...block, having: [...block.having, ...conditions] }
}

export function compileProject(node: ProjectNode, input: Block, dialect: Dialect): Block {
  const block = input.distinct ? nest(input) : input
  const scope = { dialect, columns: block.columns }
  const columns = new Map<string, Scalar>()
  for (const { name, expression } of node.columns) columns.set(name, compileExpression(expression, scope))
  if (columns.size > dialect.limits.columns) refuse('too many columns')
  const projected = { ...block, columns }
  const repeats =
    dialect.operandMember !== undefined && [...columns.values()].some(({ sql }) => holdsList(sql))
  return repeats ? nest(projected) : projected
}

export function compileSort(node: SortNode, input: Block, dialect: Dialect): Block {
  const block = input.limit === undefined ? input : nest(input)
  const order = compileOrder(node.terms, { dialect, columns: block.columns })
  if (!block.distinct) return { ...block, order }
  // What distinct rows are ordered by must be part of them.
  const outputs = new Set([...block.columns.values()].map(({ sql }) => sql))
  if (order.every(({ sql }) => outputs.has(sql))) return { ...block, order }
  const nested = nest(block)
  return { ...nested, order: compileOrder(node.terms, { dialect, columns: nested.columns }) }
}

export function compileLimit(node: LimitNode, input: Block, dialect: Dialect): Block {
  const block = input.limit === undefined ? input : nest(input)
  const count = node.count === undefined ? {} : { count: rowCount(node.count, dialect) }
  const offset = node.offset === 0 ? {} : { offset: rowCount(node.offset, dialect) }
  return { ...block, limit: { ...count, ...offset } }
}

function rowCount(count: RowCount, dialect: Dialect): Fragment {
  const integer = { name: 'integer' } as const
  const from = typeof count === 'number' ? { value: count } : { index: count.index }
  return hole(from, integer, dialect.encode(integer))
}

export function compileDistinct(_node: DistinctNode, input: Block): Block {
  const block = input.limit === undefined ? input : nest(input)
  return { ...block, distinct: true, order: [] }
}
