import { integer, table, text } from '@holdfast/core'
import type { Database } from '@holdfast/core'

const columns = { id: integer().primaryKey(), label: text(), number: integer().nullable() }

export const items = table('items', columns)
/** The same table with an index. */
export const indexed = table('items', columns, { indexes: [{ name: 'items_number', columns: ['number'] }] })

export const itemRows = [
  { id: 1, label: 'the quick fox', number: 5 },
  { id: 2, label: 'a slow dog', number: null },
  { id: 3, label: 'nobody', number: 7 },
]

/** The table anew, with its rows. */
export async function freshItems(database: Database) {
  await database.drop(items, { ifExists: true })
  await database.create(items)
  await database.table(items).insert(itemRows)
  return database.table(items)
}
