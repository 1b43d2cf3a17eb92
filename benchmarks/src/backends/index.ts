import { join } from 'node:path'
import type { Database } from '@holdfast/core'
import type { DuckdbOptions } from '@holdfast/duckdb'
import type { FileDatabase } from '@holdfast/file'
import type { NativeClients } from '@holdfast/postgres'
import type { SqliteOptions } from '@holdfast/sqlite'
import type { HoldfastEngine, Setting } from '../contract/arm.ts'

const fileNames = { file: 'data', sqlite: 'data.db', duckdb: 'data.duckdb' } as const

/** Where engines with files keep theirs. */
export const fileOf = ({ folder }: Setting, engine: keyof typeof fileNames): string =>
  join(folder, fileNames[engine])

/** What a client of PostgreSQL is given so that names without a schema are those of the setting's. */
export function clientOf({ server }: Setting): {
  readonly connectionString: string
  readonly options: string
} {
  if (server === undefined) throw new Error('An arm on PostgreSQL needs a server.')
  return { connectionString: server.url, options: `-c search_path="${server.schema}"` }
}

/** What an arm on a server leaves on the disk, which is not in its folder. */
export function diskSizeOf(setting: Setting): { readonly diskSize?: () => Promise<number> } {
  if (setting.server === undefined) return {}
  return {
    async diskSize() {
      const { default: pg } = await import('pg')
      const client = new pg.Client(clientOf(setting))
      await client.connect()
      const { rows } = await client.query<{ size: number }>(
        `select coalesce(sum(pg_total_relation_size(oid)), 0)::double precision as size
        from pg_class where relkind = 'r' and relnamespace = current_schema::regnamespace`,
      )
      await client.end()
      return rows[0]!.size
    },
  }
}

export const settingsOf = {
  memory: 'in memory: nothing survives the process',
  file: {
    normal: 'Parquet, synchronous off: survives the end of the process, not every loss of power',
    full: 'Parquet, fsync before a write ends: survives a loss of power',
  },
  sqlite: {
    normal: 'WAL, synchronous NORMAL: survives the end of the process, not every loss of power',
    full: 'WAL, synchronous FULL: survives a loss of power',
  },
  duckdb: 'waits for the disk at each commit',
  postgres: 'fsync, synchronous_commit and full_page_writes on, as by default',
} as const

/** Where the engines' settings are not those that they have by default. */
export interface EngineOptions {
  /** `normal` where what the library costs is to be seen; `full` where what is written is to survive a loss of power. */
  readonly synchronous: 'normal' | 'full'
  readonly sqlite?: Omit<SqliteOptions, 'path' | 'journalMode' | 'synchronous'>
  readonly duckdb?: Omit<DuckdbOptions, 'path' | 'externalAccess'>
  /** Whether DuckDB may read files that lie beside the database. */
  readonly csv?: boolean
}

/** Our engines. */
export function enginesWith({ synchronous, ...options }: EngineOptions): readonly HoldfastEngine[] {
  return [
    {
      name: 'memory',
      packages: ['@holdfast/memory'],
      settings: settingsOf.memory,
      async backend() {
        const { memory } = await import('@holdfast/memory')
        return memory()
      },
    },
    {
      name: 'file',
      packages: ['@holdfast/file', '@holdfast/formats'],
      settings: settingsOf.file[synchronous],
      async backend(setting) {
        const { file } = await import('@holdfast/file')
        return file({
          path: fileOf(setting, 'file'),
          synchronous: synchronous === 'full' ? 'full' : 'off',
        })
      },
      settle: (database) => (database as Database<FileDatabase>).native.flush(),
    },
    {
      name: 'sqlite',
      packages: ['@holdfast/sqlite', 'better-sqlite3'],
      settings: settingsOf.sqlite[synchronous],
      async backend(setting) {
        const { sqlite } = await import('@holdfast/sqlite')
        return sqlite({
          path: fileOf(setting, 'sqlite'),
          journalMode: 'wal',
          synchronous,
          ...options.sqlite,
        })
      },
      settle: (database) => database.sql`pragma wal_checkpoint(truncate)`,
    },
    {
      name: 'duckdb',
      packages: ['@holdfast/duckdb', '@duckdb/node-api'],
      settings:
        options.duckdb?.memoryLimit === undefined
          ? settingsOf.duckdb
          : `${settingsOf.duckdb}; at most ${options.duckdb.memoryLimit} of memory`,
      async backend(setting) {
        const { duckdb } = await import('@holdfast/duckdb')
        return duckdb({
          path: fileOf(setting, 'duckdb'),
          ...(options.csv === true && { externalAccess: [setting.folder] }),
          ...options.duckdb,
        })
      },
      settle: (database) => database.sql`checkpoint`,
    },
    {
      name: 'postgres',
      packages: ['@holdfast/postgres', 'pg'],
      settings: settingsOf.postgres,
      async backend({ server }) {
        const { postgres } = await import('@holdfast/postgres')
        if (server === undefined) throw new Error('An arm on PostgreSQL needs a server.')
        return postgres({ url: server.url, schema: server.schema })
      },
      async settle(database) {
        const { native } = database as Database<NativeClients>
        for (const { name } of await database.tables())
          await native.use((client) => client.query(`vacuum analyze "${name}"`))
      },
    },
  ]
}
