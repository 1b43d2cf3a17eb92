/**
 * The bare driver on one connection: as it is commonly used, `query(text, values)`, and with named statements. Rows of a
 * batch go in one statement, streams through a cursor.
 */

import pg from 'pg'
import Cursor from 'pg-cursor'
import type { Bare } from './bare.ts'
import { columns, type Order } from './data.ts'

/** Rows of one statement, and of one answer of a cursor. */
const rowsAtOnce = 1000

interface BarePostgres extends Bare {
  readonly client: pg.Client
  /** The same with statements that the server keeps prepared. */
  readonly named: Bare
  /** Each of many orders by a statement of its own. */
  readonly readOneByOne: (ids: readonly number[], times: number) => Promise<unknown[]>
  close(): Promise<void>
}

export async function openBarePostgres(url: string): Promise<BarePostgres> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('drop table if exists bare_orders')
  await client.query(`create table bare_orders (
    id bigint primary key, customer bigint not null, category text collate "C" not null, product text collate "C" not null,
    quantity bigint not null, price double precision not null, revenue double precision not null, paid boolean not null,
    at timestamp(3) with time zone not null, note text collate "C")`)
  await client.query('create index bare_orders_customer on bare_orders (customer)')
  const names = new Map<string, string>()
  const unnamed: Query = async (text, given) => (await client.query<BareRow>(text, given)).rows
  const named: Query = async (text, values) => {
    const name = names.get(text) ?? `bare_${names.size}`
    names.set(text, name)
    return (await client.query<BareRow>({ name, text, values })).rows
  }
  return {
    ...barePostgres(client, unnamed),
    client,
    named: barePostgres(client, named),
    async readOneByOne(ids, times) {
      const rows: BareRow[] = []
      for (let time = 0; time < times; time++) {
        rows.length = 0
        for (const id of ids) rows.push(...(await unnamed('select * from bare_orders where id = $1', [id])))
      }
      return rows
    },
    async close() {
      await client.query('drop table bare_orders')
      await client.end()
    },
  }
}

type Query = (text: string, values: unknown[]) => Promise<BareRow[]>

function barePostgres(client: pg.Client, query: Query): Bare {
  const insert = (rows: readonly Order[]) => query(insertText(rows.length), rows.flatMap(values))
  return {
    async insertAll(rows) {
      await client.query('begin')
      for (let start = 0; start < rows.length; start += rowsAtOnce)
        await insert(rows.slice(start, start + rowsAtOnce))
      await client.query('commit')
    },
    async insertEach(rows) {
      for (const row of rows) await insert([row])
    },
    async updateEach(ids, quantity) {
      for (const id of ids) await query('update bare_orders set quantity = $1 where id = $2', [quantity, id])
    },
    async readEach(ids) {
      let rows: BareRow[] = []
      for (const id of ids) rows = await query('select * from bare_orders where id = $1', [id])
      return rows
    },
    async readMany(ids, times) {
      let rows: BareRow[] = []
      for (let time = 0; time < times; time++)
        rows = await query('select * from bare_orders where id = any($1)', [ids])
      return rows
    },
    async readWindows(starts, length) {
      let rows: BareRow[] = []
      for (const start of starts) {
        const text = 'select * from bare_orders where id >= $1 and id < $2 order by id'
        rows = await query(text, [start, start + length])
      }
      return rows
    },
    async group(times) {
      let rows: unknown[] = []
      for (let time = 0; time < times; time++) {
        rows = await query(
          'select category, count(*) as orders, sum(revenue) as revenue, avg(price) as price from bare_orders group by category order by category',
          [],
        )
      }
      return rows
    },
    async stream() {
      let total = 0
      const cursor = client.query(new Cursor<BareRow>('select * from bare_orders order by id'))
      for (;;) {
        const rows = await cursor.read(rowsAtOnce)
        for (const row of rows) total += Number(row.id)
        if (rows.length === 0) break
      }
      await cursor.close()
      return total
    },
    async clear(first) {
      await client.query('delete from bare_orders where id >= $1', [first])
      await client.query('vacuum analyze')
      await client.query('checkpoint')
    },
    order: (row: BareRow): Order => ({
      ...row,
      id: Number(row.id),
      customer: Number(row.customer),
      quantity: Number(row.quantity),
    }),
    close: () => undefined,
  }
}

/** The driver gives integers of eight bytes as texts. */
interface BareRow extends Omit<Order, 'id' | 'customer' | 'quantity'> {
  id: string
  customer: string
  quantity: string
}

const texts = new Map<number, string>()

function insertText(rows: number): string {
  let text = texts.get(rows)
  if (text === undefined) {
    const row = (index: number) =>
      `(${columns.map((_, column) => `$${index * columns.length + column + 1}`).join()})`
    text = `insert into bare_orders (${columns.join()}) values ${Array.from({ length: rows }, (_, index) => row(index)).join()}`
    texts.set(rows, text)
  }
  return text
}

const values = (row: Order): unknown[] => columns.map((name) => row[name])
