import type { DuckDBConnection } from '@duckdb/node-api'
import { integer, open, table, text } from '@holdfast/core'
import type { Database, OpenOptions } from '@holdfast/core'
import { onTestFinished } from 'vitest'
import { duckdb } from '../src/index.js'
import type { DuckdbOptions } from '../src/index.js'
import { temporaryFile } from './files.js'

export const items = table('items', { id: integer().primaryKey(), name: text() })

export const itemRows = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => ({ id: first + index, name: `item ${first + index}` }))

/** Opens a database that is closed when the test has finished; in a file of its own unless a path is given. */
export async function opened(
  options: Partial<DuckdbOptions> = {},
  openOptions: OpenOptions = {},
): Promise<Database<DuckDBConnection>> {
  const database = await open(duckdb({ path: temporaryFile(), ...options }), openOptions)
  onTestFinished(() => database.close())
  return database
}

/** The same with the table of items in it. */
export async function openedWithItems(
  count: number,
  options: Partial<DuckdbOptions> = {},
): Promise<Database<DuckDBConnection>> {
  const database = await opened(options)
  await database.ensure(items)
  if (count > 0) await database.table(items).insert(itemRows(count))
  return database
}
