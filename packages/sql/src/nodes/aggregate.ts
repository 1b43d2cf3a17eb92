import { columnsOf } from '@holdfast/core/backend'
import type { AggregateColumn, AggregateNode, ColumnType, Expression, SortTerm } from '@holdfast/core/backend'
import { holdsLeftJoin, nest } from '../block.js'
import type { Block } from '../block.js'
import type { Dialect, Scalar } from '../dialect.js'
import { compileExpression } from '../expression.js'
import type { Scope } from '../expression.js'
import { leafOf, raw, sql } from '../fragment.js'
import type { Fragment } from '../fragment.js'
import { refuse } from '../refusal.js'
import { compileOrder, orderText, reversed } from './order.js'
import { over } from './window.js'

const noWindow = raw('')

export function compileAggregate(node: AggregateNode, input: Block, dialect: Dialect): Block {
  const settled = input.limit !== undefined || input.distinct || input.windowed || input.groups !== undefined
  const { block: numbered, positions } = numberRows(node, settled ? nest(input) : input, dialect)
  const { block, groups: keys } = compileGroups(node.groups, numbered, dialect)
  const scope = { dialect, columns: block.columns }
  const types = columnsOf(node)
  const columns = new Map<string, Scalar>()
  const groups = keys.map(({ sql }) => sql)
  const leftJoined = holdsLeftJoin(block.from)
  const aggregates: Fragment[] = []
  node.groups.forEach(({ name }, index) => columns.set(name, groupColumn(keys[index]!)))
  for (const aggregate of node.aggregates) {
    const result = types.get(aggregate.name)!
    const position = positions.get(aggregate)
    const text =
      position === undefined
        ? aggregateText(aggregate, { result, leftJoined }, scope)
        : atFirstPosition(aggregate, position, scope)
    aggregates.push(text)
    columns.set(aggregate.name, { sql: sql`(${text})`, collective: true, ...result })
  }
  return { ...block, groups, aggregates, order: [], columns }
}

/** What rows are grouped by, if it is not simply a column, is the same only as a whole. */
function groupColumn(group: Scalar): Scalar {
  const { sql, type, nullable } = group
  return leafOf(sql) === undefined ? { sql, type, nullable, collective: true } : group
}

interface Groups {
  readonly block: Block
  readonly groups: readonly Scalar[]
}

/** What rows are grouped by, over a block that has it as columns where the dialect asks for that. */
function compileGroups(groups: AggregateNode['groups'], input: Block, dialect: Dialect): Groups {
  const compiled = groupScalars(groups, input, dialect)
  const isColumn = ({ sql }: Scalar) => leafOf(sql)?.kind === 'reference'
  if (dialect.groupsByColumns !== true || compiled.every(isColumn)) return { block: input, groups: compiled }
  const named = compiled.map((group, index) => [`$group${index}`, group] as const)
  const block = nest({ ...input, order: [], columns: new Map([...input.columns, ...named]) })
  return { block, groups: named.map(([name]) => block.columns.get(name)!) }
}

function groupScalars(
  groups: AggregateNode['groups'],
  { columns }: Block,
  dialect: Dialect,
): readonly Scalar[] {
  return groups.map(({ expression }) => compileExpression(expression, { dialect, columns }))
}

function aggregateText(
  aggregate: AggregateColumn,
  { result, leftJoined }: { readonly result: ColumnType; readonly leftJoined: boolean },
  scope: Scope,
): Fragment {
  const { function: name, argument, fraction } = aggregate
  if (name === 'first' || name === 'last') return inOrder(name, aggregate, scope)
  const render = scope.dialect.aggregates[name] ?? refuse(`${name} is not pushed down`)
  const scalar = argument === undefined ? undefined : compileExpression(argument, scope)
  const column = { result, leftJoined, sliding: false, ...(fraction === undefined ? {} : { fraction }) }
  return render(scalar, noWindow, column)
}

/** The value, null or not, of the first or last row of the group. */
function inOrder(
  name: 'first' | 'last',
  { argument, orderBy = [] }: AggregateColumn,
  scope: Scope,
): Fragment {
  const value = compileExpression(argument!, scope).sql
  const order = orderText(compileOrder(orderBy, scope))
  return orderBy.length === 0 ? sql`${raw(name)}(${value})` : sql`${raw(name)}(${value} ORDER BY ${order})`
}

interface NumberedRows {
  readonly block: Block
  /** The column that holds the position of each row in the order of `first` or, backwards, `last`. */
  readonly positions: ReadonlyMap<AggregateColumn, string>
}

/**
 * `first` is the value of the row whose position in its group is 1: numbers the rows of each group for that where the dialect
 * has no aggregate that takes rows in an order.
 */
function numberRows(node: AggregateNode, input: Block, dialect: Dialect): NumberedRows {
  const positions = new Map<AggregateColumn, string>()
  const scope = { dialect, columns: input.columns }
  const columns = new Map(input.columns)
  const partitionBy: readonly Expression[] = node.groups.map(({ expression }) => expression)
  for (const aggregate of node.aggregates) {
    if (aggregate.function !== 'first' && aggregate.function !== 'last') continue
    if (dialect.ordersAggregates === true) continue
    if (!dialect.windows.has('rowNumber')) refuse(`${aggregate.function} is not pushed down`)
    const terms: readonly SortTerm[] = aggregate.orderBy ?? []
    const orderBy = aggregate.function === 'first' ? terms : reversed(terms)
    const name = `$position${positions.size}`
    const text = sql`row_number()${over({ partitionBy, orderBy }, scope)}`
    columns.set(name, { sql: text, collective: true, type: { name: 'integer' }, nullable: false })
    positions.set(aggregate, name)
  }
  if (positions.size === 0) return { block: input, positions }
  return { block: nest({ ...input, windowed: true, order: [], columns }), positions }
}

/** Of all rows but one the value is left out, so the greatest is that of the one. */
function atFirstPosition(aggregate: AggregateColumn, position: string, scope: Scope): Fragment {
  const argument = compileExpression(aggregate.argument!, scope)
  const number = scope.columns.get(position)!
  const only: Scalar = {
    sql: sql`CASE WHEN ${number.sql} = 1 THEN ${argument.sql} END`,
    type: argument.type,
    nullable: true,
  }
  const render = scope.dialect.aggregates.maximum ?? refuse('maximum is not pushed down')
  return render(only, noWindow, { result: only, sliding: false })
}
