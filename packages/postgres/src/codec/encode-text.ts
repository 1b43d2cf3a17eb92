import { Buffer } from 'node:buffer'
import type { LogicalType, StoredValue, TypeName } from '@holdfast/core/backend'
import type { EncodeParameter } from '@holdfast/sql'

/** How stored values are written as text, which is how parameters are bound. */
type Write = (value: never) => string

const asItIs = (value: string): string => value
const hexadecimal = (value: Uint8Array): string =>
  `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`
const instant = (milliseconds: number): string => new Date(milliseconds).toISOString()

function preciseInstant(microseconds: bigint): string {
  const rest = BigInt.asUintN(64, ((microseconds % 1000n) + 1000n) % 1000n)
  const milliseconds = instant(Number((microseconds - rest) / 1000n))
  return `${milliseconds.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}

function unscaled(scale: number): Write {
  return (value: bigint) => {
    if (scale === 0) return String(value)
    const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
    return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  }
}

const writers: Readonly<Record<Exclude<TypeName, 'decimal' | 'timestamp'>, Write>> = {
  boolean: (value: boolean) => (value ? 't' : 'f'),
  integer: String,
  bigint: String,
  double: String,
  text: asItIs,
  bytes: hexadecimal,
  date: asItIs,
  uuid: asItIs,
  json: asItIs,
}

function writerOf(type: LogicalType): Write {
  switch (type.name) {
    case 'decimal':
      return unscaled(type.scale)
    case 'timestamp':
      return type.unit === 'ms' ? instant : preciseInstant
    default:
      return writers[type.name]
  }
}

/** A stored value as the text of its physical value. */
export type EncodeText = (value: StoredValue) => string | null

interface Encoders {
  readonly value: EncodeText
  readonly list: EncodeParameter
}

const encoders = new Map<string, Encoders>()

function encodersOf(type: LogicalType): Encoders {
  const id =
    type.name === 'decimal' ? `decimal ${type.scale}` : type.name === 'timestamp' ? type.unit : type.name
  let found = encoders.get(id)
  if (found === undefined) encoders.set(id, (found = makeEncoders(type)))
  return found
}

/** Types whose stored values are written as they write themselves. */
const plain: ReadonlySet<TypeName> = new Set<TypeName>(['integer', 'bigint', 'double', 'date', 'uuid'])

/** Types of which no text needs quotes in an array. */
const bare: ReadonlySet<TypeName> = new Set<TypeName>([
  'boolean',
  'integer',
  'bigint',
  'double',
  'decimal',
  'date',
  'uuid',
])

function makeEncoders(type: LogicalType): Encoders {
  const write = writerOf(type) as (value: StoredValue) => string
  const value: EncodeText = (given) => (given === null ? null : write(given))
  const item = bare.has(type.name) ? write : (given: StoredValue) => quoteItem(write(given))
  const isPlain = plain.has(type.name)
  const list = (given: StoredValue | readonly StoredValue[]) => {
    const members = given as readonly StoredValue[]
    if (isPlain && !members.includes(null)) return `{${members.join(',')}}`
    let text = '{'
    for (const member of members) {
      if (text.length > 1) text += ','
      text += member === null ? 'NULL' : item(member)
    }
    return `${text}}`
  }
  return { value, list }
}

export function quoteItem(text: string): string {
  return `"${/["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text}"`
}

/** How a value of the type is bound. The same function for the same type. */
export function textEncoder(type: LogicalType): EncodeText {
  return encodersOf(type).value
}

/** How a list of them is bound: as one array. */
export function listEncoder(type: LogicalType): EncodeParameter {
  return encodersOf(type).list
}
