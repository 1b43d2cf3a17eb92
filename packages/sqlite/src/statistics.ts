import type { Statistics } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Database } from 'better-sqlite3'
import type { Schema } from './schema.js'
import type { Connection } from './connection.js'

/** Sizes of the database and its tables, with their indexes. */
export function readStatistics(connection: Connection, schema: Schema): Statistics {
  const { database } = connection
  const pages = settingOf(database, 'page_count') as number
  const pageSize = settingOf(database, 'page_size') as number
  const sizes = tableSizes(database)
  const tables = schema.read(connection).map(({ name }) => {
    const sizeBytes = sizes.get(name)
    return { name, rows: countOf(database, name), ...(sizeBytes === undefined ? {} : { sizeBytes }) }
  })
  return {
    sizeBytes: pages * pageSize,
    tables,
    engine: {
      version: database.prepare('SELECT sqlite_version()').pluck().get(),
      pages,
      pageSize,
      freePages: settingOf(database, 'freelist_count'),
      cacheSize: settingOf(database, 'cache_size'),
      journalMode: settingOf(database, 'journal_mode'),
      databases: database.prepare('SELECT name, file FROM pragma_database_list').all(),
    },
  }
}

/** Not by the driver's own method, which refuses while a cursor is open. */
function settingOf(database: Database, pragma: string): unknown {
  return database.prepare(`SELECT * FROM pragma_${pragma}`).pluck().get()
}

function countOf(database: Database, table: string): number {
  return Number(
    database
      .prepare(`SELECT count(*) FROM ${quote(table)}`)
      .pluck()
      .get(),
  )
}

function tableSizes(database: Database): ReadonlyMap<string, number> {
  const rows = database
    .prepare(
      'SELECT s.tbl_name AS name, sum(d.pgsize) AS size FROM dbstat AS d JOIN sqlite_schema AS s ON s.name = d.name WHERE d.aggregate = 1 GROUP BY s.tbl_name',
    )
    .all() as { name: string; size: number }[]
  return new Map(rows.map(({ name, size }) => [name, size]))
}
