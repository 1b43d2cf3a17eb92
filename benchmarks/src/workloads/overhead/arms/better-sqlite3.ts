import type { Arm } from '../../../contract/arm.ts'
import { fileOf, settingsOf } from '../../../backends/index.ts'
import { columns, ordersUpTo, type Order } from '../../../data/orders.ts'
import { explainBy, type Statements } from '../explain.ts'
import { schema } from '../schema.ts'
import { tally, type OverheadSession } from '../session.ts'

const statements: Statements = {
  read: 'select * from orders where id = ?',
  readList: 'select * from orders where id in (select value from json_each(?))',
  readWindow: 'select * from orders where id >= ? and id < ? order by id',
  group: `select category, count(*) as orders, sum(revenue) as revenue, avg(price) as price
    from orders group by category order by category`,
  stream: 'select * from orders order by id',
  insert: `insert into orders values (${columns.map(() => '?').join(', ')})`,
  update: 'update orders set quantity = ? where id = ?',
}

/** The bare driver used well: the same pragmas, statements that are prepared once, the same durability. */
export const betterSqlite3: Arm<OverheadSession> = {
  name: 'better-sqlite3',
  kind: 'bare',
  engine: 'sqlite',
  packages: ['better-sqlite3'],
  settings: settingsOf.sqlite.normal,
  async open(setting) {
    const { default: SQLite } = await import('better-sqlite3')
    const driver = new SQLite(fileOf(setting, 'sqlite'))
    driver.pragma('journal_mode = WAL')
    driver.pragma('synchronous = NORMAL')
    for (const text of schema.sqlite) driver.exec(text)

    const read = driver.prepare<[number], StoredOrder>(statements.read)
    const readList = driver.prepare<[string], StoredOrder>(statements.readList)
    const readWindow = driver.prepare<[number, number], StoredOrder>(statements.readWindow)
    const group = driver.prepare(statements.group)
    const stream = driver.prepare<[], StoredOrder>(statements.stream)
    const insert = driver.prepare(statements.insert)
    const update = driver.prepare<[number, number]>(statements.update)
    const insertAll = driver.transaction((given: Iterable<Order>) => {
      for (const row of given) insert.run(...values(row))
    })

    const session: OverheadSession = {
      readEach: (ids) => ids.map((id) => read.get(id)),
      readByCallers(callers) {
        return callers.map((ids) => ids.map((id) => read.get(id)))
      },
      readLists: (lists) => lists.map((ids) => readList.all(JSON.stringify(ids))),
      readWindows: (starts, length) => starts.map((start) => readWindow.all(start, start + length)),
      groupByCategory: () => group.all(),
      stream() {
        let total = 0
        for (const { id, quantity, note } of stream.iterate()) total += tally(id, quantity, note)
        return total
      },

      insertEach(given) {
        for (const row of given) insert.run(...values(row))
      },
      insertByCallers(callers) {
        for (const given of callers) for (const row of given) insert.run(...values(row))
      },
      updateEach(ids, quantity) {
        for (const id of ids) update.run(quantity, id)
      },
      updateByCallers(callers, quantity) {
        for (const ids of callers) for (const id of ids) update.run(quantity, id)
      },
      insertAll: (given) => insertAll(given),

      order: (row) => orderOf(row as StoredOrder),
      all: () => allOf(stream.iterate()),
      remove(first) {
        driver.prepare('delete from orders where id >= ?').run(first)
        settle()
      },
    }
    const settle = () => void driver.pragma('wal_checkpoint(truncate)')
    if (setting.loaded) {
      insertAll(ordersUpTo(setting.rows, setting.seed))
      settle()
    }
    return { session, settle, explain: explainBy(statements), close: () => void driver.close() }
  },
}

interface StoredOrder extends Omit<Order, 'paid' | 'at'> {
  readonly paid: 0 | 1
  readonly at: number
}

function orderOf(row: StoredOrder): Order {
  return { ...row, paid: row.paid === 1, at: new Date(row.at) }
}

function* allOf(rows: Iterable<StoredOrder>): Generator<Order, void, void> {
  for (const row of rows) yield orderOf(row)
}

function values(row: Order): unknown[] {
  const { id, customer, category, product, quantity, price, revenue, paid, at, note } = row
  return [id, customer, category, product, quantity, price, revenue, paid ? 1 : 0, at.getTime(), note]
}
