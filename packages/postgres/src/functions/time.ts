import { raw, refuse, sql } from '@holdfast/sql'
import type { Dialect, Fragment, Scalar } from '@holdfast/sql'
import type { DateUnit } from '@holdfast/core/backend'

/** The date and time of day in UTC, whatever the zone of the session. */
function wallClock({ sql: value, type }: Scalar): Fragment {
  return type.name === 'date' ? sql`${value}::timestamp` : sql`${value} AT TIME ZONE 'UTC'`
}

const fields: Partial<Record<DateUnit, string>> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  week: 'week',
  day: 'day',
  hour: 'hour',
  minute: 'minute',
  dayOfWeek: 'isodow',
  dayOfYear: 'doy',
}

function datePart(value: Scalar, unit: DateUnit): Fragment {
  const clock = wallClock(value)
  // With fractions of the unit; milliseconds are counted from the start of the minute.
  if (unit === 'second') return sql`trunc(extract(second FROM ${clock}))::int8`
  if (unit === 'millisecond') return sql`trunc(extract(milliseconds FROM ${clock}))::int8 % 1000`
  return sql`extract(${raw(fields[unit] ?? refuse(`no ${unit}`))} FROM ${clock})::int8`
}

const truncations: Partial<Record<DateUnit, string>> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  week: 'week',
  day: 'day',
  hour: 'hour',
  minute: 'minute',
  second: 'second',
}

function truncate(value: Scalar, unit: DateUnit): Fragment {
  const start = sql`date_trunc('${raw(truncations[unit] ?? refuse(`no truncation to ${unit}`))}', ${wallClock(value)})`
  return value.type.name === 'date' ? sql`${start}::date` : sql`${start} AT TIME ZONE 'UTC'`
}

export const time = {
  datePart: ([value], { options }) => datePart(value!, options.unit!),
  truncate: ([value], { options }) => truncate(value!, options.unit!),
} satisfies Dialect['functions']

export function dateToTimestamp({ sql: date }: Scalar): Fragment {
  return sql`${date}::timestamp AT TIME ZONE 'UTC'`
}

export function timestampToDate(timestamp: Scalar): Fragment {
  return sql`(${wallClock(timestamp)})::date`
}
