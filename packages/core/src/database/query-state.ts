import { isDeepStrictEqual } from 'node:util'
import { HoldfastError } from '../backend/errors.js'
import { conjuncts, rowExpressions } from '../expression/index.js'
import type { Expression, UntypedRowExpressions } from '../expression/index.js'
import { columnsOf } from '../relation/index.js'
import type { NamedExpression, Relation, SortTerm } from '../relation/index.js'
import type { TableDefinition } from '../schema/types.js'
import { runnerOf } from './query-run.js'
import type { QueryRunner } from './query-run.js'
import type { Scope } from './scope.js'

/**
 * A query as far as it has been built: rows, and on top of them an order and a range that are still open, so that what is
 * added later can go below them where that means the same.
 */
export interface QueryState {
  /** What its tables are read through. */
  readonly runner: QueryRunner
  /** What callbacks are given: the columns of each source, which are columns of `rows` but may have another name there. */
  readonly sources: readonly UntypedRowExpressions[]
  readonly rows: Relation
  readonly terms: readonly SortTerm[]
  readonly count?: number
  readonly offset?: number
  /** A column name that several sources have. */
  readonly clash?: string
}

/** All rows of a table. */
export function tableSource(scope: Scope, table: TableDefinition): QueryState {
  const { name } = scope.connection
  return {
    runner: runnerOf(scope),
    sources: [rowExpressions(table)],
    rows: { node: 'scan', table, database: name },
    terms: [],
  }
}

/** All rows of a relation. */
export function relationSource(runner: QueryRunner, relation: Relation): QueryState {
  return { runner, sources: [rowExpressions(columnsOf(relation))], rows: relation, terms: [] }
}

/** The whole query as a relation, under the names that its sources have inside. */
export function relationOf({ rows, terms, count, offset }: QueryState): Relation {
  const sorted: Relation = terms.length === 0 ? rows : { node: 'sort', input: rows, terms }
  if (count === undefined && offset === undefined) return sorted
  return { node: 'limit', input: sorted, offset: offset ?? 0, ...(count !== undefined && { count }) }
}

/** The whole query as a relation whose columns are those of its answer. */
export function answerOf(state: QueryState): Relation {
  if (state.clash === undefined) return relationOf(state)
  throw new HoldfastError(
    'TYPE_MISMATCH',
    `Both sides of the join have a column "${state.clash}": name the columns of the answer, as in .select((left, right) => ({ ...left, other: right.${state.clash} })).`,
    { column: state.clash },
  )
}

/** The same query with nothing left open, for what applies to its answer only. */
export function settled(state: QueryState): QueryState {
  const { runner, sources, clash } = state
  return { runner, sources, rows: relationOf(state), terms: [], ...(clash !== undefined && { clash }) }
}

/** The same query with its range settled; an order without a range may stay open. */
export function withoutRange(state: QueryState): QueryState {
  return state.count === undefined && state.offset === undefined ? state : settled(state)
}

/** Filters of one query become one filter, so that equal queries have equal data however they were written. */
export function filtered(state: QueryState, condition: Expression): QueryState {
  const open = withoutRange(state)
  const { rows } = open
  if (rows.node !== 'filter') return { ...open, rows: { node: 'filter', input: rows, condition } }
  const parts = [...conjuncts(rows.condition), ...conjuncts(condition)]
  const both: Expression = { kind: 'call', function: 'and', arguments: parts }
  return { ...open, rows: { node: 'filter', input: rows.input, condition: both } }
}

export function ordered(state: QueryState, terms: readonly SortTerm[]): QueryState {
  const open = withoutRange(state)
  return { ...open, terms: [...open.terms, ...terms] }
}

export function limited(state: QueryState, count: number): QueryState {
  return { ...(state.count === undefined ? state : settled(state)), count }
}

export function skipping(state: QueryState, offset: number): QueryState {
  return { ...(state.offset === undefined ? state : settled(state)), offset }
}

export function distinct(state: QueryState): QueryState {
  const open = withoutRange(state)
  return { ...open, rows: { node: 'distinct', input: open.rows } }
}

/** The query with its columns replaced; its order and range stay open where the new columns can state the order. */
export function projected(state: QueryState, columns: readonly NamedExpression[]): QueryState {
  const terms = state.terms.flatMap((term) => {
    const column = columns.find(({ expression }) => sameExpression(expression, term.expression))
    return column === undefined ? [] : [{ ...term, expression: columnNamed(column.name) }]
  })
  const open = terms.length === state.terms.length ? { ...state, terms } : settled(state)
  const rows: Relation = { node: 'project', input: open.rows, columns }
  const { clash: _resolved, ...rest } = open
  return { ...rest, rows, sources: [rowExpressions(columnsOf(rows))] }
}

export function columnNamed(name: string): Expression {
  return { kind: 'column', name }
}

/** Whether two expressions are the same data. */
export function sameExpression(left: Expression, right: Expression): boolean {
  if (left === right) return true
  if (left.kind === 'column' || right.kind === 'column') {
    return left.kind === 'column' && right.kind === 'column' && left.name === right.name
  }
  return isDeepStrictEqual(left, right)
}

/** A name that none of these is, also without regard to ASCII case: the name itself if it can be. */
export function freshName(name: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name.slice(0, 55)}_${number}`
    if (!taken.has(candidate.toLowerCase())) return candidate
  }
}
