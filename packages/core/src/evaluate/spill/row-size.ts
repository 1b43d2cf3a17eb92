import type { RelationColumns } from '../../relation/types.js'
import type { Identity } from '../../schema/compare.js'
import type { StoredRow, TypeName } from '../../schema/types.js'

/** Bytes of memory, more than fewer: what a value of a type takes beside what is in it. */
const sizes: Record<TypeName, number> = {
  boolean: 8,
  integer: 24,
  bigint: 40,
  double: 24,
  decimal: 40,
  text: 32,
  bytes: 160,
  date: 40,
  timestamp: 40,
  uuid: 72,
  json: 32,
}

const variable: ReadonlySet<TypeName> = new Set(['text', 'bytes', 'json'])

/** About how many bytes of memory a row of these columns takes. */
export function rowSize(columns: RelationColumns): (row: StoredRow) => number {
  let fixed = 64
  const names: string[] = []
  for (const [name, { type }] of columns) {
    fixed += sizes[type.name]
    if (variable.has(type.name)) names.push(name)
  }
  if (names.length === 0) return () => fixed
  return (row) => {
    let size = fixed
    for (const name of names) {
      const value = row[name]
      if (typeof value === 'string') size += 2 * value.length
      else if (value instanceof Uint8Array) size += value.length
    }
    return size
  }
}

/** About how many bytes of memory the identity of values takes, as a key of a map. */
export function identitySize(identity: Identity): number {
  return typeof identity === 'string' ? 96 + 2 * identity.length : 96
}

/** About how many bytes of memory a value takes that is added to a row. */
export const valueSize = 48
