import { ColumnExpression } from '../expression/builder.js'
import { expressionOf, typedExpressionOf } from '../expression/expression-of.js'
import { guarded } from '../expression/guard.js'
import { logicalTypes } from '../expression/functions/rules.js'
import { sortTermsOf } from '../expression/order-term.js'
import type { OrderBy } from '../expression/order-term.js'
import { failure, within } from '../expression/path.js'
import type { Expression } from '../expression/types.js'
import type { ColumnType, TypeName } from '../schema/types.js'
import { framedFunctions, windowFunctions } from './aggregates.js'
import type { Window } from './aggregates.js'
import { placeholder } from './placeholder.js'
import type { SortTerm, WindowFrame, WindowFunction } from './types.js'

/** A bound of a frame in rows from the current one: 0 is it, negative before it. */
export type FrameBound = number | 'unbounded'

export interface WindowOptions {
  /** Rows that are equal in these make a window. Default: all rows. */
  readonly partitionBy?: ColumnExpression | readonly ColumnExpression[]
  /** The order within the window, completed by the identity of the row (WIN-1). */
  readonly orderBy?: OrderBy
  /** The rows around the current one, both ends included (WIN-2); only for aggregates. */
  readonly rows?: readonly [start: FrameBound, end: FrameBound]
}

/**
 * A value computed for each row from the rows around it: what `select` takes, also as a part of other expressions. As data
 * it is a reference to a column that the query puts in place (`placeholderOf`). Immutable.
 */
export class WindowExpression<Value = unknown, Name extends TypeName = TypeName> extends ColumnExpression<
  Value,
  Name
> {
  readonly #window: Window

  constructor(window: Window, columnType: ColumnType) {
    super({ expression: placeholder({ window }), columnType })
    this.#window = window
  }

  /** The window column as data, without the name that it will have. */
  get window(): Window {
    return this.#window
  }
}

/** A window function that still needs its `over`. */
export class WindowCall<Value, Name extends TypeName> {
  readonly #call: Called
  readonly #columnType: ColumnType

  constructor(call: Called, columnType: ColumnType) {
    this.#call = call
    this.#columnType = columnType
  }

  /** @throws HoldfastError `TYPE_MISMATCH`, `INVALID_ARGUMENT` */
  over(options: Omit<WindowOptions, 'rows'> = {}): WindowExpression<Value, Name> {
    return new WindowExpression(windowOf(this.#call, options), this.#columnType)
  }
}

type Ranking = WindowCall<number, 'integer'>

/** 1, 2, 3, ... in the order of the window. */
export const rowNumber = (): Ranking => ranking('rowNumber')

/** 1 more than the rows that come before in the stated order; rows that are equal in it have the same rank. */
export const rank = (): Ranking => ranking('rank')

/** Like `rank`, without gaps. */
export const denseRank = (): Ranking => ranking('denseRank')

/** The value so many rows before; null where there is none (WIN-3). */
export function lag<Value, Name extends TypeName>(
  value: ColumnExpression<Value, Name>,
  rows = 1,
): WindowCall<Value | null, Name> {
  return neighbour('lag', value, rows)
}

/** The value so many rows after; null where there is none (WIN-3). */
export function lead<Value, Name extends TypeName>(
  value: ColumnExpression<Value, Name>,
  rows = 1,
): WindowCall<Value | null, Name> {
  return neighbour('lead', value, rows)
}

function ranking(name: WindowFunction): Ranking {
  return new WindowCall({ function: name }, { type: logicalTypes.integer, nullable: false })
}

function neighbour<Value, Name extends TypeName>(
  name: 'lag' | 'lead',
  value: unknown,
  rows: unknown,
): WindowCall<Value | null, Name> {
  if (!Number.isSafeInteger(rows) || (rows as number) < 1) {
    throw failure(
      'INVALID_ARGUMENT',
      `${name} goes a whole number of rows, at least 1`,
      within(undefined, name),
    )
  }
  const { expression, columnType } = typedExpressionOf(value, name)
  const call = { function: name, argument: expression, ...(rows === 1 ? {} : { offset: rows as number }) }
  return new WindowCall(call, { type: columnType.type, nullable: true })
}

/** A window function with its argument. */
type Called = Omit<Window, 'partitionBy' | 'orderBy' | 'frame'>

/**
 * A window function over the window that the options describe.
 *
 * @throws HoldfastError `TYPE_MISMATCH`, `INVALID_ARGUMENT`
 */
export function windowOf(called: Called, options: WindowOptions): Window {
  const { partitionBy, orderBy, rows } = guarded(
    'INVALID_ARGUMENT',
    'the window',
    within(undefined, 'over'),
    () => {
      const given = Object(options) as WindowOptions
      return {
        partitionBy: partitionsOf(given.partitionBy),
        orderBy: termsOf(given.orderBy),
        rows: frameOf(given.rows),
      }
    },
  )
  if (!windowFunctions.includes(called.function)) {
    throw failure('TYPE_MISMATCH', `${called.function} has no window`, within(undefined, 'over'))
  }
  if (rows !== undefined && !framedFunctions.has(called.function)) {
    throw failure(
      'TYPE_MISMATCH',
      `${called.function} takes no rows: only aggregates do`,
      within(undefined, 'rows'),
    )
  }
  return Object.freeze({ ...called, partitionBy, orderBy, ...(rows === undefined ? {} : { frame: rows }) })
}

function partitionsOf(given: WindowOptions['partitionBy']): readonly Expression[] {
  if (given === undefined) return []
  const partitions: readonly unknown[] = Array.isArray(given)
    ? Array.from(given as readonly unknown[])
    : [given]
  return Object.freeze(partitions.map((partition) => expressionOf(partition, 'partitionBy')))
}

function termsOf(given: OrderBy | undefined): readonly SortTerm[] {
  return given === undefined ? [] : Object.freeze(sortTermsOf(given))
}

function frameOf(given: unknown): WindowFrame | undefined {
  if (given === undefined) return undefined
  const [start, end] = Array.isArray(given) && given.length === 2 ? (given as unknown[]) : [NaN, NaN]
  return Object.freeze({ ...boundOf('start', start), ...boundOf('end', end) })
}

function boundOf(name: 'start' | 'end', bound: unknown): WindowFrame {
  if (bound === 'unbounded') return {}
  if (Number.isSafeInteger(bound)) return { [name]: (bound as number) + 0 }
  throw failure(
    'INVALID_ARGUMENT',
    `rows are [start, end], each a whole number of rows from the current one or 'unbounded'`,
    within(undefined, 'rows'),
  )
}
