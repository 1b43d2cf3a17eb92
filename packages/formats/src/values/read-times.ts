import type { RowForm } from '../types.js'
import type { ReadValue } from './piece.js'

const hyphen = 0x2d
const point = 0x2e
const zero = 0x30
const colon = 0x3a
const letterT = 0x54
const letterZ = 0x5a

const millisecondsPerDay = 86_400_000
const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The number that two digits spell; NaN, of which every comparison is false, if they are none. */
function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - zero
  const ones = bytes[at + 1]! - zero
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN
}

/** The days from 1970-01-01 to the one that ten bytes spell (TYPE-6); NaN if they spell none. */
function daysAt(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== hyphen || bytes[at + 7] !== hyphen) return NaN
  const year = two(bytes, at) * 100 + two(bytes, at + 2)
  const month = two(bytes, at + 5)
  const day = two(bytes, at + 8)
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return NaN
  return day <= daysIn(year, month) ? daysFromCivil(year, month, day) : NaN
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month === 2 && isLeap ? 29 : daysOfMonths[month - 1]!
}

/** Counted in years that begin in March, so that the leap day is the last one. */
function daysFromCivil(year: number, month: number, day: number): number {
  const [y, m] = month > 2 ? [year, month - 3] : [year - 1, month + 9]
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
  return y * 365 + leaps + Math.floor((153 * m + 2) / 5) + day - 1 - 719_468
}

export const readDate: ReadValue = ({ bytes, text, base }, start, end) =>
  end - start === 10 && daysAt(bytes, start) <= Infinity ? text.slice(start - base, end - base) : undefined

/** Milliseconds since 1970 of the second that 19 bytes spell; NaN if they spell none. */
function secondAt(bytes: Uint8Array, at: number): number {
  if (bytes[at + 10] !== letterT || bytes[at + 13] !== colon || bytes[at + 16] !== colon) return NaN
  const hour = two(bytes, at + 11)
  const minute = two(bytes, at + 14)
  const second = two(bytes, at + 17)
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return NaN
  return daysAt(bytes, at) * millisecondsPerDay + ((hour * 60 + minute) * 60 + second) * 1000
}

/** The fraction of a second in units of which one has so many digits; NaN if it is none, or has more digits. */
function fractionAt(bytes: Uint8Array, start: number, end: number, digits: number): number {
  if (start === end) return 0
  const written = end - start - 1
  if (bytes[start] !== point || written < 1 || written > digits) return NaN
  let value = 0
  for (let at = start + 1; at < end; at++) {
    const digit = bytes[at]! - zero
    if (digit < 0 || digit > 9) return NaN
    value = value * 10 + digit
  }
  return value * 10 ** (digits - written)
}

export function timestampReader(unit: 'ms' | 'us', form: RowForm): ReadValue {
  if (unit === 'us') return readMicroseconds
  if (form === 'stored') return readMilliseconds
  return (piece, start, end) => {
    const instant = readMilliseconds(piece, start, end)
    return instant === undefined ? undefined : new Date(instant)
  }
}

function readMilliseconds({ bytes }: Parameters<ReadValue>[0], start: number, end: number) {
  if (end - start < 20 || bytes[end - 1] !== letterZ) return undefined
  const instant = secondAt(bytes, start) + fractionAt(bytes, start + 19, end - 1, 3)
  return Number.isNaN(instant) ? undefined : instant
}

const readMicroseconds: ReadValue = ({ bytes }, start, end) => {
  if (end - start < 20 || bytes[end - 1] !== letterZ) return undefined
  const milliseconds = secondAt(bytes, start)
  const fraction = fractionAt(bytes, start + 19, end - 1, 6)
  const instant = milliseconds * 1000 + fraction
  if (Number.isNaN(instant)) return undefined
  return Number.isSafeInteger(instant) ? BigInt(instant) : BigInt(milliseconds) * 1000n + BigInt(fraction)
}
