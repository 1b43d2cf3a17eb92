import { postgres } from '@holdfast/postgres'
import { findServer, type Server } from '@holdfast/postgres-server'
import pg from 'pg'
import Cursor from 'pg-cursor'
import type { Engine } from './engine.ts'
import { CopyIn, salesAsCopy } from '../backends/postgres-copy.ts'
import { tally } from './tally.ts'

const schema = 'holdfast_load'
/** Rows that a cursor gives at once. */
const rowsAtOnce = 1000

let server: Server | undefined

/** On a server of its own, which waits for the disk, or on the one that `DATABASE_URL` names. */
export const engine: Engine = {
  async prepare() {
    server ??= await findServer({ durable: true })
    const { url } = server
    await withClient(url, (client) => client.query('checkpoint'))
    return {
      place: url,
      async remove() {
        await withClient(url, (client) => client.query(`drop schema if exists ${schema} cascade`))
      },
    }
  },
  async stop() {
    await server?.stop()
    server = undefined
  },
  backend: (url) => postgres({ url, schema }),
  loadByHand: (url, rows) =>
    withClient(url, async (client) => {
      await client.query(new CopyIn(`copy ${schema}.sales from stdin (format binary)`, salesAsCopy(rows)))
        .done
      return undefined
    }),
  readByHand: (url) =>
    withClient(url, async (client) => {
      const cursor = client.query(new Cursor<StoredSale>(`select * from ${schema}.sales order by id`))
      let total = 0
      for (;;) {
        const rows = await cursor.read(rowsAtOnce)
        if (rows.length === 0) break
        for (const { id, quantity, note } of rows) total += tally(Number(id), Number(quantity), note)
      }
      await cursor.close()
      return total
    }),
}

/** The driver gives integers of eight bytes as texts. */
interface StoredSale {
  readonly id: string
  readonly quantity: string
  readonly note: string | null
}

async function withClient<Result>(
  connectionString: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
