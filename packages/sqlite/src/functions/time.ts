import { raw, refuse, sql } from '@holdfast/sql'
import type { Dialect, Fragment, Scalar } from '@holdfast/sql'
import type { DateUnit, LogicalType } from '@holdfast/core/backend'

/**
 * Instants are integers since 1970. They are counted from 0001-01-01, the first there is and a Monday, wherever they are
 * divided: what is never negative is divided downwards.
 */
const secondsBeforeEpoch = 62_135_596_800
const secondsOfDay = 86_400

/** How many of a timestamp's units make a second. */
function perSecond(type: LogicalType): number {
  if (type.name !== 'timestamp') return refuse(`${type.name} is no timestamp`)
  return type.unit === 'us' ? 1_000_000 : 1000
}

/** Units of the timestamp since 0001-01-01. */
function sinceFirst({ sql: value, type }: Scalar): Fragment {
  return sql`(${value} + ${BigInt(secondsBeforeEpoch) * BigInt(perSecond(type))})`
}

/** Whole seconds since 1970, downwards. */
function unixSeconds(timestamp: Scalar): Fragment {
  return sql`${sinceFirst(timestamp)} / ${perSecond(timestamp.type)} - ${secondsBeforeEpoch}`
}

/** A text by a pattern of `strftime`, of a date or a timestamp. */
function formatted(pattern: string, value: Scalar): Fragment {
  return value.type.name === 'date'
    ? sql`strftime(${raw(`'${pattern}'`)}, ${value.sql})`
    : sql`strftime(${raw(`'${pattern}'`)}, ${unixSeconds(value)}, 'unixepoch')`
}

const numberOf = (text: Fragment) => sql`CAST(${text} AS INTEGER)`

const patterns: Partial<Record<DateUnit, string>> = {
  year: '%Y',
  month: '%m',
  day: '%d',
  week: '%V',
  dayOfWeek: '%u',
  dayOfYear: '%j',
}

/** Units below the day: how many of a second's thousandth, and how many there are in the next larger. */
const clock: Partial<Record<DateUnit, readonly [milliseconds: number, count: number]>> = {
  hour: [3_600_000, 24],
  minute: [60_000, 60],
  second: [1000, 60],
  millisecond: [1, 1000],
}

function datePart(value: Scalar, unit: DateUnit): Fragment {
  if (unit === 'quarter') return sql`(${numberOf(formatted('%m', value))} + 2) / 3`
  const pattern = patterns[unit]
  if (pattern !== undefined) return numberOf(formatted(pattern, value))
  const [milliseconds, count] = clock[unit] ?? refuse(`no ${unit}`)
  return sql`${sinceFirst(value)} / ${(milliseconds * perSecond(value.type)) / 1000} % ${count}`
}

/** Units of one length, in seconds; 0001-01-01 begins one of each. */
const lengths: Partial<Record<DateUnit, number>> = {
  week: 7 * secondsOfDay,
  day: secondsOfDay,
  hour: 3600,
  minute: 60,
  second: 1,
}

function truncatedTimestamp(value: Scalar, unit: DateUnit): Fragment {
  const factor = perSecond(value.type)
  const length = lengths[unit]
  if (length === undefined) {
    return sql`unixepoch(${firstDay(unit, value)}) * ${factor}`
  }
  const size = BigInt(length) * BigInt(factor)
  return sql`${sinceFirst(value)} / ${size} * ${size} - ${BigInt(secondsBeforeEpoch) * BigInt(factor)}`
}

/** The first day of a year, quarter or month as a text. */
function firstDay(unit: DateUnit, value: Scalar): Fragment {
  switch (unit) {
    case 'year':
      return formatted('%Y-01-01', value)
    case 'month':
      return formatted('%Y-%m-01', value)
    case 'quarter':
      return sql`${formatted('%Y-', value)} || substr('01040710', 2 * ((${numberOf(formatted('%m', value))} - 1) / 3) + 1, 2) || '-01'`
    default:
      return refuse(`no truncation to ${unit}`)
  }
}

function truncatedDate(value: Scalar, unit: DateUnit): Fragment {
  if (unit === 'day') return value.sql
  // Six days back and on to the next Monday: never past the last day there is.
  if (unit === 'week') return sql`date(${value.sql}, '-6 days', 'weekday 1')`
  return firstDay(unit, value)
}

export const time = {
  datePart: ([value], { options }) => datePart(value!, options.unit!),
  truncate: ([value], { options }) =>
    value!.type.name === 'date'
      ? truncatedDate(value!, options.unit!)
      : truncatedTimestamp(value!, options.unit!),
} satisfies Dialect['functions']

export function dateToTimestamp(date: Scalar, to: LogicalType): Fragment {
  return sql`unixepoch(${date.sql}) * ${perSecond(to)}`
}

export function timestampToDate(timestamp: Scalar): Fragment {
  return sql`date(${unixSeconds(timestamp)}, 'unixepoch')`
}

export function timestampToTimestamp(timestamp: Scalar, to: LogicalType): Fragment {
  const [from, into] = [perSecond(timestamp.type), perSecond(to)]
  if (from === into) return timestamp.sql
  if (from < into) return sql`${timestamp.sql} * ${into / from}`
  return sql`${sinceFirst(timestamp)} / ${from / into} - ${BigInt(secondsBeforeEpoch) * BigInt(into)}`
}
