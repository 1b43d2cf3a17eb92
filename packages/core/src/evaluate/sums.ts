import { HoldfastError } from '../backend/errors.js'
import { compileExpression } from '../expression/compile.js'
import type { LogicalType, StoredValue } from '../schema/types.js'

/** The exact sum of safe integers, int64 or scaled decimals: a number while it is safe, a bigint beyond. */
export type ExactSum = number | bigint

/** Adds without loss; numbers stay numbers as long as that is exact. */
export function addExactly(sum: ExactSum, value: ExactSum): ExactSum {
  if (typeof sum === 'number' && typeof value === 'number') {
    const total = sum + value
    if (Number.isSafeInteger(total)) return total
  }
  return BigInt(sum) + BigInt(value)
}

/**
 * A sum of doubles that does not overflow on its way: huge values are summed apart, scaled down by a power of two.
 * Immutable, so that parts can be merged in any way.
 */
export interface DoubleSum {
  readonly huge: Compensated
  readonly plain: Compensated
}

/** Neumaier's sum: what rounding lost is kept beside it. */
interface Compensated {
  readonly sum: number
  readonly lost: number
}

const huge = 2 ** 900
const scale = 2 ** -100
const zero: Compensated = { sum: 0, lost: 0 }

/** The sum of one value. */
export function doubleSumOf(value: number): DoubleSum {
  return Math.abs(value) < huge
    ? { huge: zero, plain: { sum: value, lost: 0 } }
    : { huge: { sum: value * scale, lost: 0 }, plain: zero }
}

/** The sum of two sums (AGG-3). */
export function mergeDoubleSums(left: DoubleSum, right: DoubleSum): DoubleSum {
  return { huge: compensated(left.huge, right.huge), plain: compensated(left.plain, right.plain) }
}

/** The sum as a double; infinite where it does not fit. */
export function doubleTotal(sum: DoubleSum): number {
  const plain = sum.plain.sum + sum.plain.lost
  const large = sum.huge.sum + sum.huge.lost
  return large === 0 ? plain : (large + plain * scale) / scale
}

function compensated(left: Compensated, right: Compensated): Compensated {
  if (right === zero) return left
  const sum = left.sum + right.sum
  const error =
    Math.abs(left.sum) >= Math.abs(right.sum) ? left.sum - sum + right.sum : right.sum - sum + left.sum
  return { sum, lost: left.lost + right.lost + error }
}

/** An exact sum in the type of `sum` (AGG-2). */
export function exactTotal(sum: ExactSum, type: LogicalType): bigint {
  const total = BigInt(sum)
  if (type.name === 'decimal') {
    if (total <= -decimalBound || total >= decimalBound) throw overflow(`decimal(18, ${type.scale})`)
  } else if (BigInt.asIntN(64, total) !== total) throw overflow('bigint')
  return total
}

const decimalBound = 10n ** 18n

/** A double that is part of an answer: finite, and 0 for −0 (TYPE-2). */
export function finite(value: number): number {
  if (!Number.isFinite(value)) throw overflow('double')
  return value + 0
}

/** A value of a numeric type as a double, as `cast` gives it (NUM-4). */
export function doubleOf(type: LogicalType): (value: StoredValue) => number {
  const cast = compileExpression<StoredValue>(
    {
      kind: 'call',
      function: 'cast',
      arguments: [{ kind: 'column', name: 'value' }],
      options: { type: { name: 'double' } },
    },
    new Map([['value', { type, nullable: false }]]),
    () => (value) => value,
  )
  return (value) => cast(value, []) as number
}

function overflow(type: string): HoldfastError {
  return new HoldfastError(
    'NUMERIC_OVERFLOW',
    `An aggregate does not fit its type, ${type}. Aggregate fewer rows, or cast its argument to double.`,
  )
}

/** What `sum` and `average` keep for one type, and how they end. */
export interface Summation<Sum> {
  readonly of: (value: StoredValue) => Sum
  readonly merge: (left: Sum, right: Sum) => Sum
  /** AGG-2, AGG-3 */
  readonly sum: (sum: Sum) => StoredValue
  /** AGG-4 */
  readonly average: (sum: Sum, count: number) => number
}

const doubles: Summation<DoubleSum> = {
  of: (value) => doubleSumOf(value as number),
  merge: mergeDoubleSums,
  sum: (sum) => finite(doubleTotal(sum)),
  average: (sum, count) => finite(finite(doubleTotal(sum)) / count),
}

function exact(type: LogicalType): Summation<ExactSum> {
  const divisor = type.name === 'decimal' ? 10 ** type.scale : 1
  return {
    of: (value) => value as ExactSum,
    merge: addExactly,
    sum: (sum) => exactTotal(sum, type),
    average: (sum, count) => finite(Number(sum) / count / divisor),
  }
}

/** How values of a numeric type are summed. The sum is opaque to callers. */
export function summationOf(type: LogicalType): Summation<unknown> {
  return (type.name === 'double' ? doubles : exact(type)) as Summation<unknown>
}
