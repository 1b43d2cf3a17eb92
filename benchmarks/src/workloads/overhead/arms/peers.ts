import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import type { OverheadSession } from '../session.ts'
import { betterSqlite3 } from './better-sqlite3.ts'
import { peerArm, type PeerEngine } from './peer.ts'
import { pg } from './pg.ts'

const sqlite: PeerEngine = {
  engine: 'sqlite',
  settings: settingsOf.sqlite.normal,
  bare: betterSqlite3,
  settle: 'pragma wal_checkpoint(truncate)',
}

const postgres: PeerEngine = {
  engine: 'postgres',
  settings: `${settingsOf.postgres}; a pool of ten connections`,
  bare: pg,
  settle: 'vacuum analyze orders',
}

const noRowByRow = { stream: 'It reads all rows of a query at once.' }

/** Libraries on the same tables as the bare drivers, with the same settings. */
export const peers: readonly Arm<OverheadSession>[] = [
  peerArm(sqlite, {
    name: 'drizzle-orm',
    packages: ['drizzle-orm', 'better-sqlite3'],
    lacks: noRowByRow,
    open: async (setting) => (await import('./drizzle-orm-sqlite.ts')).openPlain(setting),
  }),
  peerArm(sqlite, {
    name: 'drizzle-orm, prepared',
    packages: ['drizzle-orm', 'better-sqlite3'],
    lacks: noRowByRow,
    open: async (setting) => (await import('./drizzle-orm-sqlite.ts')).openPrepared(setting),
  }),
  peerArm(sqlite, {
    name: 'kysely',
    packages: ['kysely', 'better-sqlite3'],
    open: async (setting) => (await import('./kysely-sqlite.ts')).open(setting),
  }),
  peerArm(sqlite, {
    name: 'knex',
    packages: ['knex', 'better-sqlite3'],
    open: async (setting) => (await import('./knex-sqlite.ts')).open(setting),
  }),
  peerArm(sqlite, {
    name: 'mikro-orm',
    packages: ['@mikro-orm/sqlite', '@mikro-orm/core'],
    open: async (setting) => (await import('./mikro-orm-sqlite.ts')).open(setting),
  }),
  peerArm(sqlite, {
    name: 'typeorm',
    packages: ['typeorm', 'better-sqlite3'],
    lacks: noRowByRow,
    open: async (setting) => (await import('./typeorm-sqlite.ts')).open(setting),
  }),

  peerArm(postgres, {
    name: 'drizzle-orm',
    packages: ['drizzle-orm', 'pg'],
    lacks: noRowByRow,
    open: async (setting) => (await import('./drizzle-orm-postgres.ts')).openPlain(setting),
  }),
  peerArm(postgres, {
    name: 'drizzle-orm, prepared',
    packages: ['drizzle-orm', 'pg'],
    lacks: noRowByRow,
    open: async (setting) => (await import('./drizzle-orm-postgres.ts')).openPrepared(setting),
  }),
  peerArm(postgres, {
    name: 'kysely',
    packages: ['kysely', 'pg', 'pg-cursor'],
    open: async (setting) => (await import('./kysely-postgres.ts')).open(setting),
  }),
  peerArm(postgres, {
    name: 'knex',
    packages: ['knex', 'pg', 'pg-query-stream'],
    open: async (setting) => (await import('./knex-postgres.ts')).open(setting),
  }),
  peerArm(postgres, {
    name: 'mikro-orm',
    packages: ['@mikro-orm/postgresql', '@mikro-orm/core'],
    open: async (setting) => (await import('./mikro-orm-postgres.ts')).open(setting),
  }),
  peerArm(postgres, {
    name: 'typeorm',
    packages: ['typeorm', 'pg', 'pg-query-stream'],
    open: async (setting) => (await import('./typeorm-postgres.ts')).open(setting),
  }),
]
