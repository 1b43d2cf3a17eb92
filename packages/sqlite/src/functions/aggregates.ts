import { counts, extremes, raw, refuse, sql } from '@holdfast/sql'
import type { Dialect, Fragment, RenderAggregate, Scalar } from '@holdfast/sql'
import { decimalToDouble } from './casts.js'

/** Fails when it is evaluated, which the adapter reports as NUMERIC_OVERFLOW. Of a column, so that it is not evaluated early. */
const failure = (value: Fragment) => sql`json('overflow ' || ${value})`

const greatestDecimal = raw('999999999999999999')
const infinity = raw('9e999')

/**
 * A sum that is right or fails. Of integers SQLite's own fails where a part of it leaves int64; core then adds up itself.
 */
const sum: RenderAggregate = (argument, over, { sliding }) => {
  const value = argument!
  const total = sql`sum(${value.sql})${over}`
  switch (value.type.name) {
    case 'integer':
    case 'bigint':
      return total
    case 'decimal':
      return sql`CASE WHEN abs(${total}) > ${greatestDecimal} THEN ${failure(total)} ELSE ${total} END`
    case 'double':
      // Taking values out of a sum again leaves their rounding behind.
      if (sliding) refuse('sums of doubles over sliding frames are not pushed down')
      return sql`CASE WHEN abs(${total}) = ${infinity} THEN ${failure(total)} ELSE ${total} END`
    default:
      return refuse(`no sum of ${value.type.name}`)
  }
}

/** The exact sum as a double, divided by the count (AGG-4). */
const average: RenderAggregate = (argument, over, column) => {
  const value = argument!
  const total =
    value.type.name === 'double' ? sum(value, over, column) : sql`sum(${value.sql})${over}`
  const mean = sql`CAST(${total} AS REAL) / count(${value.sql})${over}`
  return value.type.name === 'decimal' ? sql`${mean} / ${10n ** BigInt(value.type.scale)}` : mean
}

function asDouble(value: Scalar): Fragment {
  return value.type.name === 'decimal' ? decimalToDouble(value) : sql`CAST(${value.sql} AS REAL)`
}

/** Interpolates linearly between the sorted values, as AGG-6 does. */
const quantile: RenderAggregate = (argument, over, { fraction }) =>
  sql`percentile_cont(${asDouble(argument!)}, ${fraction!})${over}`

export const aggregates = {
  ...counts,
  ...extremes,
  sum,
  average,
  median: (argument, over, column) => quantile(argument, over, { ...column, fraction: 0.5 }),
  quantile,
} satisfies Dialect['aggregates']
