import { toUser } from '@holdfast/core/backend'
import type { LogicalType, StoredValue, TypeName } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'

/** Writes a stored value that is not null as FILE-4 has it, without quotes. */
export type SpellValue = (value: StoredValue) => string

type TypeOf<Name extends TypeName> = Extract<LogicalType, { readonly name: Name }>

const spellers: { readonly [Name in TypeName]: (type: TypeOf<Name>) => SpellValue } = {
  boolean: () => String,
  integer: () => String,
  bigint: () => String,
  double: () => String,
  decimal: (type) => (value) => toUser(type, value) as string,
  text: () => asItIs,
  bytes: () => (value) => base64(value as Uint8Array),
  date: () => asItIs,
  timestamp: ({ unit }) =>
    unit === 'ms' ? (value) => instant(value as number) : (value) => fineInstant(value as bigint),
  uuid: () => asItIs,
  json: () => asItIs,
}

const asItIs: SpellValue = (value) => value as string

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function fineInstant(microseconds: bigint): string {
  const fraction = ((microseconds % 1000n) + 1000n) % 1000n
  const milliseconds = instant(Number((microseconds - fraction) / 1000n))
  return `${milliseconds.slice(0, -1)}${String(fraction).padStart(3, '0')}Z`
}

export function spellerOf(type: LogicalType): SpellValue {
  const make = spellers[type.name] as (type: LogicalType) => SpellValue
  return make(type)
}
