import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import type { YcsbSession } from '../session.ts'
import { keyValueArm } from './key-value.ts'

/** Stores of values under keys, with the settings of the bare drivers. */
export const peers: readonly Arm<YcsbSession>[] = [
  keyValueArm({
    name: 'keyv',
    engine: 'memory',
    packages: ['keyv'],
    settings: settingsOf.memory,
    open: async () => (await import('./keyv.ts')).openMemory(),
  }),
  keyValueArm({
    name: 'keyv',
    engine: 'sqlite',
    packages: ['keyv', '@keyv/sqlite', 'better-sqlite3'],
    settings: settingsOf.sqlite.normal,
    open: async (setting) => (await import('./keyv.ts')).openSqlite(setting),
  }),
  keyValueArm({
    name: 'keyv',
    engine: 'postgres',
    packages: ['keyv', '@keyv/postgres', 'pg'],
    settings: settingsOf.postgres,
    open: async (setting) => (await import('./keyv.ts')).openPostgres(setting),
  }),
  keyValueArm({
    name: 'unstorage',
    engine: 'memory',
    packages: ['unstorage'],
    settings: settingsOf.memory,
    open: async () => (await import('./unstorage.ts')).openMemory(),
  }),
  keyValueArm({
    name: 'unstorage',
    engine: 'sqlite',
    packages: ['unstorage', 'db0', 'better-sqlite3'],
    settings: settingsOf.sqlite.normal,
    open: async (setting) => (await import('./unstorage.ts')).openSqlite(setting),
  }),
  keyValueArm({
    name: 'unstorage',
    engine: 'postgres',
    packages: ['unstorage', 'db0', 'pg'],
    settings: `${settingsOf.postgres}; one connection`,
    open: async (setting) => (await import('./unstorage.ts')).openPostgres(setting),
  }),
]
