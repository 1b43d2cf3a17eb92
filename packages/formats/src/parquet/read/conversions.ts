import type { LogicalType, StoredValue } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import type { Leaf } from '../format/footer.js'
import { byteArrays, copied, document, texts } from './byte-arrays.js'
import { booleans, doubles, fixedVector, integers64 } from './vector.js'
import type { GetValue, MakeVector } from './vector.js'

/** The type that holds exactly the values of a column; undefined where none of ours does (FILE-6). */
export function typeOfLeaf(leaf: Leaf): LogicalType | undefined {
  const decimal = decimalOf(leaf)
  if (decimal !== undefined) {
    return decimal.precision >= 1 && decimal.precision <= 18 && decimal.scale <= decimal.precision
      ? { name: 'decimal', ...decimal }
      : undefined
  }
  const words = wordsOf(leaf)
  return exact[words] ?? (/^TIMESTAMP\((MILLIS|MICROS)\)$/.test(words) ? instant : undefined)
}

const instant: LogicalType = { name: 'timestamp', unit: 'us' }
const integer: LogicalType = { name: 'integer' }
const bigint: LogicalType = { name: 'bigint' }

const exact: Readonly<Record<string, LogicalType>> = {
  BOOLEAN: { name: 'boolean' },
  INT32: integer,
  INT_8: integer,
  INT_16: integer,
  INT_32: integer,
  UINT_8: integer,
  UINT_16: integer,
  UINT_32: integer,
  INT64: bigint,
  INT_64: bigint,
  INT96: instant,
  FLOAT: { name: 'double' },
  DOUBLE: { name: 'double' },
  FLOAT16: { name: 'double' },
  STRING: { name: 'text' },
  ENUM: { name: 'text' },
  JSON: { name: 'json' },
  BYTE_ARRAY: { name: 'bytes' },
  FIXED_LEN_BYTE_ARRAY: { name: 'bytes' },
  DATE: { name: 'date' },
  UUID: { name: 'uuid' },
}

function decimalOf({ converted, logical, precision, scale }: Leaf) {
  if (logical?.type === 'DECIMAL') return { precision: logical.precision, scale: logical.scale }
  return converted === 'DECIMAL' ? { precision: precision ?? 0, scale: scale ?? 0 } : undefined
}

/** The type of a column in the words of the format: what it means, or else what it is. */
export function nativeOf(leaf: Leaf): string {
  const decimal = decimalOf(leaf)
  return decimal === undefined ? wordsOf(leaf) : `DECIMAL(${decimal.precision}, ${decimal.scale})`
}

const newer: Readonly<Record<string, string>> = {
  UTF8: 'STRING',
  TIMESTAMP_MILLIS: 'TIMESTAMP(MILLIS)',
  TIMESTAMP_MICROS: 'TIMESTAMP(MICROS)',
}

function wordsOf({ type, logical, converted, length }: Leaf): string {
  if (logical === undefined) return converted === undefined ? type : (newer[converted] ?? converted)
  switch (logical.type) {
    case 'TIMESTAMP':
      return `TIMESTAMP(${logical.unit})`
    case 'INTEGER':
      return `${logical.isSigned ? '' : 'U'}INT_${logical.bitWidth}`
    case 'UUID':
      return length === 16 ? 'UUID' : 'a UUID that is not of 16 bytes'
    default:
      return logical.type
  }
}

const safe = Number.MAX_SAFE_INTEGER
const firstMillisecond = Date.parse('0001-01-01T00:00:00.000Z')
const lastMillisecond = Date.parse('9999-12-31T23:59:59.999Z')
const firstMicrosecond = BigInt(firstMillisecond) * 1000n
const lastMicrosecond = BigInt(lastMillisecond) * 1000n + 999n
const millisecondsPerDay = 86_400_000

/**
 * How the values of a column become those of a type; undefined where that is not possible exactly (FILE-6).
 *
 * @param isCanonical whether documents are known to be in canonical form
 */
export function conversionOf(leaf: Leaf, to: LogicalType, isCanonical: boolean): MakeVector | undefined {
  const from = typeOfLeaf(leaf)
  switch (to.name) {
    case 'integer':
      return from?.name === 'integer' || from?.name === 'bigint' ? integers(leaf) : undefined
    case 'bigint':
      return from?.name === 'integer' || from?.name === 'bigint' ? bigints(leaf) : undefined
    case 'decimal':
      return from?.name === 'decimal' ? decimals(leaf, from, to) : undefined
    case 'timestamp':
      return from?.name === 'timestamp' ? instants(leaf, to.unit) : undefined
    case 'json':
      if (from?.name !== 'json' && from?.name !== 'text') return undefined
      return isCanonical && from.name === 'json' ? texts : byteArrays(document)
    case 'double':
      return from?.name === 'double' ? doublesOf(leaf) : undefined
    case 'bytes':
      return from?.name === 'bytes' ? bytesOf(leaf) : undefined
    default:
      return from?.name === to.name ? others[to.name] : undefined
  }
}

const day = (): GetValue => {
  const days = new Map<number, string>()
  const first = firstMillisecond / millisecondsPerDay
  const last = Math.floor(lastMillisecond / millisecondsPerDay)
  return (view, at) => {
    const number = view.getInt32(at, true)
    const known = days.get(number)
    if (known !== undefined) return known
    if (number < first || number > last) return undefined
    const date = new Date(number * millisecondsPerDay).toISOString().slice(0, 10)
    days.set(number, date)
    return date
  }
}

