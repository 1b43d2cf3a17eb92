import type { Backend, Database } from '@holdfast/core'
import { duckdb } from '@holdfast/duckdb'
import { sqlite } from '@holdfast/sqlite'

/** An engine that keeps its data itself when its process is killed, in a file. */
export interface DurableEngine {
  readonly backend: (path: string) => Backend
  /** Moves what was written from the log into the file. */
  readonly checkpoint: (database: Database) => Promise<unknown>
}

export const durableEngines: Readonly<Record<string, DurableEngine>> = {
  sqlite: {
    backend: (path) => sqlite({ path }),
    checkpoint: (database) => database.sql`PRAGMA wal_checkpoint(TRUNCATE)`,
  },
  duckdb: {
    backend: (path) => duckdb({ path }),
    checkpoint: (database) => database.sql`CHECKPOINT`,
  },
}
