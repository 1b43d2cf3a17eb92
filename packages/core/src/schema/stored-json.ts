import { Buffer } from 'node:buffer'
import { HoldfastError } from '../backend/errors.js'
import { isStored } from './codecs.js'
import { describeType } from './describe.js'
import type { LogicalType, StoredValue } from './types.js'

/** What a stored value becomes in JSON. */
export type StoredJson = null | boolean | number | string

/** Writes a stored value of a known type, null included, as JSON: bigints as digits, bytes in base64, all else as it is. */
export function storedToJson(value: StoredValue): StoredJson {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  }
  return value
}

/**
 * Reads what `storedToJson` wrote for a value of this type.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` when it is no such value
 */
export function storedFromJson(type: LogicalType, json: unknown, path: string): StoredValue {
  if (json === null) return null
  const value = parse(type, json)
  if (isStored(type, value)) return value
  throw new HoldfastError('INVALID_ARGUMENT', `${path} must be the JSON form of ${describeType(type)}`, {
    path,
  })
}

const digits = /^-?[0-9]{1,19}$/

function parse(type: LogicalType, json: unknown): unknown {
  if (
    type.name === 'bigint' ||
    type.name === 'decimal' ||
    (type.name === 'timestamp' && type.unit === 'us')
  ) {
    return typeof json === 'string' && digits.test(json) ? BigInt(json) : undefined
  }
  return type.name === 'bytes' ? parseBase64(json) : json
}

function parseBase64(json: unknown): Uint8Array | undefined {
  if (typeof json !== 'string') return undefined
  const bytes = Buffer.from(json, 'base64')
  // Node skips what is no base64; only the exact form comes back the same.
  return bytes.toString('base64') === json ? new Uint8Array(bytes) : undefined
}
