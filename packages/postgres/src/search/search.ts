import { HoldfastError } from '@holdfast/core/backend'
import type { Key, Search, StoredValue } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Access } from '../access.js'
import { qualified } from '../catalog/names.js'
import { textDecoder } from '../codec/decode-text.js'
import type { Schema } from '../schema.js'
import type { Fields } from '../wire/step.js'
import { matchQuery } from './match-query.js'

/** Finds the keys of rows by their texts, best first. */
export async function searchKeys(
  { table, columns, query, limit }: Search,
  schema: Schema,
  access: Access,
): Promise<readonly Key[]> {
  if (table.primaryKey.length === 0) {
    const message = `The table "${table.name}" has no key by which rows could be found.`
    throw new HoldfastError('UNSUPPORTED', message, { table: table.name })
  }
  const match = matchQuery(query)
  if (match === undefined) return []
  const keys = table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!)
  const decoders = keys.map(({ type }) => textDecoder(type))
  const names = keys.map(({ name }) => quote(name)).join(', ')
  const document = searchDocument(columns)
  const text = `
    SELECT ${names} FROM ${qualified(schema.name, table.name)}, to_tsquery('simple', $1) AS "holdfast query"
    WHERE ${document} @@ "holdfast query" ORDER BY ts_rank(${document}, "holdfast query") DESC, ${names} LIMIT $2::int8`
  return access.read(async (run) => {
    const found: Key[] = []
    const take = (fields: Fields) =>
      found.push(fields.map((field, index): StoredValue => decoders[index]!(field!, keys[index]!.name)))
    await run([{ text, values: [match, String(limit)], prepared: true, onRow: take }])
    return found
  })
}

/**
 * What is searched: the words of some columns, without case and accents. The same for the same columns in any order; an
 * index over exactly this expression makes it fast.
 */
export function searchDocument(columns: readonly string[]): string {
  const sorted = [...new Set(columns)].sort()
  const texts = sorted.map((name) => `coalesce(${quote(name)}, '')`).join(" || ' ' || ")
  return `to_tsvector('simple', regexp_replace(normalize(lower(${texts}), NFD), '[\\u0300-\\u036f]', '', 'g'))`
}