const hexadecimal = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

const uuid: GetValue = (view, at) => {
  let text = ''
  for (let byte = 0; byte < 16; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) text += '-'
    text += hexadecimal[view.getUint8(at + byte)]!
  }
  return text
}

const others = {
  boolean: booleans,
  text: texts,
  date: ((bytes, count) => fixedVector(4, day())(bytes, count)) as MakeVector,
  uuid: fixedVector(16, uuid),
}

/** Whether the highest bit of a column's numbers is no sign. */
export const isUnsigned = (leaf: Leaf): boolean => /^UINT/.test(wordsOf(leaf))

function integers(leaf: Leaf): MakeVector {
  if (leaf.type === 'INT64') return integers64(-safe, safe)
  return isUnsigned(leaf)
    ? fixedVector(4, (view, at) => view.getUint32(at, true))
    : fixedVector(4, (view, at) => view.getInt32(at, true))
}

function bigints(leaf: Leaf): MakeVector {
  if (leaf.type === 'INT64') return fixedVector(8, (view, at) => view.getBigInt64(at, true))
  return isUnsigned(leaf)
    ? fixedVector(4, (view, at) => BigInt(view.getUint32(at, true)))
    : fixedVector(4, (view, at) => BigInt(view.getInt32(at, true)))
}

function doublesOf(leaf: Leaf): MakeVector {
  const finite = (value: number) => (Number.isFinite(value) ? value + 0 : undefined)
  switch (leaf.type) {
    case 'DOUBLE':
      return doubles
    case 'FLOAT':
      return fixedVector(4, (view, at) => finite(view.getFloat32(at, true)))
    default:
      return fixedVector(2, (view, at) => finite(half(view.getUint16(at, true))))
  }
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

function bytesOf({ type, length = 0 }: Leaf): MakeVector | undefined {
  if (type === 'BYTE_ARRAY') return byteArrays(copied)
  if (length === 0) return undefined
  return fixedVector(
    length,
    ({ buffer, byteOffset }, at) =>
      new Uint8Array(buffer.slice(byteOffset + at, byteOffset + at + length) as ArrayBuffer),
  )
}

type Decimal = LogicalType & { readonly name: 'decimal' }

/** Digits may be added, before and behind the point, but none lost. */
function decimals(leaf: Leaf, from: Decimal, to: Decimal): MakeVector | undefined {
  const more = to.scale - from.scale
  if (more < 0 || from.precision - from.scale > to.precision - to.scale) return undefined
  const factor = 10n ** BigInt(more)
  const bound = 10n ** BigInt(to.precision)
  const scaled = (value: bigint): StoredValue | undefined => {
    const wanted = value * factor
    return wanted < bound && wanted > -bound ? wanted : undefined
  }
  const { length = 0 } = leaf
  switch (leaf.type) {
    case 'INT32':
      return fixedVector(4, (view, at) => scaled(BigInt(view.getInt32(at, true))))
    case 'INT64':
      return fixedVector(8, (view, at) => scaled(view.getBigInt64(at, true)))
    case 'FIXED_LEN_BYTE_ARRAY':
      return length === 0
        ? undefined
        : fixedVector(length, ({ buffer, byteOffset }, at) =>
            scaled(signed(Buffer.from(buffer, byteOffset + at, length))),
          )
    case 'BYTE_ARRAY':
      return byteArrays((bytes) => (bytes.length > 64 ? undefined : scaled(signed(bytes))))
    default:
      return undefined
  }
}

/** A number in two's complement, the highest byte first. */
function signed(bytes: Buffer): bigint {
  if (bytes.length === 0) return 0n
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))
}

const inRange = (value: bigint) => (value >= firstMicrosecond && value <= lastMicrosecond ? value : undefined)

/** Gives microseconds since 1970; undefined for what is none. */
type GetInstant = (view: DataView, at: number) => bigint | undefined

function instants(leaf: Leaf, unit: 'ms' | 'us'): MakeVector | undefined {
  const words = wordsOf(leaf)
  if (words === 'TIMESTAMP(MILLIS)') {
    if (unit === 'ms') return integers64(firstMillisecond, lastMillisecond)
    return fixedVector(8, (view, at) => inRange(view.getBigInt64(at, true) * 1000n))
  }
  const micros: GetInstant =
    leaf.type === 'INT96' ? instantOf96 : (view, at) => inRange(view.getBigInt64(at, true))
  const width = leaf.type === 'INT96' ? 12 : 8
  if (unit === 'us') return fixedVector(width, micros)
  return fixedVector(width, (view, at) => {
    const value = micros(view, at)
    return value === undefined || value % 1000n !== 0n ? undefined : Number(value / 1000n)
  })
}

const julianDayOf1970 = 2_440_588

/** Nanoseconds of a day, and the day. */
const instantOf96: GetInstant = (view, at) => {
  const nanoseconds = view.getBigUint64(at, true)
  if (nanoseconds % 1000n !== 0n) return undefined
  const days = BigInt(view.getInt32(at + 8, true) - julianDayOf1970)
  return inRange(days * 86_400_000_000n + nanoseconds / 1000n)
}
