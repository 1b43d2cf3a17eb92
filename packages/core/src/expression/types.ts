/**
 * Scalar expressions as plain data. The builder (`expression/builder.ts`) is sugar over it; meaning and type rules are in
 * the one registry of functions (`expression/functions/`).
 */

import type { LogicalType, StoredValue } from '../schema/types.js'

export type Expression = ColumnReference | Literal | ListLiteral | Parameter | Call

/** The value of a column of the node's input. */
export interface ColumnReference {
  readonly kind: 'column'
  readonly name: string
}

export interface Literal {
  readonly kind: 'literal'
  readonly type: LogicalType
  readonly value: StoredValue
}

/** The right side of `in`. Holds no null. */
export interface ListLiteral {
  readonly kind: 'list'
  readonly type: LogicalType
  readonly values: readonly StoredValue[]
}

/**
 * A place that is filled when the plan runs. The planner turns every literal that is not null and every list into one, so
 * that queries of one shape share one plan, one SQL text and one prepared statement. With `list`, the value is an array.
 */
export interface Parameter {
  readonly kind: 'parameter'
  readonly index: number
  readonly type: LogicalType
  readonly list?: true
}

export interface Call {
  readonly kind: 'call'
  readonly function: FunctionName
  readonly arguments: readonly Expression[]
  /** What is part of the function rather than of its input, and so never a parameter. */
  readonly options?: CallOptions
}

export interface CallOptions {
  /** `cast`, `jsonPath`: the type of the result. */
  readonly type?: LogicalType
  /** `datePart`, `truncate`. */
  readonly unit?: DateUnit
  /** `jsonPath`: object keys and array indexes (>= 0). */
  readonly path?: readonly (string | number)[]
}

export type DateUnit =
  | 'year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'millisecond'
  | 'dayOfWeek'
  | 'dayOfYear'

/**
 * Every scalar function. All are total: where mathematics or the type has no value (division by zero, overflow, a cast
 * that does not fit), the answer is null, never an error and never a wrapped or rounded number. So the order in which an
 * engine evaluates the parts of a query can never decide whether it fails.
 */
export type FunctionName =
  // comparison: both sides of one type; null if either is null
  | 'equal'
  | 'notEqual'
  | 'lessThan'
  | 'lessOrEqual'
  | 'greaterThan'
  | 'greaterOrEqual'
  // never null
  | 'isDistinctFrom'
  | 'isNull'
  // second argument is a list (literal or parameter); an empty list gives false, also for null
  | 'in'
  // Kleene logic; `and` and `or` take two or more arguments
  | 'and'
  | 'or'
  | 'not'
  // text; positions and lengths are in code points
  | 'startsWith'
  | 'endsWith'
  | 'contains'
  | 'length'
  | 'lower'
  | 'upper'
  | 'concat'
  | 'substring'
  // numbers
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'integerDivide'
  | 'modulo'
  | 'negate'
  | 'absolute'
  // conditional: `case` is when, then, when, then, ..., else
  | 'coalesce'
  | 'case'
  | 'cast'
  // time, always in UTC
  | 'datePart'
  | 'truncate'
  // json
  | 'jsonPath'
