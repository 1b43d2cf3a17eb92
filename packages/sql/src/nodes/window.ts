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
  const scope = { dialect, columns: block.columns }
  const types = columnsOf(node)
  const columns = new Map(block.columns)
  for (const column of node.columns) {
    const result = types.get(column.name)!
    columns.set(column.name, { sql: windowText(column, result, scope), collective: true, ...result })
  }
  return { ...block, windowed: true, columns }
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
      return sql`rank()${over(column, scope)}`
    case 'denseRank':
      return sql`dense_rank()${over(column, scope)}`
    case 'lag':
      return sql`lag(${argument!.sql}, ${column.offset ?? 1})${over(column, scope)}`
    case 'lead':
      return sql`lead(${argument!.sql}, ${column.offset ?? 1})${over(column, scope)}`
    default:
      return framedAggregate(name, argument, column, result, scope)
  }
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
  if (partitionBy.length > 0) {
    const keys = partitionBy.map((expression) => compileExpression(expression, scope).sql)
    clauses.push(sql`PARTITION BY ${join(unrepeated(keys), ', ')}`)
  }
  if (orderBy.length > 0) clauses.push(sql`ORDER BY ${orderText(compileOrder(orderBy, scope))}`)
  if (frame !== undefined) clauses.push(frame)
  return sql` OVER (${join(clauses, ' ')})`
}

/** DuckDB 1.5 takes `PARTITION BY a, a` for the `PARTITION BY b, a` of another window beside it. */
function unrepeated(keys: readonly Fragment[]): Fragment[] {
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
