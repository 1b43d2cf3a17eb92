/** Drizzle on better-sqlite3: queries as its guide writes them, and again prepared once, with placeholders. */

import { and, asc, avg, count, eq, gte, inArray, lt, sql, sum } from 'drizzle-orm'
import { drizzle, type BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Setting } from '../../../contract/arm.ts'
import { columns, type Order } from '../../../data/orders.ts'
import { partsOf } from '../../../data/parts.ts'
import { lacking, type Library } from './peer.ts'
import { openDriver, queryOf } from './sqlite-driver.ts'

const orders = sqliteTable(
  'orders',
  {
    id: integer().primaryKey(),
    customer: integer().notNull(),
    category: text().notNull(),
    product: text().notNull(),
    quantity: integer().notNull(),
    price: real().notNull(),
    revenue: real().notNull(),
    paid: integer({ mode: 'boolean' }).notNull(),
    at: integer({ mode: 'timestamp_ms' }).notNull(),
    note: text(),
  },
  (order) => [index('orders_customer').on(order.customer)],
)

/** Rows of one statement. */
const rowsAtOnce = 1000

type Session = Library['session']
type SessionOf = (database: BetterSQLite3Database) => Session

export const openPlain = (setting: Setting) => open(setting, plain)
export const openPrepared = (setting: Setting) => open(setting, prepared)

function open(setting: Setting, sessionOf: SessionOf): Library {
  const driver = openDriver(setting)
  return {
    session: sessionOf(drizzle({ client: driver })),
    query: queryOf(driver),
    close: () => void driver.close(),
  }
}

function plain(database: BetterSQLite3Database): Session {
  const session: Session = {
    readEach: (ids) => ids.map((id) => database.select().from(orders).where(eq(orders.id, id)).get()),
    readByCallers: (callers) =>
      callers.map((ids) => ids.map((id) => database.select().from(orders).where(eq(orders.id, id)).get())),
    readLists: (lists) =>
      lists.map((ids) => database.select().from(orders).where(inArray(orders.id, ids)).all()),
    readWindows: (starts, length) =>
      starts.map((start) =>
        database
          .select()
          .from(orders)
          .where(and(gte(orders.id, start), lt(orders.id, start + length)))
          .orderBy(asc(orders.id))
          .all(),
      ),
    groupByCategory: () =>
      database
        .select({
          category: orders.category,
          orders: count(),
          revenue: sum(orders.revenue).mapWith(Number),
          price: avg(orders.price).mapWith(Number),
        })
        .from(orders)
        .groupBy(orders.category)
        .orderBy(asc(orders.category))
        .all(),
    stream: () => lacking('stream'),

    insertEach(given) {
      for (const row of given) database.insert(orders).values(row).run()
    },
    insertByCallers(callers) {
      for (const given of callers) for (const row of given) database.insert(orders).values(row).run()
    },
    updateEach(ids, quantity) {
      for (const id of ids) database.update(orders).set({ quantity }).where(eq(orders.id, id)).run()
    },
    updateByCallers(callers, quantity) {
      for (const ids of callers) {
        for (const id of ids) database.update(orders).set({ quantity }).where(eq(orders.id, id)).run()
      }
    },
    insertAll(given) {
      database.transaction((transaction) => {
        for (const part of partsOf(given, rowsAtOnce)) transaction.insert(orders).values(part).run()
      })
    },

    order: (row) => row as Order,
  }
  return session
}

const placeholder = (name: string) => sql.placeholder(name)

function prepared(database: BetterSQLite3Database): Session {
  const read = database
    .select()
    .from(orders)
    .where(eq(orders.id, placeholder('id')))
    .prepare()
  const readList = database
    .select()
    .from(orders)
    .where(sql`${orders.id} in (select value from json_each(${placeholder('ids')}))`)
    .prepare()
  const readWindow = database
    .select()
    .from(orders)
    .where(and(gte(orders.id, placeholder('start')), lt(orders.id, placeholder('end'))))
    .orderBy(asc(orders.id))
    .prepare()
  const group = database
    .select({
      category: orders.category,
      orders: count(),
      revenue: sum(orders.revenue).mapWith(Number),
      price: avg(orders.price).mapWith(Number),
    })
    .from(orders)
    .groupBy(orders.category)
    .orderBy(asc(orders.category))
    .prepare()
  const insert = database.insert(orders).values(placeholders).prepare()
  const update = database
    .update(orders)
    .set({ quantity: sql`${placeholder('quantity')}` })
    .where(eq(orders.id, placeholder('id')))
    .prepare()
  return {
    readEach: (ids) => ids.map((id) => read.get({ id })),
    readByCallers: (callers) => callers.map((ids) => ids.map((id) => read.get({ id }))),
    readLists: (lists) => lists.map((ids) => readList.all({ ids: JSON.stringify(ids) })),
    readWindows: (starts, length) => starts.map((start) => readWindow.all({ start, end: start + length })),
    groupByCategory: () => group.all(),
    stream: () => lacking('stream'),

    insertEach(given) {
      for (const row of given) insert.run(row)
    },
    insertByCallers(callers) {
      for (const given of callers) for (const row of given) insert.run(row)
    },
    updateEach(ids, quantity) {
      for (const id of ids) update.run({ id, quantity })
    },
    updateByCallers(callers, quantity) {
      for (const ids of callers) for (const id of ids) update.run({ id, quantity })
    },
    insertAll(given) {
      database.transaction(() => {
        for (const row of given) insert.run(row)
      })
    },

    order: (row) => row as Order,
  }
}

const placeholders = Object.fromEntries(columns.map((name) => [name, placeholder(name)])) as Record<
  (typeof columns)[number],
  ReturnType<typeof placeholder>
>
