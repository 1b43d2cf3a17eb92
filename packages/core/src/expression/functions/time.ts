import { describeValue } from '../../schema/describe.js'
import type { LogicalType } from '../../schema/types.js'
import type { DateUnit } from '../types.js'
import {
  calendarOfDays,
  dateOfDays,
  dayOfWeek,
  daysOfCalendar,
  daysOfDate,
  millisecondsOfDay,
  modulo,
  toMilliseconds,
} from './calendar.js'
import type { Implementation, ValueFunction } from './function.js'
import { anyNullable, printTypes, logicalTypes } from './rules.js'

/** Parts that a day has, from its number since 1970. */
const dayParts: Partial<Record<DateUnit, (days: number) => number>> = {
  year: (days) => calendarOfDays(days).year,
  quarter: (days) => Math.ceil(calendarOfDays(days).month / 3),
  month: (days) => calendarOfDays(days).month,
  week: isoWeek,
  day: (days) => calendarOfDays(days).day,
  dayOfWeek,
  dayOfYear: (days) => days - daysOfCalendar(calendarOfDays(days).year, 1, 1) + 1,
}

/** Parts below the day: milliseconds in one, and how many there are in the next larger. */
const timeParts: Partial<Record<DateUnit, readonly [size: number, count: number]>> = {
  hour: [3_600_000, 24],
  minute: [60_000, 60],
  second: [1000, 60],
  millisecond: [1, 1000],
}

/** The first day of the unit in which a day lies. */
const firstDays: Partial<Record<DateUnit, (days: number) => number>> = {
  year: (days) => daysOfCalendar(calendarOfDays(days).year, 1, 1),
  quarter: (days) => {
    const { year, month } = calendarOfDays(days)
    return daysOfCalendar(year, month - ((month - 1) % 3), 1)
  },
  month: (days) => days - calendarOfDays(days).day + 1,
  week: (days) => days - dayOfWeek(days) + 1,
  day: (days) => days,
}

/** Milliseconds of the units below the day to which an instant can be truncated. */
const truncations: Partial<Record<DateUnit, number>> = { hour: 3_600_000, minute: 60_000, second: 1000 }

const firstDay = daysOfCalendar(1, 1, 1)

/** A week belongs to the year of its Thursday and is counted from that year's first Thursday. */
function isoWeek(days: number): number {
  const thursday = days - dayOfWeek(days) + 4
  const newYear = daysOfCalendar(calendarOfDays(thursday).year, 1, 1)
  return Math.floor((thursday - newYear) / 7) + 1
}

const daysOfInstant = (instant: number | bigint) => Math.floor(toMilliseconds(instant) / millisecondsOfDay)

function truncateToDay(type: LogicalType, firstDayOf: (days: number) => number): Implementation {
  const start = (days: number) => {
    const first = firstDayOf(days)
    return first < firstDay ? null : first
  }
  if (type.name === 'date') {
    return (date: string) => {
      const first = start(daysOfDate(date))
      return first === null ? null : dateOfDays(first)
    }
  }
  return (instant: number | bigint) => {
    const first = start(daysOfInstant(instant))
    if (first === null) return null
    const milliseconds = first * millisecondsOfDay
    return typeof instant === 'bigint' ? BigInt(milliseconds) * 1000n : milliseconds
  }
}

function truncateToTime(size: number): Implementation {
  return (instant: number | bigint) => {
    const milliseconds = toMilliseconds(instant)
    const start = milliseconds - modulo(milliseconds, size)
    return typeof instant === 'bigint' ? BigInt(start) * 1000n : start
  }
}

/** A rule for functions of dates and timestamps; `ofDays` and `ofTime` say which units there are. */
function calendarFunction(
  ofDays: Partial<Record<DateUnit, unknown>>,
  ofTime: Partial<Record<DateUnit, unknown>>,
  result: (type: LogicalType) => LogicalType,
): Pick<ValueFunction, 'arity' | 'options' | 'nulls' | 'typeOf'> {
  return {
    arity: [1, 1],
    options: ['unit'],
    nulls: 'propagate',
    typeOf(types, options) {
      const { type } = types[0]!
      const unit = options.unit!
      if (type.name !== 'date' && type.name !== 'timestamp') {
        return `takes a date or a timestamp, not ${printTypes(types)}`
      }
      const units = [...Object.keys(ofDays), ...(type.name === 'date' ? [] : Object.keys(ofTime))]
      if (!units.includes(unit))
        return `of a ${type.name} takes one of ${units.join(', ')}, not ${describeValue(unit)}`
      return { type: result(type), nullable: anyNullable(types) }
    },
  }
}

export const time = {
  datePart: {
    ...calendarFunction(dayParts, timeParts, () => logicalTypes.integer),
    implement([type], { unit }) {
      const part = dayParts[unit!]
      if (part === undefined) {
        const [size, count] = timeParts[unit!]!
        return (instant: number | bigint) => modulo(Math.floor(toMilliseconds(instant) / size), count)
      }
      if (type!.name === 'date') return (date: string) => part(daysOfDate(date))
      return (instant: number | bigint) => part(daysOfInstant(instant))
    },
  },
  /** 0001-01-01 is a Monday and begins every larger unit, so no start lies before it and the answer is null only for null. */
  truncate: {
    ...calendarFunction(firstDays, truncations, (type) => type),
    implement([type], { unit }) {
      const size = truncations[unit!]
      return size === undefined ? truncateToDay(type!, firstDays[unit!]!) : truncateToTime(size)
    },
  },
} satisfies Record<string, ValueFunction>
