import type SQLite from 'better-sqlite3'
import type { Setting } from '../contract/arm.ts'
import { fileOf } from '../backends/index.ts'

export const sqlitePackages = ['better-sqlite3']

/** better-sqlite3 with the pragmas of the Holdfast arm. */
export async function openSqlite(setting: Setting): Promise<SQLite.Database> {
  const { default: Driver } = await import('better-sqlite3')
  const driver = new Driver(fileOf(setting, 'sqlite'))
  driver.pragma('journal_mode = WAL')
  driver.pragma('synchronous = NORMAL')
  return driver
}
