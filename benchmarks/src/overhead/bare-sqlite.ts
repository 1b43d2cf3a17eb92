/** The bare driver used well: the same pragmas, prepared statements, positional parameters, the same durability. */

import SQLite from 'better-sqlite3'
import type { Bare } from './bare.ts'
import { columns, type Order } from './data.ts'

interface BareSqlite extends Bare {
  /** Each of many orders by a statement of its own. */
  readonly readOneByOne: (ids: readonly number[], times: number) => BareRow[]
  close(): void
}

export function openBareSqlite(path: string): BareSqlite {
  const driver = new SQLite(path)
  driver.pragma('journal_mode = WAL')
  driver.pragma('synchronous = NORMAL')
  driver.exec(`create table if not exists orders (
    id integer primary key not null, customer integer not null, category text not null, product text not null,
    quantity integer not null, price real not null, revenue real not null, paid integer not null, at integer not null,
    note text) strict`)
  driver.exec('create index if not exists orders_customer on orders (customer)')
  const insert = driver.prepare(
    `insert into orders (${columns.join()}) values (${columns.map(() => '?').join()})`,
  )
  const update = driver.prepare<[number, number]>('update orders set quantity = ? where id = ?')
  const remove = driver.prepare<[number]>('delete from orders where id >= ?')
  const byId = driver.prepare<[number], BareRow>('select * from orders where id = ?')
  const byIds = driver.prepare<[string], BareRow>(
    'select * from orders where id in (select value from json_each(?))',
  )
  const window = driver.prepare<[number, number], BareRow>(
    'select * from orders where id >= ? and id < ? order by id',
  )
  const grouped = driver.prepare<[], object>(
    'select category, count(*) as orders, sum(revenue) as revenue, avg(price) as price from orders group by category order by category',
  )
  const all = driver.prepare<[], BareRow>('select * from orders order by id')
  return {
    insertAll: driver.transaction((rows: readonly Order[]) => {
      for (const row of rows) insert.run(...values(row))
    }),
    insertEach(rows) {
      for (const row of rows) insert.run(...values(row))
    },
    updateEach(ids, quantity) {
      for (const id of ids) update.run(quantity, id)
    },
    readEach(ids) {
      let row: BareRow | undefined
      for (const id of ids) row = byId.get(id)
      return [row]
    },
    readMany: (ids, times) => repeated(times, () => byIds.all(JSON.stringify(ids))),
    readOneByOne: (ids, times) => repeated(times, () => ids.map((id) => byId.get(id)!)),
    readWindows(starts, length) {
      let rows: BareRow[] = []
      for (const start of starts) rows = window.all(start, start + length)
      return rows
    },
    group: (times) => repeated(times, () => grouped.all()),
    stream() {
      let total = 0
      for (const row of all.iterate()) total += row.id
      return total
    },
    async clear(first) {
      remove.run(first)
      driver.pragma('wal_checkpoint(TRUNCATE)')
    },
    order: (row: BareRow): Order => ({ ...row, paid: row.paid === 1, at: new Date(row.at) }),
    close: () => void driver.close(),
  }
}

function repeated<Row>(times: number, read: () => Row[]): Row[] {
  let rows: Row[] = []
  for (let time = 0; time < times; time++) rows = read()
  return rows
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

interface BareRow extends Omit<Order, 'paid' | 'at'> {
  paid: 0 | 1
  at: number
}
