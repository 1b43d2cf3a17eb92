import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from '@holdfast/core'
import { sqlite } from '@holdfast/sqlite'
import type { Arena } from './arena.ts'
import { openBareSqlite } from './bare-sqlite.ts'

export async function openArena(): Promise<Arena> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-overhead-'))
  const bare = openBareSqlite(join(folder, 'bare.db'))
  const database = await open(
    sqlite({ path: join(folder, 'holdfast.db'), journalMode: 'wal', synchronous: 'normal' }),
  )
  return {
    database,
    rivals: [
      {
        bare,
        targets: {
          'point read by key': 1.1,
          'many keys (1,000)': 0.8,
          'insert, autocommit': 1.1,
          'update by key': 1.1,
          '1,000-row batch, one transaction': 0.95,
          '100,000-row bulk insert': 0.65,
          'filter returning 1,000 rows': 1.05,
          'group-by aggregate over the table': 1.05,
          'stream of 100,000 rows': 0.9,
        },
      },
      {
        label: 'bare one by one',
        bare: { ...bare, readMany: bare.readOneByOne },
        targets: {},
        verbs: ['many keys (1,000)'],
      },
    ],
    counts: { reads: 19_200, inserts: 512, updates: 500, lists: 20, windows: 20, groups: 1 },
    settle: async () => void (await database.sql`pragma wal_checkpoint(TRUNCATE)`),
    async close() {
      await database.close()
      bare.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
