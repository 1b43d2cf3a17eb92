import type { Buffer } from 'node:buffer'
import { generateFunction } from '@holdfast/core/backend'
import type { LogicalType, StoredRow, StoredValue } from '@holdfast/core/backend'
import { utf8Of } from '../wire/answers.js'
import { dateOf, postgresEpoch } from './calendar.js'
import { inRange, invalid } from './decode-text.js'
import type { ResultColumn } from './decode-text.js'

/** The bytes of a physical value, of which there are `length` from `at` on, as a stored value. */
type DecodeBinary = (bytes: Buffer, at: number, length: number, column: string) => StoredValue

/** A row as the server sends it in binary, from its number of fields on, as a stored row. */
export type DecodeRow = (bytes: Buffer, at: number) => StoredRow

const high = 4_294_967_296

/** By single bytes: the runtime checks more than there is to check. */
const int32 = (bytes: Buffer, at: number) =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
const uint32 = (bytes: Buffer, at: number) => int32(bytes, at) >>> 0

const integer: DecodeBinary = (bytes, at, _length, column) => {
  const value = int32(bytes, at) * high + uint32(bytes, at + 4)
  return Number.isSafeInteger(value) ? value : invalid(column, 'a safe integer')
}

const double: DecodeBinary = (bytes, at, _length, column) => {
  const value = bytes.readDoubleBE(at)
  return Number.isFinite(value) ? value + 0 : invalid(column, 'a finite number')
}

const text: DecodeBinary = (bytes, at, length) => utf8Of(bytes, at, at + length)

const uuid: DecodeBinary = (bytes, at) => {
  const digits = bytes.toString('hex', at, at + 16)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`
}

const date: DecodeBinary = (bytes, at, _length, column) => {
  const days = int32(bytes, at)
  const fits = days >= -730_119 && days <= 2_921_939
  return fits ? dateOf(days) : invalid(column, 'a date of the years 1 to 9999')
}

const epochMicroseconds = BigInt(postgresEpoch) * 1000n

const preciseInstant: DecodeBinary = (bytes, at, _length, column) => {
  const value = bytes.readBigInt64BE(at) + epochMicroseconds
  inRange(Number(value / 1000n), column)
  return value
}

/** Microseconds do not fit a number; the quotient and the remainder of its two halves do. */
const instant: DecodeBinary = (bytes, at, _length, column) => {
  const upper = int32(bytes, at)
  const rest = (upper % 1000) * high + uint32(bytes, at + 4)
  if (rest % 1000 !== 0) return invalid(column, 'an instant in milliseconds')
  const thousands = (upper - (upper % 1000)) / 1000
  return inRange(thousands * high + rest / 1000 + postgresEpoch, column)
}

const negative = 0x4000

/** Digits to the base of 10,000, the first of which stands for `weight` powers of it. */
function decimal(scale: number): DecodeBinary {
  return (bytes, at, _length, column) => {
    const count = bytes.readInt16BE(at)
    const weight = bytes.readInt16BE(at + 2)
    const sign = bytes.readUInt16BE(at + 4)
    if (sign !== 0 && sign !== negative) return invalid(column, 'a decimal of its type')
    let unscaled = 0n
    for (let index = 0; index < count; index++) {
      unscaled = unscaled * 10_000n + BigInt(bytes.readInt16BE(at + 8 + index * 2))
    }
    const power = 4 * (weight - count + 1) + scale
    if (power >= 0) unscaled *= 10n ** BigInt(power)
    else {
      const divisor = 10n ** BigInt(-power)
      if (unscaled % divisor !== 0n) return invalid(column, 'a decimal of its type')
      unscaled /= divisor
    }
    return sign === negative ? -unscaled : unscaled
  }
}

function binaryDecoder(type: LogicalType): DecodeBinary {
  switch (type.name) {
    case 'boolean':
      return (bytes, at) => bytes[at] === 1
    case 'integer':
      return integer
    case 'bigint':
      return (bytes, at) => bytes.readBigInt64BE(at)
    case 'double':
      return double
    case 'decimal':
      return decimal(type.scale)
    case 'bytes':
      return (bytes, at, length) => new Uint8Array(bytes.subarray(at, at + length))
    case 'date':
      return date
    case 'timestamp':
      return type.unit === 'ms' ? instant : preciseInstant
    case 'uuid':
      return uuid
    case 'text':
    case 'json':
      return text
  }
}

/** How rows with these columns, in this order, are read. */
export function rowDecoder(columns: readonly ResultColumn[]): DecodeRow {
  const decoders = columns.map(({ type, decode }): DecodeBinary => {
    if (decode === undefined) return binaryDecoder(type)
    return (bytes, at, length, column) => decode(text(bytes, at, length, column) as string, column)
  })
  const steps = columns.map(({ name }, index) => {
    const decoded = `decode${index}(bytes, at, length, ${JSON.stringify(name)})`
    return `length = int32(bytes, at); at += 4\nconst value${index} = length < 0 ? null : ${decoded}\nif (length > 0) at += length`
  })
  const fields = columns.map(({ name }, index) => `${JSON.stringify(name)}: value${index}`)
  const body = `let length\nat += 2\n${steps.join('\n')}\nreturn { ${fields.join(', ')} }`
  const named = { int32, ...Object.fromEntries(decoders.map((decode, index) => [`decode${index}`, decode])) }
  return generateFunction<DecodeRow>(['bytes', 'at'], body, named) ?? interpreted(columns, decoders)
}

function interpreted(columns: readonly ResultColumn[], decoders: readonly DecodeBinary[]): DecodeRow {
  return (bytes, start) => {
    const row: StoredRow = {}
    let at = start + 2
    columns.forEach(({ name }, index) => {
      const length = int32(bytes, at)
      at += 4
      row[name] = length < 0 ? null : decoders[index]!(bytes, at, length, name)
      if (length > 0) at += length
    })
    return row
  }
}
