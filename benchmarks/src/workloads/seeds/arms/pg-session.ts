import pg from 'pg'
import Cursor from 'pg-cursor'
import { clientOf, diskSizeOf } from '../../../backends/index.ts'
import { CopyIn, salesAsCopy } from '../../../backends/postgres-copy.ts'
import type { Opened, Setting } from '../../../contract/arm.ts'
import { partsOf } from '../../../data/parts.ts'
import { parseSales } from '../../../data/sales-csv.ts'
import { customersOf, salesUpTo, type Sale } from '../../../data/sales.ts'
import { besideOf } from '../beside.ts'
import { aggregate, join, schema } from '../sql.ts'
import { tally, type SeedsSession } from '../session.ts'

/** Rows that a cursor gives at once, and of one piece that is copied. */
const rowsAtOnce = 1000
const copy = 'copy sales from stdin (format binary)'
const readAll = 'select * from sales order by id'
const readOne = { name: 'sale', text: 'select * from sales where id = $1' }

const explanations: Readonly<Record<string, { readonly sql: string }>> = {
  load: { sql: copy },
  write: { sql: copy },
  aggregate: { sql: aggregate },
  join: { sql: join },
  read: { sql: readAll },
  batches: { sql: readAll },
  beside: { sql: readOne.text },
}

export async function openPg(setting: Setting): Promise<Opened<SeedsSession>> {
  const client = new pg.Client(clientOf(setting))
  await client.connect()
  for (const text of schema.postgres) await client.query(text)
  const customers = [...customersOf(setting.rows)]
  await client.query('insert into customers select * from unnest($1::bigint[], $2::text[], $3::text[])', [
    customers.map(({ id }) => id),
    customers.map(({ name }) => name),
    customers.map(({ region }) => region),
  ])
  const pool = new pg.Pool({ ...clientOf(setting), max: 10 })
  const session = sessionOf(client, pool)
  if (setting.loaded) await session.write(salesUpTo(setting.rows, setting.seed))
  const settle = async () => void (await client.query('vacuum analyze sales, customers'))
  await settle()
  return {
    session,
    settle,
    explain: async (step) => explanations[step],
    ...diskSizeOf(setting),
    async close() {
      await pool.end()
      await client.end()
    },
  }
}

function sessionOf(client: pg.Client, pool: pg.Pool): SeedsSession {
  const rowsOf = async (sql: string) => (await client.query<Row>(sql)).rows
  return {
    async load(file) {
      await client.query(new CopyIn(copy, salesAsCopy(parseSales(file)))).done
    },
    aggregate: () => rowsOf(aggregate),
    join: () => rowsOf(join),
    async write(given) {
      await client.query(new CopyIn(copy, salesAsCopy(partsOf(given, rowsAtOnce)))).done
    },
    async read() {
      const cursor = client.query(new Cursor<Row>(readAll))
      let total = 0
      for (;;) {
        const rows = await cursor.read(rowsAtOnce)
        for (const { id, quantity, note } of rows) total += tally(Number(id), Number(quantity), note)
        if (rows.length === 0) break
      }
      await cursor.close()
      return total
    },
    beside(work) {
      return besideOf(work, {
        read: async (id) => (await pool.query<Row>({ ...readOne, values: [id] })).rows[0],
        aggregate: async () => countOf((await pool.query<Row>(aggregate)).rows),
        write: (rows) => this.write(rows),
      })
    },
    async describe() {
      const columns = await client.query<{ name: string }>(
        `select column_name as name from information_schema.columns
        where table_schema = current_schema and table_name = 'sales' order by ordinal_position`,
      )
      const counted = await client.query<{ count: string }>('select count(*) as count from sales')
      return {
        columns: columns.rows.map(({ name }) => name),
        count: Number(counted.rows[0]!.count),
        first: await rowsOf('select * from sales order by id limit 10'),
      }
    },

    sale: (row) => saleOf(row as Row),
    group: (row) => {
      const { orders, notes, ...rest } = row as Row
      return { ...rest, orders: Number(orders), ...(notes !== undefined && { notes: Number(notes) }) }
    },
    all: () => allOf(client),
    async remove(first) {
      // Not by truncating, which would leave the next run an index without a past, as no other arm has it.
      await client.query('delete from sales where id >= $1', [first])
      await client.query('vacuum analyze sales')
    },
  }
}

/** The driver gives integers of eight bytes as texts, counts too. */
interface Row extends Omit<Sale, 'id' | 'customer' | 'quantity'> {
  readonly id: string
  readonly customer: string
  readonly quantity: string
  readonly orders: string
  readonly notes?: string
}

const countOf = (rows: readonly Row[]) => rows.reduce((total, { orders }) => total + Number(orders), 0)

async function* allOf(client: pg.Client): AsyncGenerator<Sale, void, void> {
  const cursor = client.query(new Cursor<Row>('select * from sales'))
  for (;;) {
    const rows = await cursor.read(rowsAtOnce)
    for (const row of rows) yield saleOf(row)
    if (rows.length === 0) return
  }
}

function saleOf(row: Row): Sale {
  return { ...row, id: Number(row.id), customer: Number(row.customer), quantity: Number(row.quantity) }
}
