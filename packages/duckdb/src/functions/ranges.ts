import type { LogicalType } from '@holdfast/core/backend'
import { raw, sql } from '@holdfast/sql'
import type { Fragment } from '@holdfast/sql'
import { physicalTypeOf } from '../physical-type.js'

/**
 * Guards that make arithmetic total. Where a cast can be the guard, the operand is written once; else twice, which DuckDB
 * evaluates once.
 */

const safe = raw('BETWEEN -9007199254740991 AND 9007199254740991')

/** Null for an integer outside ±(2^53 − 1). */
export function safeInteger(value: Fragment): Fragment {
  return sql`CASE WHEN ${value} ${safe} THEN ${value} END`
}

/** Null for what the type cannot hold. */
export function fitting(value: Fragment, type: LogicalType): Fragment {
  return sql`TRY_CAST(${value} AS ${raw(physicalTypeOf(type))})`
}

/** Null for an infinity; −0 becomes 0. */
export function finite(value: Fragment): Fragment {
  return sql`CASE WHEN isfinite(${value}) THEN ${value} + 0.0::DOUBLE END`
}

export const bigint: LogicalType = { name: 'bigint' }

/** Room for every sum, difference and product of two int64. */
export function wide(value: Fragment): Fragment {
  return sql`CAST(${value} AS HUGEINT)`
}
