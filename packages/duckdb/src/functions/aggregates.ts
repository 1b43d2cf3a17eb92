import type { LogicalType } from '@holdfast/core/backend'
import { counts, extremes, raw, sql } from '@holdfast/sql'
import type { Dialect, Fragment, RenderAggregate, Scalar } from '@holdfast/sql'
import { physicalTypeOf } from '../physical-type.js'
import { overflow } from './overflow.js'
import { decimalToDouble } from './casts.js'
import { rangeOf } from './ranges.js'

type Column = Parameters<RenderAggregate>[2]

/**
 * DuckDB 1.5 sums in 64 bits (`sum_no_overflow`) where the bounds of a column, times the most rows there can be, fit. For the
 * most rows of a left join it takes the product of both sides', which is none where the right side is empty: the sum then
 * wraps around. `greatest` of one value is that value, of which DuckDB knows no bounds.
 */
function total({ sql: value, type }: Scalar, over: Fragment, { leftJoined }: Column): Fragment {
  const unbounded = leftJoined === true && type.name !== 'double'
  return unbounded ? sql`sum(greatest(${value}))${over}` : sql`sum(${value})${over}`
}

const sum: RenderAggregate = (argument, over, column) => {
  const { result } = column
  const value = total(argument!, over, column)
  if (argument!.type.name === 'double') return finiteOrOverflow(value)
  // Sums themselves have 127 bits or 38 digits. A null is not outside: the test is put so that it falls through.
  const cast = sql`CAST(${value} AS ${raw(physicalTypeOf(result.type))})`
  return sql`CASE WHEN ${value} NOT ${rangeOf(result.type)} THEN ${overflow(result.type)} ELSE ${cast} END`
}

function finiteOrOverflow(value: Fragment): Fragment {
  return sql`CASE WHEN NOT isfinite(${value}) THEN ${overflow({ name: 'double' })} ELSE ${value} + 0.0::DOUBLE END`
}

/** The exact sum as a double, divided by the count (AGG-4). */
const average: RenderAggregate = (argument, over, column) => {
  const value = argument!
  const summed = total(value, over, column)
  const count = sql`count(${value.sql})${over}`
  switch (value.type.name) {
    case 'double':
      return sql`${parenthesized(finiteOrOverflow(summed))} / ${count}`
    case 'decimal':
      return sql`${nearestDouble(unscaled(summed, value.type.scale))} / ${count} / ${power(value.type.scale)}`
    default:
      return sql`${nearestDouble(summed)} / ${count}`
  }
}

const parenthesized = (value: Fragment) => sql`(${value})`

/** Beyond 2^64 DuckDB rounds a HUGEINT twice on its way to a double; its text is read as the nearest one. */
function nearestDouble(value: Fragment): Fragment {
  return sql`CAST(CAST(${value} AS VARCHAR) AS DOUBLE)`
}

/** The digits of a decimal without its point. */
function unscaled(value: Fragment, scale: number): Fragment {
  return scale === 0 ? value : sql`replace(CAST(${value} AS VARCHAR), '.', '')`
}

const power = (scale: number) => raw(`1e${scale}::DOUBLE`)

function asDouble(value: Scalar): Fragment {
  if (value.type.name === 'double') return value.sql
  return value.type.name === 'decimal'
    ? decimalToDouble(value, { name: 'double' })
    : sql`CAST(${value.sql} AS DOUBLE)`
}

/**
 * Interpolates as AGG-6 does. DuckDB's `quantile_cont` weighs both neighbours, which rounds otherwise.
 */
function quantile(argument: Scalar, fraction: number): Fragment {
  const value = asDouble(argument)
  const sorted = sql`list_sort(list(${value}), 'ASC', 'NULLS LAST')`
  const place = sql`((count(${value}) - 1) * ${raw(`${fraction}::DOUBLE`)})`
  const lower = sql`${sorted}[CAST(floor(${place}) AS BIGINT) + 1]`
  const upper = sql`${sorted}[CAST(ceil(${place}) AS BIGINT) + 1]`
  return finiteOrOverflow(sql`(${lower} + (${upper} - ${lower}) * (${place} - floor(${place})))`)
}

/** Squares of differences between these neither overflow nor vanish. */
const leastSpread = raw('1e-140::DOUBLE')
const greatestSpread = raw('1e140::DOUBLE')

/**
 * DuckDB's own deviation loses digits where values are large and lie close together: it is taken of what they are above the
 * least one, which integers and decimals tell exactly. Where the squares of doubles leave their range core decides.
 */
const standardDeviation: RenderAggregate = (argument) => {
  const { sql: value, type } = argument!
  if (type.name !== 'double')
    return deviationOf(value, sql`CAST(CAST(item AS ${exact(type)}) - min(${value}) AS DOUBLE)`)
  const spread = sql`(max(${value}) - min(${value}))`
  const outside = sql`${spread} <> 0 AND ${spread} NOT BETWEEN ${leastSpread} AND ${greatestSpread}`
  return sql`CASE WHEN ${outside} THEN ${overflow(type)} ELSE ${deviationOf(value, sql`item - min(${value})`)} END`
}

function deviationOf(value: Fragment, above: Fragment): Fragment {
  return sql`list_aggregate(list_transform(list(${value}), lambda item: ${above}), 'stddev_samp')`
}

const exact = (type: LogicalType) => raw(type.name === 'decimal' ? `DECIMAL(38,${type.scale})` : 'HUGEINT')

export const aggregates = {
  ...counts,
  ...extremes,
  sum,
  average,
  standardDeviation,
  median: (argument) => quantile(argument!, 0.5),
  quantile: (argument, _over, { fraction }) => quantile(argument!, fraction!),
} satisfies Dialect['aggregates']
