import { Buffer } from 'node:buffer'
import { HoldfastError } from '@holdfast/core/backend'
import type { LogicalType, StoredValue } from '@holdfast/core/backend'
import { firstInstant, lastInstant } from './calendar.js'

/** A column of a result: its name and type, and whether values are to be brought to canonical form. */
export interface ResultColumn {
  readonly name: string
  readonly type: LogicalType
  /** How the text of a value becomes a stored one, where that is not as for the type. */
  readonly decode?: DecodeText
}

/** The text of a physical value as a stored value. */
export type DecodeText = (text: string, column: string) => StoredValue

const asItIs: DecodeText = (text) => text

const integer: DecodeText = (text, column) => {
  const value = +text
  return Number.isSafeInteger(value) ? value : invalid(column, 'a safe integer')
}

const double: DecodeText = (text, column) => {
  const value = +text
  // Adding 0 makes 0 of −0.
  return Number.isFinite(value) ? value + 0 : invalid(column, 'a finite number')
}

function decimal(scale: number): DecodeText {
  return (text, column) => {
    const point = text.indexOf('.')
    const [whole, fraction] = point === -1 ? [text, ''] : [text.slice(0, point), text.slice(point + 1)]
    const kept = fraction.slice(0, scale).padEnd(scale, '0')
    // An expression may show more digits than it has.
    if (!/^-?\d+$/.test(whole) || /[^0]/.test(fraction.slice(scale)))
      return invalid(column, 'a decimal of its type')
    return BigInt(whole + kept)
  }
}

const bytes: DecodeText = (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'))

const date: DecodeText = (text, column) =>
  text.length === 10 ? text : invalid(column, 'a date of the years 1 to 9999')

const zero = 48

/** Two digits. */
const pair = (text: string, at: number) => (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero

/** Milliseconds since 1970 of `YYYY-MM-DD HH:MM:SS`, in UTC. */
function wholeSeconds(text: string): number {
  const month = pair(text, 5)
  const year = pair(text, 0) * 100 + pair(text, 2) - (month <= 2 ? 1 : 0)
  const era = Math.floor(year / 400)
  const yearOfEra = year - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + pair(text, 8) - 1
  const days =
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  return (((days * 24 + pair(text, 11)) * 60 + pair(text, 14)) * 60 + pair(text, 17)) * 1000
}

/** Microseconds after the second; −1 where the text is none of an instant of the years 1 to 9999. */
function microsecondsAfter(text: string): number {
  const end = text.length - 3
  if (end < 19 || text.charCodeAt(end) !== 43 || text.charCodeAt(4) !== 45) return -1
  return end === 19 ? 0 : Math.round(+text.slice(19, end) * 1_000_000)
}

const instant: DecodeText = (text, column) => {
  const rest = microsecondsAfter(text)
  if (rest < 0 || rest % 1000 !== 0)
    return invalid(column, 'an instant in milliseconds of the years 1 to 9999')
  return inRange(wholeSeconds(text) + rest / 1000, column)
}

const preciseInstant: DecodeText = (text, column) => {
  const rest = microsecondsAfter(text)
  if (rest < 0) return invalid(column, 'an instant of the years 1 to 9999')
  return BigInt(inRange(wholeSeconds(text), column)) * 1000n + BigInt(rest)
}

export function inRange(milliseconds: number, column: string): number {
  const inside = milliseconds >= firstInstant && milliseconds <= lastInstant
  return inside ? milliseconds : invalid(column, 'an instant of the years 1 to 9999')
}

export function textDecoder(type: LogicalType): DecodeText {
  switch (type.name) {
    case 'boolean':
      return (text) => text === 't'
    case 'integer':
      return integer
    case 'bigint':
      return BigInt
    case 'double':
      return double
    case 'decimal':
      return decimal(type.scale)
    case 'bytes':
      return bytes
    case 'date':
      return date
    case 'timestamp':
      return type.unit === 'ms' ? instant : preciseInstant
    case 'text':
    case 'uuid':
    case 'json':
      return asItIs
  }
}

export function invalid(column: string, expected: string): never {
  throw new HoldfastError('INVALID_DATA', `The column "${column}" holds a value that is not ${expected}.`, {
    column,
  })
}
