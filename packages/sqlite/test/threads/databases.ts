import { open } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import type Driver from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import type { SqliteOptions } from '../../src/index.js'
import type { ThreadRules } from '../../src/threads/rules.js'
import { itemRows, items } from '../databases.js'
import { temporaryFile } from '../files.js'
import { always, sqliteInThreads } from './in-threads.js'

/** A database with a table of items that does in threads whatever can be; closed when the test has finished. */
export async function openedInThreads(
  count: number,
  options: Partial<SqliteOptions> = {},
  rules: Partial<ThreadRules> = {},
): Promise<Database<Driver.Database>> {
  const backend = sqliteInThreads({ path: temporaryFile(), ...options }, { ...always, ...rules })
  const database = await open(backend)
  onTestFinished(() => database.close())
  await database.ensure(items)
  if (count > 0) await database.table(items).insert(itemRows(count))
  return database
}
