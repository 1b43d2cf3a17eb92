import type { HoldfastEngine, Setting } from '../contract/arm.ts'
import { duckdbPath, serverOf, sqlitePath } from './places.ts'

/** Our engines, each with the settings that its bare driver has too. */
export const engines: Readonly<Record<'memory' | 'sqlite' | 'duckdb' | 'postgres', HoldfastEngine>> = {
  memory: {
    name: 'memory',
    packages: ['@holdfast/memory'],
    settings: 'in the process',
    backend: async () => (await import('@holdfast/memory')).memory(),
  },
  sqlite: {
    name: 'sqlite',
    packages: ['@holdfast/sqlite', 'better-sqlite3'],
    settings: 'WAL, synchronous NORMAL',
    async backend(setting: Setting) {
      const { sqlite } = await import('@holdfast/sqlite')
      return sqlite({ path: sqlitePath(setting), journalMode: 'wal', synchronous: 'normal' })
    },
  },
  duckdb: {
    name: 'duckdb',
    packages: ['@holdfast/duckdb', '@duckdb/node-api'],
    settings: 'as DuckDB has them',
    async backend(setting: Setting) {
      const { duckdb } = await import('@holdfast/duckdb')
      return duckdb({ path: duckdbPath(setting) })
    },
  },
  postgres: {
    name: 'postgres',
    packages: ['@holdfast/postgres', 'pg'],
    settings: 'as the server has them',
    async backend(setting: Setting) {
      const { postgres } = await import('@holdfast/postgres')
      return postgres(serverOf(setting))
    },
  },
}

export const engineList: readonly HoldfastEngine[] = Object.values(engines)
