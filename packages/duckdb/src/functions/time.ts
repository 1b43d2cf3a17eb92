import type { DateUnit, LogicalType } from '@holdfast/core/backend'
import { raw, sql } from '@holdfast/sql'
import type { Dialect, Fragment, Scalar } from '@holdfast/sql'
import { physicalTypeOf } from '../physical-type.js'

/** DuckDB's names of the parts, where they are not ours. */
const parts: Partial<Record<DateUnit, string>> = { dayOfWeek: 'isodow', dayOfYear: 'doy' }

function datePart(value: Scalar, unit: DateUnit): Fragment {
  const part = sql`date_part(${raw(`'${parts[unit] ?? unit}'`)}, ${value.sql})`
  // Its milliseconds count the seconds too.
  return unit === 'millisecond' ? sql`${part} % 1000` : part
}

function truncate(value: Scalar, unit: DateUnit): Fragment {
  // DuckDB decides comparisons of date_trunc itself with a constant that no unit begins with, also for null.
  return as(sql`date_trunc(${raw(`'${unit}'`)}, ${value.sql}) + INTERVAL 0 DAY`, value.type)
}

function as(value: Fragment, type: LogicalType): Fragment {
  return sql`CAST(${value} AS ${raw(physicalTypeOf(type))})`
}

export const time = {
  datePart: ([value], { options }) => datePart(value!, options.unit!),
  truncate: ([value], { options }) => truncate(value!, options.unit!),
} satisfies Dialect['functions']

/** Casting to milliseconds cuts off toward zero: the instant is brought down first. */
export function timestampToTimestamp({ sql: value, type }: Scalar, to: LogicalType): Fragment {
  const down = type.name === 'timestamp' && to.name === 'timestamp' && type.unit === 'us' && to.unit === 'ms'
  return as(down ? sql`date_trunc('millisecond', ${value})` : value, to)
}
