import { failure, within } from '../expression/path.js'
import type { Path } from '../expression/path.js'
import { printType, isNumeric, logicalTypes } from '../expression/functions/rules.js'
import { checkExpression } from '../expression/type-of.js'
import type { Scope } from '../expression/type-of.js'
import type { ColumnType, LogicalType } from '../schema/types.js'
import type {
  AggregateColumn,
  AggregateFunction,
  RelationColumns,
  SortTerm,
  WindowColumn,
  WindowFunction,
} from './types.js'

/** The type of the result for an argument of a type; a text says what is wrong with it. */
type Rule = (type: LogicalType) => LogicalType | string

const always =
  (type: LogicalType): Rule =>
  () =>
    type
const same: Rule = (type) => type

const ofNumbers =
  (result: Rule): Rule =>
  (type) =>
    isNumeric(type) ? result(type) : `takes a number, not ${printType(type)}`

const ofOrdered: Rule = (type) => (type.name === 'json' ? 'takes values with an order, not json' : type)

/** Integers and bigints sum up to a bigint, decimals to one of precision 18 and their scale (AGG-2). */
const sumType: Rule = (type) => {
  if (type.name === 'decimal') return { ...type, precision: 18 }
  return type.name === 'double' ? type : logicalTypes.bigint
}

const aggregateRules: Readonly<Record<AggregateFunction, Rule>> = {
  count: always(logicalTypes.integer),
  countDistinct: always(logicalTypes.integer),
  sum: ofNumbers(sumType),
  average: ofNumbers(always(logicalTypes.double)),
  minimum: ofOrdered,
  maximum: ofOrdered,
  standardDeviation: ofNumbers(always(logicalTypes.double)),
  median: ofNumbers(always(logicalTypes.double)),
  quantile: ofNumbers(always(logicalTypes.double)),
  first: same,
  last: same,
}

const rankings: ReadonlySet<WindowFunction> = new Set<WindowFunction>(['rowNumber', 'rank', 'denseRank'])
const neighbours: ReadonlySet<WindowFunction> = new Set<WindowFunction>(['lag', 'lead'])
/** Window functions that take a frame: aggregates. */
export const framedFunctions: ReadonlySet<WindowFunction> = new Set<WindowFunction>([
  'sum',
  'average',
  'minimum',
  'maximum',
  'count',
])
const neverNull: ReadonlySet<string> = new Set(['count', 'countDistinct', ...rankings])

export const aggregateFunctions = Object.keys(aggregateRules) as readonly AggregateFunction[]
export const windowFunctions: readonly WindowFunction[] = [...rankings, ...neighbours, ...framedFunctions]

/** Only this much of an aggregate decides its type. */
export type Aggregate = Omit<AggregateColumn, 'name'>
export type Window = Omit<WindowColumn, 'name'>

/**
 * The type of an aggregate over the columns of its input. All but counts are null over nothing (AGG-1).
 *
 * @throws HoldfastError `TYPE_MISMATCH`, `UNKNOWN_COLUMN`, `LIMIT_EXCEEDED`
 */
export function typeOfAggregate(aggregate: Aggregate, columns: RelationColumns, path?: string): ColumnType {
  return checkAggregate(
    aggregate,
    { columns, nodes: 0 },
    path === undefined ? undefined : within(undefined, path),
  )
}

/**
 * The type of a window column over the columns of its input.
 *
 * @throws HoldfastError `TYPE_MISMATCH`, `UNKNOWN_COLUMN`, `LIMIT_EXCEEDED`
 */
export function typeOfWindow(window: Window, columns: RelationColumns, path?: string): ColumnType {
  return checkWindow(window, { columns, nodes: 0 }, path === undefined ? undefined : within(undefined, path))
}

