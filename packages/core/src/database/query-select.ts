import { isDeepStrictEqual } from 'node:util'
import { HoldfastError } from '../backend/errors.js'
import { expressionOf, rowExpressions, TypedExpression } from '../expression/index.js'
import type { Expression } from '../expression/index.js'
import { columnsOf, placeholderOf } from '../relation/index.js'
import type { AggregateColumn, NamedExpression, Relation, WindowColumn } from '../relation/index.js'
import { reading } from './faults.js'
import { refuse } from './options.js'
import { columnNamed, freshName, projected, sameExpression, withoutRange } from './query-state.js'
import type { QueryState } from './query-state.js'

/** Groups of rows, and what must be true of those that are kept. */
export interface Grouping {
  readonly groups: readonly NamedExpression[]
  readonly having: readonly Expression[]
}

/** Replaces the columns of a query by what a `select` names. */
export function selected(state: QueryState, given: unknown): QueryState {
  const outputs = readNamed(given, 'select')
  const hasAggregates = outputs.some(({ expression }) => holds(expression, 'aggregate'))
  return hasAggregates ? aggregated(state, { groups: [], having: [] }, outputs) : windowed(state, outputs)
}

/** One row for each group, with what a `select` names. */
export function selectedGroups(state: QueryState, grouping: Grouping, given: unknown): QueryState {
  return aggregated(state, grouping, readNamed(given, 'select'))
}

/** What a callback of `select` or `groupBy` has named. */
export function readNamed(given: unknown, where: string): readonly NamedExpression[] {
  if (typeof given !== 'object' || given === null || TypedExpression.is(given)) {
    throw refuse(where, 'a function that returns an object of named expressions', given)
  }
  const entries = reading(where, () => Object.entries(given))
  return entries.map(([name, value]) => ({ name, expression: expressionOf(value, `${where}.${name}`) }))
}

/** Windows are computed first, beside the columns; then the columns are chosen. */
function windowed(state: QueryState, outputs: readonly NamedExpression[]): QueryState {
  if (!outputs.some(({ expression }) => holds(expression, 'window'))) return projected(state, outputs)
  const open = withoutRange(state)
  const windows = new ComputedColumns<Omit<WindowColumn, 'name'>>(columnsOf(open.rows).keys())
  const columns = outputs.map(({ name, expression }) => ({
    name,
    expression: replaced(expression, (part) => {
      const content = part.kind === 'column' ? placeholderOf(part) : undefined
      if (content === undefined || !('window' in content)) return undefined
      return windows.add(content.window, part === expression ? name : content.window.function)
    }),
  }))
  return projected({ ...open, rows: { node: 'window', input: open.rows, columns: windows.columns } }, columns)
}

/** The order of the rows says nothing about groups, and is dropped. */
function aggregated(
  state: QueryState,
  { groups, having }: Grouping,
  outputs: readonly NamedExpression[],
): QueryState {
  const { runner, rows: input } = withoutRange(state)
  const aggregates = new ComputedColumns<Omit<AggregateColumn, 'name'>>(groups.map(({ name }) => name))
  const overGroups = (whole: Expression, place: string, name?: string): Expression =>
    replaced(whole, (part) => {
      const group = groups.find(({ expression }) => sameExpression(expression, part))
      if (group !== undefined) return columnNamed(group.name)
      if (part.kind !== 'column') return undefined
      const content = placeholderOf(part)
      if (content === undefined) throw notGrouped(part.name, place)
      if ('window' in content) throw windowOverGroups(place)
      return aggregates.add(
        content.aggregate,
        name !== undefined && part === whole ? name : content.aggregate.function,
      )
    })
  const columns = outputs.map(({ name, expression }) => ({
    name,
    expression: overGroups(expression, `select.${name}`, name),
  }))
  const conditions = having.map((condition) => overGroups(condition, 'having'))

  const node: Relation = { node: 'aggregate', input, groups, aggregates: aggregates.columns }
  const rows = conditions.reduce<Relation>(
    (kept, condition) => ({ node: 'filter', input: kept, condition }),
    node,
  )
  const open: QueryState = { runner, rows, terms: [], sources: [rowExpressions(columnsOf(rows))] }
  return isWhole(columns, [...groups, ...aggregates.columns]) ? open : projected(open, columns)
}

/** Columns that are computed before others can be chosen; equal ones once. */
class ComputedColumns<Content extends object> {
  readonly columns: ({ readonly name: string } & Content)[] = []
  readonly #taken: Set<string>

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(Array.from(taken, (name) => name.toLowerCase()))
  }

  /** A reference to the column; a new one gets the name wished for, if that is free. */
  add(content: Content, wish: string): Expression {
    const known = this.columns.find(({ name: _name, ...column }) => isDeepStrictEqual(column, { ...content }))
    if (known !== undefined) return columnNamed(known.name)
    const name = freshName(wish, this.#taken)
    this.#taken.add(name.toLowerCase())
    this.columns.push({ name, ...content })
    return columnNamed(name)
  }
}

/** An expression with other expressions in the place of parts; where `find` answers undefined the part stays. */
function replaced(expression: Expression, find: (part: Expression) => Expression | undefined): Expression {
  const found = find(expression)
  if (found !== undefined) return found
  if (expression.kind !== 'call') return expression
  return { ...expression, arguments: expression.arguments.map((argument) => replaced(argument, find)) }
}

/** Whether an aggregate or a window is part of an expression. */
function holds(expression: Expression, kind: 'aggregate' | 'window'): boolean {
  if (expression.kind === 'call') return expression.arguments.some((argument) => holds(argument, kind))
  const content = expression.kind === 'column' ? placeholderOf(expression) : undefined
  return content !== undefined && kind in content
}

/** Whether the columns are all there are, in order, under their own names. */
function isWhole(columns: readonly NamedExpression[], all: readonly { readonly name: string }[]): boolean {
  const isSame = ({ name, expression }: NamedExpression, index: number) =>
    name === all[index]?.name && sameExpression(expression, columnNamed(name))
  return columns.length === all.length && columns.every(isSame)
}

function notGrouped(column: string, path: string): HoldfastError {
  return new HoldfastError(
    'TYPE_MISMATCH',
    `The column "${column}" is neither in groupBy nor inside an aggregate: a group has many values of it.`,
    { column, path },
  )
}

function windowOverGroups(path: string): HoldfastError {
  return new HoldfastError(
    'TYPE_MISMATCH',
    'A window cannot stand beside aggregates: select the aggregates first, then the window in a second select.',
    { path },
  )
}
