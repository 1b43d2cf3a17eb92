/**
 * The proleptic Gregorian calendar in UTC, on days and milliseconds since 1970-01-01. Years are counted from March, so that
 * the leap day is the last one of a year (TIME-1 to TIME-3).
 */

export const millisecondsOfDay = 86_400_000

const daysOfEra = 146_097 // 400 years
const daysFromMarchOfYear0To1970 = 719_468

export interface CalendarDay {
  readonly year: number
  /** 1 to 12 */
  readonly month: number
  /** 1 to 31 */
  readonly day: number
}

/** The remainder that is never negative, nor −0. */
export function modulo(value: number, divisor: number): number {
  const remainder = value % divisor
  return remainder < 0 ? remainder + divisor : remainder + 0
}

export function daysOfCalendar(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * daysOfEra + dayOfEra - daysFromMarchOfYear0To1970
}

export function calendarOfDays(days: number): CalendarDay {
  const shifted = days + daysFromMarchOfYear0To1970
  const era = Math.floor(shifted / daysOfEra)
  const dayOfEra = shifted - era * daysOfEra
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return {
    year: yearOfEra + era * 400 + (month > 2 ? 0 : 1),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  }
}

/** 1 (Monday) to 7; 1970-01-01 was a Thursday. */
export function dayOfWeek(days: number): number {
  return modulo(days + 3, 7) + 1
}

/** The day of a stored date. */
export function daysOfDate(date: string): number {
  return daysOfCalendar(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)))
}

/** The stored date of a day in the years 1 to 9999. */
export function dateOfDays(days: number): string {
  const { year, month, day } = calendarOfDays(days)
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

/** The milliseconds of a stored timestamp of either unit, microseconds rounded down. */
export function toMilliseconds(instant: number | bigint): number {
  if (typeof instant === 'number') return instant
  const milliseconds = Number(instant / 1000n)
  return instant < 0n && instant % 1000n !== 0n ? milliseconds - 1 : milliseconds
}