export function checkAggregate(aggregate: Aggregate, scope: Scope, path: Path | undefined): ColumnType {
  const { function: name, argument, fraction, orderBy } = aggregate
  if (!Object.hasOwn(aggregateRules, name)) throw failure('TYPE_MISMATCH', 'there is no such aggregate', path)
  if (name === 'quantile' ? !isFraction(fraction) : fraction !== undefined) {
    const problem = name === 'quantile' ? 'needs a fraction of 0 to 1' : 'takes no fraction'
    throw failure('TYPE_MISMATCH', `${name} ${problem}`, path)
  }
  if (orderBy !== undefined) {
    if (name !== 'first' && name !== 'last') throw failure('TYPE_MISMATCH', `${name} takes no order`, path)
    checkTerms(orderBy, scope, within(path, 'orderBy'))
  }
  return typeOfResult(name, argument === undefined ? undefined : checkArgument(argument, scope, path), path)
}

export function checkWindow(window: Window, scope: Scope, path: Path | undefined): ColumnType {
  const { function: name, argument, offset, frame, partitionBy, orderBy } = window
  partitionBy.forEach((expression, index) =>
    checkExpression(expression, scope, within(path, 'partitionBy', index)),
  )
  checkTerms(orderBy, scope, within(path, 'orderBy'))
  const type = argument === undefined ? undefined : checkArgument(argument, scope, path)
  if (frame !== undefined) {
    if (!framedFunctions.has(name)) throw failure('TYPE_MISMATCH', `${name} takes no frame`, path)
    checkBound(frame.start, within(path, 'frame'))
    checkBound(frame.end, within(path, 'frame'))
  }
  if (offset !== undefined && !(neighbours.has(name) && Number.isSafeInteger(offset) && offset >= 1)) {
    throw failure('TYPE_MISMATCH', 'only lag and lead take an offset, a whole number of at least 1', path)
  }
  if (framedFunctions.has(name)) return typeOfResult(name as AggregateFunction, type, path)
  if (rankings.has(name)) {
    if (type !== undefined) throw failure('TYPE_MISMATCH', `${name} takes no argument`, path)
    return { type: logicalTypes.integer, nullable: false }
  }
  if (!neighbours.has(name)) throw failure('TYPE_MISMATCH', 'there is no such window function', path)
  if (type === undefined) throw failure('TYPE_MISMATCH', `${name} needs an argument`, path)
  return { type: type.type, nullable: true }
}

/** Checks the terms of a sort, of a window or of `first` and `last`. */
export function checkTerms(terms: readonly SortTerm[], scope: Scope, path: Path): void {
  terms.forEach((term, index) => {
    const place = within(path.parent, path.property, index)
    checkExpression(term.expression, scope, within(place, 'expression'))
    if (term.direction !== 'ascending' && term.direction !== 'descending') {
      throw failure('TYPE_MISMATCH', 'a direction is ascending or descending', place)
    }
    if (term.nulls !== 'first' && term.nulls !== 'last') {
      throw failure('TYPE_MISMATCH', 'nulls come first or last', place)
    }
  })
}

/**
 * The type of an aggregate of an argument.
 *
 * @throws HoldfastError `TYPE_MISMATCH`
 */
export function typeOfResult(
  name: AggregateFunction,
  argument: ColumnType | undefined,
  path?: Path,
): ColumnType {
  const nullable = !neverNull.has(name)
  if (argument === undefined) {
    if (name !== 'count') throw failure('TYPE_MISMATCH', `${name} needs an argument`, path)
    return { type: logicalTypes.integer, nullable }
  }
  const type = aggregateRules[name](argument.type)
  if (typeof type === 'string') throw failure('TYPE_MISMATCH', `${name} ${type}`, within(path, 'argument'))
  return { type, nullable }
}

function checkArgument(
  argument: NonNullable<Aggregate['argument']>,
  scope: Scope,
  path: Path | undefined,
): ColumnType {
  return checkExpression(argument, scope, within(path, 'argument'))
}

function checkBound(bound: number | undefined, path: Path): void {
  if (bound === undefined || Number.isSafeInteger(bound)) return
  throw failure('TYPE_MISMATCH', 'a bound of a frame is a whole number of rows from the current one', path)
}

function isFraction(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1
}
