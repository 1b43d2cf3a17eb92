import { counts, raw, refuse, sql } from '@holdfast/sql'
import type { Dialect, Fragment, RenderAggregate } from '@holdfast/sql'

/** A cast fails where the sum does not fit, with a code that is reported as NUMERIC_OVERFLOW. */
const sum: RenderAggregate = (argument, over, { result }) => {
  const total = sql`sum(${argument!.sql})${over}`
  switch (result.type.name) {
    case 'bigint':
      // Exact: PostgreSQL sums int8 in a wider type.
      return sql`(${total})::int8`
    case 'decimal':
      return sql`(${total})::numeric(${result.type.precision}, ${result.type.scale})`
    case 'double':
      // Fails by itself where it is not finite.
      return total
    default:
      return refuse(`no sum of ${result.type.name}`)
  }
}

/** The exact sum as a double, divided by the count (AGG-4). */
const average: RenderAggregate = (argument, over) => {
  const { sql: value, type } = argument!
  const total = sql`sum(${value})${over}`
  const count = sql`count(${value})${over}`
  if (type.name !== 'decimal') return sql`(${total})::float8 / ${count}`
  const one = raw(`1e${type.scale}`)
  return sql`((${total}) * ${one})::float8 / ${count} / ${one}::float8`
}

/** Types for which PostgreSQL has no least and greatest, and what they are compared as. */
function extreme(name: 'min' | 'max'): RenderAggregate {
  const function_ = raw(name)
  return (argument, over) => {
    const { sql: value, type } = argument!
    switch (type.name) {
      case 'boolean':
        return sql`${raw(name === 'min' ? 'bool_and' : 'bool_or')}(${value})${over}`
      case 'uuid':
        return sql`(${function_}(${value}::text COLLATE "C")${over})::uuid`
      case 'bytes':
        return sql`decode(${function_}(encode(${value}, 'hex') COLLATE "C")${over}, 'hex')`
      default:
        return sql`${function_}(${value})${over}`
    }
  }
}

/** Fails as an overflow does. Made of a value, so that it is not evaluated early. */
const failure = (value: Fragment) => sql`('Infinity'::float8 + ${value})::int8::float8`

/** Interpolates linearly between the sorted values, as AGG-6 does. */
const quantile: RenderAggregate = (argument, over, { fraction }) => {
  const found = sql`percentile_cont(${raw(`'${fraction!}'::float8`)}) WITHIN GROUP (ORDER BY ${argument!.sql}::float8)${over}`
  return sql`CASE WHEN abs(${found}) = 'Infinity' THEN ${failure(found)} ELSE ${found} END`
}

/**
 * Of integers and decimals PostgreSQL's variance is exact to 16 digits and more; its own root of it has no digits behind the
 * point where the variance has none, which are too few below 10^8. Of doubles it loses digits where the values lie far from 0
 * and close together, or are so small that their squares vanish: there core computes it.
 */
const standardDeviation: RenderAggregate = (argument, over) => {
  const { sql: value, type } = argument!
  if (type.name !== 'double') return sql`sqrt((var_samp(${value})${over})::float8)`
  const deviation = sql`stddev_samp(${value})${over}`
  const [count, mean] = [sql`count(${value})${over}`, sql`avg(${value})${over}`]
  const isConstant = sql`min(${value})${over} = max(${value})${over}`
  const isSure = sql`${deviation} > 1e-120 AND sqrt(${count}) * abs(${mean}) < 1e5 * ${deviation}`
  return sql`CASE WHEN ${count} < 2 THEN NULL WHEN ${isConstant} THEN 0 WHEN ${isSure} THEN ${deviation} ELSE ${failure(count)} END`
}

export const aggregates: Dialect['aggregates'] = {
  ...counts,
  sum,
  average,
  minimum: extreme('min'),
  maximum: extreme('max'),
  median: (argument, over, column) => quantile(argument, over, { ...column, fraction: 0.5 }),
  quantile,
  standardDeviation,
}
