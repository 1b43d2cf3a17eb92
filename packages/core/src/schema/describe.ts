import { isDate, isPromise, isProxy, isTypedArray } from 'node:util/types'
import type { LogicalType } from './types.js'

/** A type as error messages name it, with its article. */
export function describeType(type: LogicalType): string {
  switch (type.name) {
    case 'boolean':
      return 'true or false'
    case 'integer':
      return 'a safe integer (a number within ±(2^53 − 1))'
    case 'bigint':
      return 'an int64 bigint'
    case 'double':
      return 'a finite number'
    case 'decimal':
      return `a decimal text of at most ${type.precision} digits, at most ${type.scale} of them after the point, such as '${'12.30'.slice(0, type.scale > 0 ? Math.min(5, 3 + type.scale) : 2)}'`
    case 'text':
      return 'well-formed text without U+0000'
    case 'bytes':
      return 'a Uint8Array'
    case 'date':
      return "a day as 'YYYY-MM-DD' of the years 0001 to 9999"
    case 'timestamp':
      return type.unit === 'us'
        ? 'a bigint of microseconds since 1970, within the years 0001 to 9999'
        : 'a Date within the years 0001 to 9999'
    case 'uuid':
      return 'a UUID text'
    case 'json':
      return 'a JSON value'
  }
}

/** Numbers, dates and digits may be shown; any other text may be a secret. */
const harmless = /^[-+.,:0-9TZ ]{1,40}$/

/**
 * A value as error messages name it: its kind, and what it is only where that cannot give a secret away. Runs no code of
 * the caller.
 */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return harmless.test(value) ? `the text '${value}'` : `a text of ${value.length} characters`
    case 'number':
      return `the number ${Object.is(value, -0) ? '-0' : String(value)}`
    case 'bigint':
      // Printing a huge bigint takes longer than anything else here.
      return BigInt.asIntN(128, value) === value ? `the bigint ${value}n` : 'a bigint of more than 128 bits'
    case 'object':
      return describeObject(value)
    case 'function':
      return 'a function'
    case 'symbol':
      return 'a symbol'
    default:
      return String(value)
  }
}

function describeObject(value: object | null): string {
  if (value === null) return 'null'
  if (isProxy(value)) return 'a proxy'
  if (Array.isArray(value)) return 'an array'
  if (isDate(value)) return 'a Date'
  if (isTypedArray(value)) return 'a typed array'
  return isPromise(value) ? 'a promise: await it first' : 'an object'
}
