import type { LogicalType, StoredValue, TypeName } from '@holdfast/core/backend'
import type { EncodeParameter } from '@holdfast/sql'

/**
 * Physical values. Booleans, integers, bigints, decimals (unscaled) and timestamps are INTEGER, doubles REAL, bytes BLOB,
 * everything else TEXT. The driver binds every JavaScript number as REAL: a STRICT column makes an integer of it again
 * without loss, but an expression would not, so parameters of integer types are bound as bigints.
 */
const toInteger: EncodeParameter = (value) => (value === null ? null : BigInt(value as number | boolean | bigint))
const asItIs: EncodeParameter = (value) => value

const encoders: Readonly<Record<TypeName, EncodeParameter>> = {
  boolean: toInteger,
  integer: toInteger,
  bigint: asItIs,
  double: asItIs,
  decimal: asItIs,
  text: asItIs,
  bytes: asItIs,
  date: asItIs,
  timestamp: toInteger,
  uuid: asItIs,
  json: asItIs,
}

export function parameterEncoder(type: LogicalType): EncodeParameter {
  return encoders[type.name]
}

const toJson: EncodeParameter = (values) => JSON.stringify(values)
/** JSON has no bigint of its own; SQLite reads the digits of an int64 exactly. */
const digitsToJson: EncodeParameter = (values) => `[${(values as readonly StoredValue[]).join()}]`
const flagsToJson: EncodeParameter = (values) => JSON.stringify((values as readonly boolean[]).map(Number))
const bytesToJson: EncodeParameter = (values) =>
  JSON.stringify((values as readonly Uint8Array[]).map((bytes) => Buffer.from(bytes).toString('hex')))

const listEncoders: Readonly<Record<TypeName, EncodeParameter>> = {
  boolean: flagsToJson,
  integer: digitsToJson,
  bigint: digitsToJson,
  double: toJson,
  decimal: digitsToJson,
  text: toJson,
  bytes: bytesToJson,
  date: toJson,
  timestamp: digitsToJson,
  uuid: toJson,
  json: toJson,
}

export function parameterListEncoder(type: LogicalType): EncodeParameter {
  return listEncoders[type.name]
}
