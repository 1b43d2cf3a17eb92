/** The process that finds or starts the PostgreSQL server of a run, and ends what it has started. */

import type { Server } from '@holdfast/postgres-server'
import type { ServerRequests } from './messages.ts'
import { serve } from './serve.ts'

let server: Server | undefined

async function run(sql: string): Promise<undefined> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: server!.url })
  await client.connect()
  try {
    await client.query(sql)
    return undefined
  } finally {
    await client.end()
  }
}

serve<ServerRequests>(
  {
    async start() {
      const { findServer } = await import('@holdfast/postgres-server')
      server = await findServer({ durable: true })
      return server.url
    },
    async makeSchema() {
      const name = server!.freshSchema()
      await run(`CREATE SCHEMA "${name}"`)
      return name
    },
    dropSchema: (name) => run(`DROP SCHEMA IF EXISTS "${name}" CASCADE`),
  },
  () => server?.stop(),
)
