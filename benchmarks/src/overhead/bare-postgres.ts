/** The bare driver as it is commonly used: one connection, `query(text, values)`, rows of a batch in one statement. */

import pg from 'pg'
import Cursor from 'pg-cursor'
import type { Order } from './data.ts'

const columns = [
  'id',
  'customer',
  'category',
  'product',
  'quantity',
  'price',
  'revenue',
  'paid',
  'at',
  'note',
] as const

/** Rows of one statement. */
const rowsAtOnce = 1000

export interface Bare {
  readonly client: pg.Client
  all(text: string, values?: readonly unknown[]): Promise<BareRow[]>
  insert(row: Order): Promise<void>
  /** In one transaction. */
  insertAll(rows: readonly Order[]): Promise<void>
  stream(text: string): AsyncGenerator<BareRow, void, void>
  close(): Promise<void>
}

/** The driver gives integers of eight bytes as texts. */
export interface BareRow extends Omit<Order, 'id' | 'customer' | 'quantity'> {
  id: string
  customer: string
  quantity: string
}

export async function openBare(url: string): Promise<Bare> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create table bare_orders (
    id bigint primary key, customer bigint not null, category text collate "C" not null, product text collate "C" not null,
    quantity bigint not null, price double precision not null, revenue double precision not null, paid boolean not null,
    at timestamp(3) with time zone not null, note text collate "C")`)
  await client.query('create index bare_orders_customer on bare_orders (customer)')
  const insert = (rows: readonly Order[]) => client.query(insertText(rows.length), rows.flatMap(values))
  return {
    client,
    all: async (text, given) => (await client.query<BareRow>(text, given as unknown[])).rows,
    insert: async (row) => void (await insert([row])),
    async insertAll(rows) {
      await client.query('begin')
      for (let start = 0; start < rows.length; start += rowsAtOnce)
        await insert(rows.slice(start, start + rowsAtOnce))
      await client.query('commit')
    },
    async *stream(text) {
      const cursor = client.query(new Cursor<BareRow>(text))
      for (let rows = await cursor.read(1000); rows.length > 0; rows = await cursor.read(1000)) yield* rows
      await cursor.close()
    },
    close: () => client.end(),
  }
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

/** What the bare driver returned, in the types that Holdfast returns: for checking answers, outside the timed part. */
export function decoded(row: BareRow): Order {
  return { ...row, id: Number(row.id), customer: Number(row.customer), quantity: Number(row.quantity) }
}
