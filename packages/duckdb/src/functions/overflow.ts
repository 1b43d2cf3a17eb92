import type { LogicalType } from '@holdfast/core/backend'
import { raw, sql } from '@holdfast/sql'
import type { Fragment } from '@holdfast/sql'
import { physicalTypeOf } from '../physical-type.js'

/** A function of our own that takes note of being called. */
export const overflowFunction = 'holdfast_overflow'

/**
 * What an aggregate gives that does not fit: null, and the statement then fails with `NUMERIC_OVERFLOW`. It does not fail in
 * DuckDB, for an error would end the transaction in which it runs.
 */
export function overflow(type: LogicalType): Fragment {
  return sql`CAST(${raw(overflowFunction)}() AS ${raw(physicalTypeOf(type))})`
}
