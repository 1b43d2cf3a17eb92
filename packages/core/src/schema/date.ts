/** Instants of 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z in milliseconds since 1970 (TYPE-7). */
export const firstMillisecond = -62_135_596_800_000
export const lastMillisecond = 253_402_300_799_999

/** The same range in microseconds; its last one is 9999-12-31T23:59:59.999999Z. */
export const firstMicrosecond = BigInt(firstMillisecond) * 1000n
export const lastMicrosecond = BigInt(lastMillisecond) * 1000n + 999n

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Days of a month (1 to 12) of a year of the proleptic Gregorian calendar. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : daysOfMonths[month - 1]!
}

/** Whether a text is a day, `YYYY-MM-DD`, of the proleptic Gregorian calendar in 0001 to 9999 (TYPE-6). */
export function isDate(value: string): boolean {
  if (value.length !== 10 || value.charCodeAt(4) !== hyphen || value.charCodeAt(7) !== hyphen) return false
  const year = twoDigits(value, 0) * 100 + twoDigits(value, 2)
  const month = twoDigits(value, 5)
  const day = twoDigits(value, 8)
  // What is not a digit makes its number NaN, and every comparison with NaN is false.
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

const hyphen = 0x2d

function twoDigits(text: string, start: number): number {
  return digit(text.charCodeAt(start)) * 10 + digit(text.charCodeAt(start + 1))
}

function digit(unit: number): number {
  return unit >= 0x30 && unit <= 0x39 ? unit - 0x30 : NaN
}

/** The UTC day of an instant in the range of TYPE-7, as `YYYY-MM-DD`. */
export function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10)
}
