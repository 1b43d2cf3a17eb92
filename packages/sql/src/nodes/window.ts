import type { WindowColumn, WindowFrame, WindowNode } from '@holdfast/core/backend'
import type { AggregateFunction } from '@holdfast/core/backend'
import { columnsOf } from '@holdfast/core/backend'
import { nest } from '../block.js'
import type { Block } from '../block.js'
import type { Dialect, Scalar } from '../dialect.js'
import { compileExpression } from '../expression.js'
import type { Scope } from '../expression.js'
import { join, raw, sameFragment, sql } from '../fragment.js'
import type { Fragment } from '../fragment.js'
import { refuse } from '../refusal.js'
import { compileOrder, orderText } from './order.js'

export function compileWindow(node: WindowNode, input: Block, dialect: Dialect): Block {
  const settled = input.limit !== undefined || input.distinct || input.windowed || input.groups !== undefined
  const block = settled ? nest(input) : input
  if (dialect.separatesPartitions !== true) return withWindows(node, node.columns, block, dialect)
  const [first, ...others] = byPartition(node.columns, { dialect, columns: block.columns })
  const whole = others.reduce(
    (inner, columns) => withWindows(node, columns, nest(inner), dialect),
    withWindows(node, first ?? [], block, dialect),
  )
  const inOrder = [...columnsOf(node).keys()].map((name) => [name, whole.columns.get(name)!] as const)
  return { ...whole, columns: new Map(inOrder) }
}

function withWindows(
  node: WindowNode,
  windows: readonly WindowColumn[],
  block: Block,
  dialect: Dialect,
): Block {
  const scope = { dialect, columns: block.columns }
  const types = columnsOf(node)
  const columns = new Map(block.columns)
  for (const column of windows) {
    const result = types.get(column.name)!
    columns.set(column.name, { sql: windowText(column, result, scope), collective: true, ...result })
  }
  return { ...block, windowed: true, columns }
}

/** Windows whose rows are parted by the same keys, in whatever order, together. */
function byPartition(columns: readonly WindowColumn[], scope: Scope): readonly WindowColumn[][] {
  const found: { readonly keys: readonly Fragment[]; readonly columns: WindowColumn[] }[] = []
  for (const column of columns) {
    const keys = partitionKeys(column, scope)
    const same = found.find((other) => sameKeys(other.keys, keys))
    if (same === undefined) found.push({ keys, columns: [column] })
    else same.columns.push(column)
  }
  return found.map((partition) => partition.columns)
}

function sameKeys(left: readonly Fragment[], right: readonly Fragment[]): boolean {
  return left.length === right.length && left.every((key) => right.some((other) => sameFragment(key, other)))
}

type ColumnResult = Pick<Scalar, 'type' | 'nullable'>

function windowText(column: WindowColumn, result: ColumnResult, scope: Scope): Fragment {
  const { function: name } = column
  if (!scope.dialect.windows.has(name)) refuse(`${name} is not pushed down as a window`)
  const argument = column.argument === undefined ? undefined : compileExpression(column.argument, scope)
  switch (name) {
    case 'rowNumber':
      return sql`row_number()${over(column, scope)}`
    case 'rank':
      return column.orderBy.length === 0 ? one(result, scope) : sql`rank()${over(column, scope)}`
    case 'denseRank':
      return column.orderBy.length === 0 ? one(result, scope) : sql`dense_rank()${over(column, scope)}`
    case 'lag':
      return sql`lag(${argument!.sql}, ${column.offset ?? 1})${over(column, scope)}`
    case 'lead':
      return sql`lead(${argument!.sql}, ${column.offset ?? 1})${over(column, scope)}`
    default:
      return framedAggregate(name, argument, column, result, scope)
  }
}

/**
 * The rank of every row where none comes before another. DuckDB 1.5 dies of `dense_rank() OVER ()`: it asks for the ranks of
 * no rows, and reads where the first of them begins.
 */
function one({ type }: ColumnResult, scope: Scope): Fragment {
  return compileExpression({ kind: 'literal', type, value: 1 }, scope).sql
}

function framedAggregate(
  name: AggregateFunction,
  argument: Scalar | undefined,
  column: WindowColumn,
  result: ColumnResult,
  scope: Scope,
): Fragment {
  const render = scope.dialect.aggregates[name] ?? refuse(`${name} is not pushed down`)
  const frame = column.frame ?? (column.orderBy.length > 0 ? { end: 0 } : {})
  const window = over(column, scope, frameText(frame))
  return sql`(${render(argument, window, { result, sliding: frame.start !== undefined })})`
}

export function over(
  { partitionBy, orderBy }: Pick<WindowColumn, 'partitionBy' | 'orderBy'>,
  scope: Scope,
  frame?: Fragment,
): Fragment {
  const clauses: Fragment[] = []
  const keys = partitionKeys({ partitionBy }, scope)
  if (keys.length > 0) clauses.push(sql`PARTITION BY ${join(keys, ', ')}`)
  if (orderBy.length > 0) clauses.push(sql`ORDER BY ${orderText(compileOrder(orderBy, scope))}`)
  if (frame !== undefined) clauses.push(frame)
  return sql` OVER (${join(clauses, ' ')})`
}

/** Each key once. */
function partitionKeys({ partitionBy }: Pick<WindowColumn, 'partitionBy'>, scope: Scope): Fragment[] {
  const keys = partitionBy.map((expression) => compileExpression(expression, scope).sql)
  return keys.filter((key, index) => !keys.slice(0, index).some((earlier) => sameFragment(earlier, key)))
}

function frameText({ start, end }: WindowFrame): Fragment {
  if (start !== undefined && end !== undefined && start > end) refuse('the frame is always empty')
  return sql`ROWS BETWEEN ${bound(start, 'PRECEDING')} AND ${bound(end, 'FOLLOWING')}`
}

function bound(offset: number | undefined, unbounded: 'PRECEDING' | 'FOLLOWING'): Fragment {
  if (offset === undefined) return raw(`UNBOUNDED ${unbounded}`)
  if (offset === 0) return raw('CURRENT ROW')
  return offset < 0 ? sql`${-offset} PRECEDING` : sql`${offset} FOLLOWING`
}
