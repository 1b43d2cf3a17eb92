import type { LogicalType } from '@holdfast/core/backend'
import { castBy, raw, refuse, sql } from '@holdfast/sql'
import type { Fragment, RenderCast, Scalar } from '@holdfast/sql'
import { physicalTypeOf } from '../physical-type.js'
import { fitting, integer } from './ranges.js'
import { timestampToTimestamp } from './time.js'

const plain: RenderCast = ({ sql: value }, to) => sql`CAST(${value} AS ${raw(physicalTypeOf(to))})`
const asItIs: RenderCast = ({ sql: value }) => value

/** Digits that every safe integer has room in. */
const roomyDigits = 16

function integerToDecimal(value: Scalar, to: LogicalType): Fragment {
  if (to.name !== 'decimal') return refuse(`${to.name} is no decimal`)
  const { precision, scale } = to
  if (precision - scale >= roomyDigits) return plain(value, to)
  return fitting(sql`CAST(${value.sql} AS DECIMAL(38,${scale}))`, to)
}

/** DuckDB leaves out the 0 before the point where the precision is the scale. */
const decimalToText: RenderCast = ({ sql: value, type }) => {
  if (type.name !== 'decimal') return refuse(`${type.name} is no decimal`)
  return sql`CAST(CAST(${value} AS DECIMAL(38,${type.scale})) AS VARCHAR)`
}

/** By way of the text, which is read as the nearest double: dividing the unscaled number might round twice. */
export const decimalToDouble: RenderCast = (value, to) => sql`CAST(${decimalToText(value, to)} AS DOUBLE)`

export const cast = castBy({
  boolean: { integer: plain },
  integer: { bigint: asItIs, double: plain, text: plain, decimal: integerToDecimal },
  bigint: { integer: ({ sql: value }) => fitting(value, integer), double: plain, text: plain },
  // Text of a double is not here: DuckDB writes other digits than JavaScript. Its cast to an integer rounds.
  double: { integer: ({ sql: value }) => fitting(sql`trunc(${value})`, integer) },
  decimal: { double: decimalToDouble, text: decimalToText },
  date: { timestamp: plain },
  timestamp: { date: plain, timestamp: timestampToTimestamp },
  uuid: { text: plain },
})
