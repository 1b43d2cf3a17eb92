import type { Backend, Database } from '@holdfast/core'
import type { FileDatabase } from '@holdfast/file'

/** An engine that keeps its data itself when its process is killed, in a file or a folder. */
export interface DurableEngine {
  /** Loads the engine, and no other: a process that writes is begun in every round. */
  readonly backend: (path: string) => Promise<Backend>
  /** That a table is made and filled in one transaction: all of it is there, or nothing. Otherwise the table may be there without its row. */
  readonly schemaInTransactions: boolean
  /** Moves what was written from the log to where it stays. */
  readonly checkpoint: (database: Database) => Promise<unknown>
}

export const durableEngines: Readonly<Record<string, DurableEngine>> = {
  sqlite: {
    backend: async (path) => (await import('@holdfast/sqlite')).sqlite({ path }),
    schemaInTransactions: true,
    checkpoint: (database) => database.sql`PRAGMA wal_checkpoint(TRUNCATE)`,
  },
  duckdb: {
    backend: async (path) => (await import('@holdfast/duckdb')).duckdb({ path }),
    schemaInTransactions: true,
    checkpoint: (database) => database.sql`CHECKPOINT`,
  },
  file: {
    // So small a journal becomes segments, which are merged, all the time.
    backend: async (path) =>
      (await import('@holdfast/file')).file({ path, format: 'ndjson', journalSize: 4096 }),
    schemaInTransactions: false,
    checkpoint: (database) => (database as Database<FileDatabase>).native.compact(),
  },
}
