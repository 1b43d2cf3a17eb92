import type pg from 'pg'
import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { dataset, fieldNames, type Account } from '../../../data/accounts.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import { openPostgres, postgresPackages } from '../../../databases/postgres.ts'
import type { YcsbSession } from '../session.ts'

const columns = ['key', ...fieldNames] as const
const places = columns.map((_, index) => `$${index + 1}`).join()
/** Of one answer of a cursor. */
const rowsAtOnce = 1000

/** Named statements on the driver's pool. */
export const pgPool: Arm<YcsbSession> = {
  name: 'pg',
  engine: 'postgres',
  kind: 'bare',
  packages: [...postgresPackages, 'pg-cursor'],
  settings: settingsOf.postgres,
  async open(setting) {
    await fillElsewhere('postgres', setting, dataset)
    const pool = await openPostgres(setting)
    return {
      session: {
        async read(key) {
          const { rows } = await pool.query<Account>(statements.read([key]))
          return rows[0]
        },
        update: (key, field, value) => pool.query(statements.update(field, [value, key])),
        insert: (account) => pool.query(statements.insert(columns.map((name) => account[name]))),
        async scan(start, count) {
          const { rows } = await pool.query<Account>(statements.scan([start, count]))
          return rows
        },
        readModifyWrite: (key, field, change) =>
          inTransaction(pool, async (client) => {
            const { rows } = await client.query<Account>(statements.readToWrite([key]))
            await client.query(statements.update(field, [change(rows[0]![field]), key]))
          }),
        everything: () => everything(pool),
        async restore(changed, added) {
          await inTransaction(pool, async (client) => {
            const gone = [...changed.map(({ key }) => key), ...added]
            await client.query('delete from accounts where key = any($1)', [gone])
            for (const account of changed)
              await client.query(statements.insert(columns.map((name) => account[name])))
          })
          await pool.query('vacuum accounts')
        },
      },
      settle: async () => void (await pool.query('checkpoint')),
      close: () => pool.end(),
    }
  },
}

const statements = {
  read: (values: unknown[]) => ({ name: 'read', text: 'select * from accounts where key = $1', values }),
  readToWrite: (values: unknown[]) => ({
    name: 'read-to-write',
    text: 'select * from accounts where key = $1 for update',
    values,
  }),
  update: (field: string, values: unknown[]) => ({
    name: `update-${field}`,
    text: `update accounts set ${field} = $1 where key = $2`,
    values,
  }),
  insert: (values: unknown[]) => ({
    name: 'insert',
    text: `insert into accounts values (${places})`,
    values,
  }),
  scan: (values: unknown[]) => ({
    name: 'scan',
    text: 'select * from accounts where key >= $1 order by key limit $2',
    values,
  }),
}

async function* everything(pool: pg.Pool): AsyncGenerator<Account, void, void> {
  const { default: Cursor } = await import('pg-cursor')
  const client = await pool.connect()
  try {
    const cursor = client.query(new Cursor<Account>('select * from accounts'))
    for (;;) {
      const rows = await cursor.read(rowsAtOnce)
      if (rows.length === 0) return
      yield* rows
    }
  } finally {
    client.release()
  }
}

async function inTransaction(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await work(client)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
