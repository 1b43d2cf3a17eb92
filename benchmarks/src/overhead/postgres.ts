import { open } from '@holdfast/core'
import { postgres } from '@holdfast/postgres'
import { findServer } from '@holdfast/postgres-server'
import type { Arena } from './arena.ts'
import { openBarePostgres } from './bare-postgres.ts'

/** On a server of its own, which waits for the disk, or on the one that `DATABASE_URL` names. */
export async function openArena(): Promise<Arena> {
  const server = await findServer({ durable: true })
  const bare = await openBarePostgres(server.url)
  const database = await open(postgres({ url: server.url, schema: 'holdfast_overhead' }))
  return {
    database,
    rivals: [
      {
        bare,
        targets: {
          'point read by key': 0.6,
          'many keys (1,000)': 0.6,
          'insert, autocommit': 0.95,
          'update by key': 0.8,
          '1,000-row batch, one transaction': 0.5,
          '100,000-row bulk insert': 0.2,
          'filter returning 1,000 rows': 1.05,
          'group-by aggregate over the table': 1.05,
          'stream of 100,000 rows': 0.35,
        },
      },
      {
        label: 'bare one by one',
        bare: { ...bare, readMany: bare.readOneByOne },
        targets: {},
        verbs: ['many keys (1,000)'],
      },
      {
        label: 'bare with named statements',
        bare: bare.named,
        targets: {},
        verbs: [
          'point read by key',
          'many keys (1,000)',
          'insert, autocommit',
          'update by key',
          'filter returning 1,000 rows',
        ],
      },
    ],
    counts: { reads: 1920, inserts: 256, updates: 256, lists: 3, windows: 20, groups: 1 },
    settle: async () => undefined,
    async close() {
      await database.close()
      await bare.client.query('drop schema holdfast_overhead cascade')
      await bare.close()
      await server.stop()
    },
  }
}
