import { castBy, raw, sql } from '@holdfast/sql'
import type { Fragment, RenderCast, Scalar } from '@holdfast/sql'
import type { LogicalType } from '@holdfast/core/backend'
import { decimalType, raised } from './decimals.js'
import { decimalOf, safeInteger } from './ranges.js'
import { registered } from './registered.js'
import { dateToTimestamp, timestampToDate, timestampToTimestamp } from './time.js'

const asItIs: RenderCast = ({ sql: value }) => value
const toReal: RenderCast = ({ sql: value }) => sql`CAST(${value} AS REAL)`
const toDigits: RenderCast = ({ sql: value }) => sql`CAST(${value} AS TEXT)`

/** Digits of an integer that a double holds whatever they are. */
const exactDigits = 15

/** Dividing rounds once only where the unscaled number is itself exact. */
export function decimalToDouble(value: Scalar): Fragment {
  const { precision, scale } = decimalType(value)
  if (scale === 0) return toReal(value, value.type)
  if (precision > exactDigits) return sql`${raw(registered.decimal)}(${value.sql}, ${scale})`
  return sql`CAST(${value.sql} AS REAL) / ${10n ** BigInt(scale)}`
}

function decimalToText(value: Scalar): Fragment {
  const { scale } = decimalType(value)
  if (scale === 0) return toDigits(value, value.type)
  const one = 10n ** BigInt(scale)
  const sign = sql`iif(${value.sql} < 0, '-', '')`
  const fraction = sql`substr(${one} + abs(${value.sql}) % ${one}, 2)`
  return sql`${sign} || (abs(${value.sql}) / ${one}) || '.' || ${fraction}`
}

function integerToDecimal({ sql: value }: Scalar, to: LogicalType): Fragment {
  const { precision, scale } = decimalType({ type: to })
  return decimalOf(raised(value, scale), precision)
}

export const cast = castBy({
  boolean: { integer: asItIs },
  integer: { bigint: asItIs, double: toReal, text: toDigits, decimal: integerToDecimal },
  bigint: { integer: ({ sql: value }) => safeInteger(value), double: toReal, text: toDigits },
  double: {
    integer: ({ sql: value }) => safeInteger(sql`CAST(${value} AS INTEGER)`),
    // SQLite's own text of a double has other digits.
    text: ({ sql: value }) => sql`${raw(registered.text)}(${value})`,
  },
  decimal: { double: decimalToDouble, text: decimalToText },
  date: { timestamp: dateToTimestamp },
  timestamp: { date: timestampToDate, timestamp: timestampToTimestamp },
  uuid: { text: asItIs },
})
