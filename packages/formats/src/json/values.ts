import { isHoldfastError, isStored, limits, toStored } from '@holdfast/core/backend'
import type { LogicalType, TypeName } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import type { RowForm } from '../types.js'
import { documentOf } from '../values/document.js'
import { valueReader } from '../values/read.js'

/** The value that a JSON value stands for; undefined if it stands for none. Never given null. */
export type FromJson = (value: unknown) => unknown

/** What JSON has itself; all other types are texts, spelt as in CSV (FILE-4). */
const own: Partial<Record<TypeName, (type: LogicalType, form: RowForm) => FromJson>> = {
  boolean: () => (value) => (typeof value === 'boolean' ? value : undefined),
  integer: () => (value) => (Number.isSafeInteger(value) ? (value as number) + 0 : undefined),
  double: () => (value) => (Number.isFinite(value) ? (value as number) + 0 : undefined),
  text: (type) => (value) => (isStored(type, value) ? value : undefined),
  date: (type) => (value) => (isStored(type, value) ? value : undefined),
  json: (_, form) => (value) => {
    try {
      return documentOf(value, form)
    } catch {
      return undefined
    }
  },
}

export function jsonReader(type: LogicalType, form: RowForm): FromJson {
  const read = own[type.name]?.(type, form) ?? spelt(type, form)
  if (type.name !== 'bigint') return read
  // A number that is no safe integer may have been another one in the file.
  return (value) => (Number.isSafeInteger(value) ? BigInt(value as number) : read(value))
}

/** Texts that spell a value are hardly ever longer: they are copied into one piece of memory. */
const scratch = Buffer.alloc(64)

function spelt(type: LogicalType, form: RowForm): FromJson {
  const read = valueReader(type, form)
  return (value) => {
    if (typeof value !== 'string' || !/^[\0-\x7f]*$/.test(value)) return undefined
    const { length } = value
    const isShort = length <= scratch.length
    if (isShort) for (let at = 0; at < length; at++) scratch[at] = value.charCodeAt(at)
    const bytes = isShort ? scratch : Buffer.from(value, 'latin1')
    return read({ bytes, text: value, base: 0, isAscii: true }, 0, length)
  }
}

/** Whether a value that was refused is one of the type that is only larger or deeper than allowed (TYPE-10). */
export function isTooLarge(type: LogicalType, value: unknown): boolean {
  switch (type.name) {
    case 'bytes':
      return typeof value === 'string' && (value.length / 4) * 3 - 2 > limits.maxValueBytes
    case 'text':
    case 'json':
      try {
        toStored(type, value, 'value')
        return false
      } catch (error) {
        return isHoldfastError(error) && error.code === 'LIMIT_EXCEEDED'
      }
    default:
      return false
  }
}
