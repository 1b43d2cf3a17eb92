import { Buffer } from 'node:buffer'
import { HoldfastError } from '../backend/errors.js'
import { sha256 } from '../sha256.js'
import type { ColumnType, StoredValue } from '../schema/types.js'
import { storedFromJson, storedToJson } from '../schema/stored-json.js'

/**
 * A place in the order of a query as an opaque text: the values of the sort terms at the last row of a page, together with
 * a mark of the order that they belong to.
 */
export function writeCursor(order: string, values: readonly StoredValue[]): string {
  return Buffer.from(JSON.stringify([markOf(order), ...values.map(storedToJson)])).toString('base64url')
}

/** The values of a cursor. @throws HoldfastError `INVALID_ARGUMENT` when it is none, or one of another order */
export function readCursor(order: string, types: readonly ColumnType[], cursor: string): StoredValue[] {
  const parts = parse(cursor)
  if (parts === undefined) throw refused('is not a cursor')
  const [mark, ...plain] = parts
  if (mark !== markOf(order) || plain.length !== types.length)
    throw refused('belongs to a query with another order')
  return plain.map((value, index) => {
    const { type, nullable } = types[index]!
    const stored = storedFromJson(type, value, 'options.after')
    if (stored === null && !nullable) throw refused('is damaged')
    return stored
  })
}

function parse(cursor: string): unknown[] | undefined {
  const bytes = Buffer.from(cursor, 'base64url')
  // Node skips what does not belong to base64: only the exact form is the cursor that was given out.
  if (bytes.toString('base64url') !== cursor) return undefined
  try {
    const parts: unknown = JSON.parse(bytes.toString())
    return Array.isArray(parts) ? parts : undefined
  } catch {
    return undefined
  }
}

function markOf(order: string): string {
  return sha256(order).toString('base64url').slice(0, 16)
}

function refused(problem: string): HoldfastError {
  return new HoldfastError(
    'INVALID_ARGUMENT',
    `options.after ${problem}: give the "next" of a page of this same query, unchanged.`,
    { path: 'options.after' },
  )
}
