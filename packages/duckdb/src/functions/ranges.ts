import type { LogicalType } from '@holdfast/core/backend'
import { raw, refuse, sql } from '@holdfast/sql'
import type { Fragment } from '@holdfast/sql'
import { physicalTypeOf } from '../physical-type.js'

/**
 * Guards that make arithmetic total. They write their operand twice; DuckDB evaluates it once. TRY_CAST would write it once,
 * but the optimizer takes it for a plain cast where its result is compared, and then finds null greater or less than a value.
 */

const int64 = raw('BETWEEN -9223372036854775808 AND 9223372036854775807')
const safe = raw('BETWEEN -9007199254740991 AND 9007199254740991')

/** Null for what the type, bigint or a decimal, cannot hold. The value is of a wider type of the same scale. */
export function fitting(value: Fragment, type: LogicalType): Fragment {
  const cast = sql`CAST(${value} AS ${raw(physicalTypeOf(type))})`
  return sql`CASE WHEN ${value} ${rangeOf(type)} THEN ${cast} END`
}

/** `BETWEEN` the least and the greatest value. */
export function rangeOf(type: LogicalType): Fragment {
  switch (type.name) {
    case 'integer':
      return safe
    case 'bigint':
      return int64
    case 'decimal':
      return decimalRange(type.precision, type.scale)
    default:
      return refuse(`${type.name} has no such range`)
  }
}

function decimalRange(precision: number, scale: number): Fragment {
  const digits = '9'.repeat(precision)
  const text =
    scale === 0 ? digits : `${digits.slice(0, precision - scale)}.${digits.slice(precision - scale)}`
  const limit = raw(`CAST('${text}' AS DECIMAL(38,${scale}))`)
  return sql`BETWEEN -${limit} AND ${limit}`
}

/** Null for an infinity; −0 becomes 0. */
export function finite(value: Fragment): Fragment {
  return sql`CASE WHEN isfinite(${value}) THEN ${value} + 0.0::DOUBLE END`
}

export const integer: LogicalType = { name: 'integer' }
export const bigint: LogicalType = { name: 'bigint' }

/** Room for every sum, difference and product of two int64. */
export function wide(value: Fragment): Fragment {
  return sql`CAST(${value} AS HUGEINT)`
}
