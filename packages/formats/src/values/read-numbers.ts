import { toUser } from '@holdfast/core/backend'
import type { RowForm } from '../types.js'
import type { ReadValue } from './piece.js'

const minus = 0x2d
const plus = 0x2b
const point = 0x2e
const zero = 0x30
const nine = 0x39
const upperE = 0x45
const lowerE = 0x65

const minimumInt64 = -(2n ** 63n)
const maximumInt64 = 2n ** 63n - 1n

/** Digits that a number always holds exactly. */
const exactDigits = 15
/** Powers of ten that a number holds exactly: one division or multiplication by them is rounded once, and so correctly. */
const powers = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent)

const isDigit = (byte: number) => byte >= zero && byte <= nine

export const readInteger: ReadValue = ({ bytes }, start, end) => {
  const isNegative = bytes[start] === minus
  const first = isNegative ? start + 1 : start
  const digits = end - first
  if (digits < 1 || digits > 16 || (bytes[first] === zero && end - start > 1)) return undefined
  let value = 0
  for (let at = first; at < end; at++) {
    const byte = bytes[at]!
    if (!isDigit(byte)) return undefined
    value = value * 10 + (byte - zero)
  }
  if (value > Number.MAX_SAFE_INTEGER) return undefined
  return isNegative ? -value : value
}

export const readBigint: ReadValue = (piece, start, end) => {
  const { bytes, text, base } = piece
  if (end - start <= exactDigits) {
    const value = readInteger(piece, start, end)
    return value === undefined ? undefined : BigInt(value as number)
  }
  const first = bytes[start] === minus ? start + 1 : start
  if (end - first > 19 || bytes[first] === zero || !areDigits(bytes, first, end)) return undefined
  const value = BigInt(text.slice(start - base, end - base))
  return value >= minimumInt64 && value <= maximumInt64 ? value : undefined
}

export const readDouble: ReadValue = ({ bytes, text, base }, start, end) => {
  let at = bytes[start] === minus ? start + 1 : start
  let digits = 0
  let exponent = 0
  const whole = at
  for (; at < end && isDigit(bytes[at]!); at++) digits = digits * 10 + (bytes[at]! - zero)
  if (at === whole) return undefined
  if (at < end && bytes[at] === point) {
    const fraction = ++at
    for (; at < end && isDigit(bytes[at]!); at++) digits = digits * 10 + (bytes[at]! - zero)
    if (at === fraction) return undefined
    exponent = fraction - at
  }
  if (at === end && digits <= Number.MAX_SAFE_INTEGER && exponent >= -22) {
    const value = exponent === 0 ? digits : digits / powers[-exponent]!
    // Not 0 but −0 would become of a zero.
    return bytes[start] === minus && value !== 0 ? -value : value
  }
  if (at < end && !isExponent(bytes, at, end)) return undefined
  const value = Number(text.slice(start - base, end - base))
  return Number.isFinite(value) ? value + 0 : undefined
}

function isExponent(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== lowerE && bytes[start] !== upperE) return false
  const isSigned = bytes[start + 1] === minus || bytes[start + 1] === plus
  const first = isSigned ? start + 2 : start + 1
  return first < end && areDigits(bytes, first, end)
}

function areDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(bytes[at]!)) return false
  return true
}

export function decimalReader(precision: number, scale: number, form: RowForm): ReadValue {
  const type = { name: 'decimal', precision, scale } as const
  const bound = 10n ** BigInt(precision)

  const readScaled = ({ bytes, text, base }: Parameters<ReadValue>[0], start: number, end: number) => {
    const isNegative = bytes[start] === minus
    const first = isNegative ? start + 1 : start
    let dot = first
    while (dot < end && isDigit(bytes[dot]!)) dot++
    const fraction = dot === end ? end : dot + 1
    const isFormed =
      dot > first &&
      (dot === end || (bytes[dot] === point && fraction < end && areDigits(bytes, fraction, end)))
    if (!isFormed || end - fraction > scale) return undefined
    const missing = scale - (end - fraction)
    let value: bigint
    if (dot - first + scale <= exactDigits) {
      let digits = 0
      for (let at = first; at < dot; at++) digits = digits * 10 + (bytes[at]! - zero)
      for (let at = fraction; at < end; at++) digits = digits * 10 + (bytes[at]! - zero)
      value = BigInt(digits * powers[missing]!)
    } else {
      // However many zeros it begins with.
      const digits = text.slice(first - base, dot - base) + text.slice(fraction - base, end - base)
      const significant = digits.replace(/^0+/, '')
      if (significant.length + missing > precision) return undefined
      value = BigInt(significant) * 10n ** BigInt(missing)
    }
    if (value >= bound) return undefined
    return isNegative ? -value : value
  }
  if (form === 'stored') return readScaled
  return (piece, start, end) => {
    const value = readScaled(piece, start, end)
    return value === undefined ? undefined : (toUser(type, value) as string)
  }
}
