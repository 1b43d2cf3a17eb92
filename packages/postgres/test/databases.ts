import { integer, open, table, text } from '@holdfast/core'
import type { Database, OpenOptions } from '@holdfast/core'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { postgres } from '../src/index.js'
import type { NativeClients, PostgresOptions } from '../src/index.js'
import { freshOptions, serverUrl } from './schemas.js'

export const items = table('items', { id: integer().primaryKey(), name: text() })

export const itemRows = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => ({ id: first + index, name: `item ${first + index}` }))

/** Opens a database that is closed when the test has finished; in a schema of its own unless one is given. */
export async function opened(
  options: PostgresOptions = {},
  openOptions: OpenOptions = {},
): Promise<Database<NativeClients>> {
  const database = await open(postgres(freshOptions(options)), openOptions)
  onTestFinished(() => database.close())
  return database
}

/** The same with the table of items in it. */
export async function openedWithItems(
  count: number,
  options: PostgresOptions = {},
): Promise<Database<NativeClients>> {
  const database = await opened(options)
  await database.ensure(items)
  if (count > 0) await database.table(items).insert(itemRows(count))
  return database
}

/** A client of the driver alone: another program. */
export async function otherProgram(schema?: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: serverUrl })
  // A server that ends its connection is what some tests are about.
  client.on('error', () => undefined)
  await client.connect()
  if (schema !== undefined) await client.query(`set search_path to "${schema}"`)
  onTestFinished(() => client.end())
  return client
}
