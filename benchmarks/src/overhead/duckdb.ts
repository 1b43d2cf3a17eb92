import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from '@holdfast/core'
import { duckdb } from '@holdfast/duckdb'
import type { Arena } from './arena.ts'
import { openBareDuckdb } from './bare-duckdb.ts'

export async function openArena(): Promise<Arena> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-overhead-'))
  const bare = await openBareDuckdb(join(folder, 'bare.duckdb'))
  const database = await open(duckdb({ path: join(folder, 'holdfast.duckdb') }))
  return {
    database,
    rivals: [
      {
        bare,
        targets: {
          'point read by key': 1.15,
          'many keys (1,000)': 1.15,
          'insert, autocommit': 1.15,
          'update by key': 1.15,
          '1,000-row batch, one transaction': 1.15,
          '100,000-row bulk insert': 1.25,
          'filter returning 1,000 rows': 1.15,
          'group-by aggregate over the table': 1.1,
          'stream of 100,000 rows': 0.6,
        },
      },
      {
        label: "bare with the driver's setColumns",
        bare: { ...bare, insertAll: bare.insertColumns },
        targets: {},
        verbs: ['1,000-row batch, one transaction', '100,000-row bulk insert'],
      },
    ],
    counts: { reads: 512, inserts: 64, updates: 64, lists: 10, windows: 10, groups: 10 },
    settle: async () => void (await database.sql`checkpoint`),
    async close() {
      await database.close()
      bare.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
