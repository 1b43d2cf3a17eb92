import type { Key, Search, StoredValue } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Access } from './access.js'
import { qualified } from './catalog/names.js'
import { textDecoder } from './codec/decode-text.js'
import type { Schema } from './schema.js'

/**
 * The keys of rows that match a query as people write them for search engines (`cats -dogs "in the rain"`), best first.
 * Words are compared as they are, in any case: no language is guessed.
 */
export async function searchKeys({ table, columns, query, limit }: Search, schema: Schema, access: Access): Promise<readonly Key[]> {
  const keys = table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!)
  const decoders = keys.map(({ type }) => textDecoder(type))
  const names = keys.map(({ name }) => quote(name)).join(', ')
  const document = searchDocument(columns)
  const text = `
    SELECT ${names} FROM ${qualified(schema.name, table.name)}, websearch_to_tsquery('simple', $1) AS query
    WHERE ${document} @@ query ORDER BY ts_rank(${document}, query) DESC, ${names} LIMIT $2::int8`
  return access.read(async (run) => {
    const found: Key[] = []
    const take = (fields: readonly (string | null)[]) =>
      found.push(fields.map((field, index): StoredValue => decoders[index]!(field!, keys[index]!.name)))
    await run([{ text, values: [query, String(limit)], prepared: true, onRow: take }])
    return found
  })
}

/** What is searched: the words of some columns. An index over exactly this expression makes it fast. */
export function searchDocument(columns: readonly string[]): string {
  const texts = columns.map((name) => `coalesce(${quote(name)}, '')`).join(" || ' ' || ")
  return `to_tsvector('simple', ${texts})`
}
