import { Buffer } from 'node:buffer'
import { HoldfastError } from '@holdfast/core/backend'
import pg from 'pg'
import { quoteItem } from './encode-text.js'

/** Types whose values the driver would read by the time zone of the process, or as text. */
const oid = { int8: 20, date: 1082, timestamp: 1114, int8Array: 1016 } as const

type ReadField = (text: string) => unknown

/** Integers come as numbers where these are exact. */
const integer: ReadField = (text) => {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}

const own: Readonly<Record<number, ReadField>> = {
  [oid.int8]: integer,
  [oid.date]: (text) => text,
  // Without a zone: of UTC, as everywhere here.
  [oid.timestamp]: (text) =>
    /^\d{4}-/.test(text) && !text.endsWith('BC') ? new Date(`${text.replace(' ', 'T')}Z`) : text,
}

/** How the driver reads the text of a value of a type. */
export function rawDecoder(type: number): ReadField {
  return own[type] ?? (pg.types.getTypeParser(type, 'text') as ReadField)
}

/** A value that the caller gave, as the text of which the server makes what the statement needs. */
export function rawText(value: unknown, path: string): string | null {
  switch (typeof value) {
    case 'undefined':
      return null
    case 'boolean':
    case 'number':
    case 'bigint':
      return String(value)
    case 'string':
      if (!value.includes('\0')) return value
      break
    default:
      if (value === null) return null
      if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
      if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString()
      if (Array.isArray(value)) return arrayText(value, path)
  }
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    'A value of a SQL statement must be null, a boolean, a number, a bigint, a text without NUL, a Uint8Array, a Date, or an array of such.',
    { path },
  )
}

function arrayText(values: readonly unknown[], path: string): string {
  const items = values.map((value, index) => {
    const text = rawText(value, `${path}[${index}]`)
    return text === null ? 'NULL' : Array.isArray(value) ? text : quoteItem(text)
  })
  return `{${items.join(',')}}`
}
