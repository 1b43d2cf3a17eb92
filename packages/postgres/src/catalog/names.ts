import { createHash } from 'node:crypto'
import { quoteIdentifier as quote } from '@holdfast/sql'

/** Bytes of an identifier: PostgreSQL cuts longer ones off in silence. */
const longest = 63

/**
 * The name of what belongs to a table, such as an index. In PostgreSQL these share one set of names with tables; a dot,
 * which no name of a table holds, keeps them apart.
 */
function nameWithin(table: string, part: string): string {
  const name = `${table}.${part}`
  if (name.length <= longest) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12)
  return `${table.slice(0, 24)}.${part.slice(0, 24)}.${hash}`
}

export const indexName = (table: string, index: string): string => nameWithin(table, index)
export const keyName = (table: string): string => nameWithin(table, '$key')
export const sequenceName = (table: string): string => nameWithin(table, '$sequence')
/** No index of a definition has a dot in its name. */
export const physicalIndexName = (table: string, index: string): string =>
  nameWithin(table, `physical.${index}`)
/** @param label begins with a digit or a sign, as no name of an index does */
export const partitionName = (table: string, label: string): string => nameWithin(table, label)

export function qualified(schema: string, name: string): string {
  return `${quote(schema)}.${quote(name)}`
}
