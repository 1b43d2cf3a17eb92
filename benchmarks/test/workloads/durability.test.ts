/** Libraries that open SQLite themselves wait for the disk as little and as much as the bare driver does. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Setting } from '../../src/contract/arm.ts'
import { betterSqlite3 } from '../../src/workloads/overhead/arms/better-sqlite3.ts'
import { openPlain as openDrizzle } from '../../src/workloads/overhead/arms/drizzle-orm-sqlite.ts'
import { open as openKnex } from '../../src/workloads/overhead/arms/knex-sqlite.ts'
import { open as openKysely } from '../../src/workloads/overhead/arms/kysely-sqlite.ts'
import { open as openMikroOrm } from '../../src/workloads/overhead/arms/mikro-orm-sqlite.ts'
import { open as openTypeorm } from '../../src/workloads/overhead/arms/typeorm-sqlite.ts'

const normal = 1

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-durability-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test.each([
  ['drizzle-orm', openDrizzle],
  ['kysely', openKysely],
  ['knex', openKnex],
  ['mikro-orm', openMikroOrm],
  ['typeorm', openTypeorm],
] as const)('%s', async (_name, open) => {
  const setting: Setting = { folder, rows: 0, seed: 1, loaded: false }
  await (await betterSqlite3.open(setting)).close()
  const library = await open(setting)
  try {
    expect(await library.query('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }])
    expect(await library.query('pragma synchronous')).toEqual([{ synchronous: normal }])
  } finally {
    await library.close()
  }
})
