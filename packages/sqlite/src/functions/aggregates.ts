import { counts, extremes, raw, refuse, sql } from '@holdfast/sql'
import type { Dialect, Fragment, RenderAggregate, Scalar } from '@holdfast/sql'
import { decimalToDouble } from './casts.js'
import { registered } from './registered.js'

/** Fails when it is evaluated, which the adapter reports as NUMERIC_OVERFLOW. Of a value, so that it is not evaluated early. */
const failure = (value: Fragment) => sql`json('overflow ' || ${value})`

const greatestDecimal = raw('999999999999999999')
const infinity = raw('9e999')

/** Of doubles: fails where it is not finite. */
function finiteTotal(total: Fragment, sliding: boolean): Fragment {
  // Taking values out of a sum again leaves their rounding behind.
  if (sliding) refuse('sums of doubles over sliding frames are not pushed down')
  return sql`CASE WHEN abs(${total}) = ${infinity} THEN ${failure(total)} ELSE ${total} END`
}

/** What an average of decimals is divided by besides the count. */
function unscaled(mean: Fragment, { type }: Scalar): Fragment {
  return type.name === 'decimal' ? sql`${mean} / ${10n ** BigInt(type.scale)}` : mean
}

function decimalTotal(total: Fragment): Fragment {
  return sql`CASE WHEN abs(${total}) > ${greatestDecimal} THEN ${failure(total)} ELSE ${total} END`
}

/** Of integers SQLite's sum is exact, but fails where a part of it leaves int64: `exactAggregates` are for that case. */
const sum: RenderAggregate = (argument, over, { sliding }) => {
  const total = sql`sum(${argument!.sql})${over}`
  const { name } = argument!.type
  if (name === 'double') return finiteTotal(total, sliding)
  return name === 'decimal' ? decimalTotal(total) : total
}

/** The exact sum as a double, divided by the count (AGG-4). */
const average: RenderAggregate = (argument, over, { sliding }) => {
  const value = argument!
  if (value.type.name === 'double') return finiteTotal(sql`avg(${value.sql})${over}`, sliding)
  return unscaled(sql`CAST(sum(${value.sql})${over} AS REAL) / count(${value.sql})${over}`, value)
}

/** A sum in two halves, neither of which overflows: `high * 2^32 + low`, `low` from 0 to 2^32 - 1. */
function halves({ sql: value }: Scalar, over: Fragment): { readonly high: Fragment; readonly low: Fragment } {
  const lowSum = sql`sum(${value} & 4294967295)${over}`
  return {
    high: sql`(sum(${value} >> 32)${over} + (${lowSum} >> 32))`,
    low: sql`(${lowSum} & 4294967295)`,
  }
}

const exactSum: RenderAggregate = (argument, over, column) => {
  const value = argument!
  if (value.type.name === 'double') return sum(value, over, column)
  const { high, low } = halves(value, over)
  const total = sql`((${high} << 32) | ${low})`
  const fits = sql`${high} BETWEEN -2147483648 AND 2147483647`
  const isDecimal = value.type.name === 'decimal'
  const range = isDecimal
    ? sql`${fits} AND ${total} BETWEEN -${greatestDecimal} AND ${greatestDecimal}`
    : fits
  return sql`CASE WHEN ${high} IS NULL THEN NULL WHEN ${range} THEN ${total} ELSE ${failure(high)} END`
}

const exactAverage: RenderAggregate = (argument, over, column) => {
  const value = argument!
  if (value.type.name === 'double') return average(value, over, column)
  const { high, low } = halves(value, over)
  // Both halves are exact doubles, so that their sum is rounded once.
  const total = sql`(CAST(${high} AS REAL) * 4294967296.0 + ${low})`
  const mean = unscaled(sql`${total} / count(${value.sql})${over}`, value)
  const fits = sql`${high} BETWEEN -9007199254740992 AND 9007199254740992`
  return sql`CASE WHEN ${high} IS NULL THEN NULL WHEN ${fits} THEN ${mean} ELSE ${failure(high)} END`
}

function asDouble(value: Scalar): Fragment {
  return value.type.name === 'decimal' ? decimalToDouble(value) : sql`CAST(${value.sql} AS REAL)`
}

/** Interpolates linearly between the sorted values, as AGG-6 does. */
const quantile: RenderAggregate = (argument, over, { fraction }) =>
  sql`percentile_cont(${asDouble(argument!)}, ${fraction!})${over}`

const standardDeviation: RenderAggregate = (argument, over) => {
  const value = argument!
  if (value.type.name === 'double') return sql`${raw(registered.deviation)}(${value.sql})${over}`
  return unscaled(sql`${raw(registered.integerDeviation)}(${value.sql})${over}`, value)
}

export const aggregates: Dialect['aggregates'] = {
  ...counts,
  ...extremes,
  sum,
  average,
  median: (argument, over, column) => quantile(argument, over, { ...column, fraction: 0.5 }),
  quantile,
  standardDeviation,
}

/** The same, but slower, where SQLite's own sums overflow on the way. */
export const exactAggregates: Dialect['aggregates'] = { ...aggregates, sum: exactSum, average: exactAverage }
