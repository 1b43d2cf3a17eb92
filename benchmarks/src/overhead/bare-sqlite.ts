/** The bare driver used well: the same pragmas, prepared statements, positional parameters, the same durability. */

import SQLite from 'better-sqlite3'
import type { Database } from 'better-sqlite3'
import type { Order } from './data.ts'

export const columns = [
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

export interface Bare {
  readonly database: Database
  insert(row: Order): void
  /** In one transaction. */
  insertAll(rows: readonly Order[]): void
}

export function openBare(path: string): Bare {
  const database = new SQLite(path)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.exec(`create table if not exists orders (
    id integer primary key not null, customer integer not null, category text not null, product text not null,
    quantity integer not null, price real not null, revenue real not null, paid integer not null, at integer not null,
    note text) strict`)
  database.exec('create index if not exists orders_customer on orders (customer)')
  const insert = database.prepare(
    `insert into orders (${columns.join()}) values (${columns.map(() => '?').join()})`,
  )
  return {
    database,
    insert: (row) => void insert.run(...values(row)),
    insertAll: database.transaction((rows: readonly Order[]) => {
      for (const row of rows) insert.run(...values(row))
    }),
  }
}

function values(row: Order): unknown[] {
  return [
    row.id,
    row.customer,
    row.category,
    row.product,
    row.quantity,
    row.price,
    row.revenue,
    row.paid ? 1 : 0,
    row.at.getTime(),
    row.note,
  ]
}

export interface BareRow extends Omit<Order, 'paid' | 'at'> {
  paid: 0 | 1
  at: number
}

/** What the bare driver returned, in the types that Holdfast returns: for checking answers, outside the timed part. */
export function decoded(row: BareRow): Order {
  return { ...row, paid: row.paid === 1, at: new Date(row.at) }
}
