import SQLite from 'better-sqlite3'
import { fileOf } from '../../../backends/index.ts'
import type { Setting } from '../../../contract/arm.ts'

/** The driver for libraries that want to be given one, with the settings of the bare arm. */
export function openDriver(setting: Setting): SQLite.Database {
  const driver = new SQLite(fileOf(setting, 'sqlite'))
  driver.pragma('journal_mode = WAL')
  driver.pragma('synchronous = NORMAL')
  return driver
}

/** Runs a statement, whether it has rows or not. */
export function queryOf(driver: SQLite.Database): (sql: string) => readonly unknown[] {
  return (sql) => {
    const statement = driver.prepare(sql)
    if (statement.reader) return statement.all()
    statement.run()
    return []
  }
}
