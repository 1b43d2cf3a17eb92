import { Buffer } from 'node:buffer'
import type { Key, LogicalType, StoredValue, TypeName } from '../../schema/types.js'
import type { KeyRange } from './store.js'

/**
 * Turns the values of a key into bytes whose order is that of the keys (ORDER-1, ORDER-2). Given fewer values than the key has,
 * it makes the bytes with which exactly the keys with these first values begin.
 */
export type KeyEncoder = (values: Key, prefix?: Uint8Array) => Uint8Array

/** How the values of a type become bytes that sort like the values, none of them the beginning of another one. */
type Encode = (value: StoredValue) => Uint8Array

const eightBytes = (write: (bytes: Buffer, value: StoredValue) => void): Encode => {
  return (value) => {
    const bytes = Buffer.allocUnsafe(8)
    write(bytes, value)
    return bytes
  }
}

/** As IEEE doubles, which hold every safe integer: negative ones inverted, so that their order as bytes is their order. */
const number = eightBytes((bytes, value) => {
  bytes.writeDoubleBE(value as number)
  if (bytes[0]! < 0x80) bytes[0]! |= 0x80
  else for (let index = 0; index < 8; index++) bytes[index]! ^= 0xff
})

const int64 = eightBytes((bytes, value) => {
  bytes.writeBigInt64BE(value as bigint)
  bytes[0]! ^= 0x80
})

const end = Uint8Array.of(0)
const utf8 = (value: StoredValue): Uint8Array => Buffer.from(value as string)

/** Texts hold no U+0000 (TYPE-4), so it can end them. */
const endedText: Encode = (value) => Buffer.concat([utf8(value), end])

/** A zero becomes 0, 255, so that 0, 0 is the end. */
const endedBytes: Encode = (value) => {
  const escaped: number[] = []
  for (const byte of value as Uint8Array) {
    escaped.push(byte)
    if (byte === 0) escaped.push(0xff)
  }
  return Uint8Array.from([...escaped, 0, 0])
}

const encoders: Readonly<Record<Exclude<TypeName, 'timestamp' | 'json'>, Encode>> = {
  boolean: (value) => Uint8Array.of(value === true ? 1 : 0),
  integer: number,
  double: number,
  bigint: int64,
  decimal: int64,
  text: endedText,
  bytes: endedBytes,
  date: utf8,
  uuid: (value) => Buffer.from((value as string).replaceAll('-', ''), 'hex'),
}

/** Nothing follows the last value, so nothing need end it. */
const lastEncoders: Partial<Record<TypeName, Encode>> = {
  text: utf8,
  bytes: (value) => value as Uint8Array,
}

const nothing = new Uint8Array(0)

/** Makes the encoder of keys with values of these types; make it once and keep it. json is no key (TYPE-10). */
export function compileKeyEncoder(types: readonly LogicalType[]): KeyEncoder {
  const parts = types.map((type, index) => encoderOf(type, index === types.length - 1))
  const [only] = parts
  if (parts.length === 1 && only !== undefined)
    return (values, prefix = nothing) =>
      values.length === 0 ? prefix : Buffer.concat([prefix, only(values[0]!)])
  return (values, prefix = nothing) =>
    Buffer.concat([prefix, ...values.map((value, index) => parts[index]!(value))])
}

function encoderOf(type: LogicalType, last: boolean): Encode {
  if (type.name === 'timestamp') return type.unit === 'ms' ? number : int64
  const encode = (last ? lastEncoders[type.name] : undefined) ?? encoders[type.name as keyof typeof encoders]
  if (encode === undefined) throw new TypeError(`A value of type ${type.name} is no part of a key.`)
  return encode
}

/** All keys that begin with these bytes, which are not all 255. */
export function startingWith(prefix: Uint8Array): KeyRange {
  return { from: prefix, to: after(prefix) }
}

/** The least bytes that come after all that begin with these, which are not all 255. */
export function after(prefix: Uint8Array): Uint8Array {
  let length = prefix.length
  while (length > 0 && prefix[length - 1] === 0xff) length--
  const next = Uint8Array.from(prefix.subarray(0, length))
  next[length - 1]!++
  return next
}
