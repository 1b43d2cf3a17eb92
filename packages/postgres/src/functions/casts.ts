import { castBy, raw, refuse, sql } from '@holdfast/sql'
import type { Fragment, RenderCast } from '@holdfast/sql'
import { digitsBeforePoint, safeInteger } from './ranges.js'
import { dateToTimestamp, timestampToDate } from './time.js'

const asItIs: RenderCast = ({ sql: value }) => value
/** Of decimals too the nearest double: PostgreSQL goes by way of the text. */
const toDouble: RenderCast = ({ sql: value }) => sql`${value}::float8`
const toText: RenderCast = ({ sql: value }) => sql`${value}::text COLLATE "C"`

/** All digits after the point, which an expression may have fewer of. */
const decimalToText: RenderCast = ({ sql: value, type }) =>
  type.name === 'decimal' ? sql`round(${value}, ${type.scale})::text COLLATE "C"` : refuse('no decimal')

const integerToDecimal: RenderCast = ({ sql: value }, to) =>
  to.name === 'decimal'
    ? sql`round(${digitsBeforePoint(sql`${value}::numeric`, to.precision - to.scale)}, ${to.scale})`
    : refuse('no decimal')

const doubleToInteger: RenderCast = ({ sql: value }) => sql`${safeInteger(sql`trunc(${value})`)}::int8`

const timestampToTimestamp: RenderCast = (timestamp, to) => {
  const finer = timestamp.type.name === 'timestamp' && timestamp.type.unit === 'us'
  const down = finer && to.name === 'timestamp' && to.unit === 'ms'
  return down ? sql`date_trunc('milliseconds', ${timestamp.sql})` : timestamp.sql
}

export const cast = castBy({
  boolean: { integer: ({ sql: value }) => sql`${value}::int4::int8` },
  integer: { bigint: asItIs, double: toDouble, text: toText, decimal: integerToDecimal },
  bigint: { integer: ({ sql: value }) => safeInteger(value), double: toDouble, text: toText },
  // Text of a double is not here: PostgreSQL writes other digits than JavaScript.
  double: { integer: doubleToInteger },
  decimal: { double: toDouble, text: decimalToText },
  date: { timestamp: dateToTimestamp },
  timestamp: { date: timestampToDate, timestamp: timestampToTimestamp },
  uuid: { text: toText },
})

/** A null that has a type. */
export function nullOf(valueType: string, text: boolean): Fragment {
  return raw(`(NULL::${valueType}${text ? ' COLLATE "C"' : ''})`)
}
