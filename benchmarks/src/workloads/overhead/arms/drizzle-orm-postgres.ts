/** Drizzle on a pool of pg: queries as its guide writes them, and again prepared by name, with placeholders. */

import { and, asc, avg, count, eq, gte, inArray, lt, sql, sum } from 'drizzle-orm'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { bigint, boolean, doublePrecision, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { clientOf } from '../../../backends/index.ts'
import type { Setting } from '../../../contract/arm.ts'
import { columns, type Order } from '../../../data/orders.ts'
import { partsOf } from '../../../data/parts.ts'
import { lacking, type Library } from './peer.ts'

const orders = pgTable(
  'orders',
  {
    id: bigint({ mode: 'number' }).primaryKey(),
    customer: bigint({ mode: 'number' }).notNull(),
    category: text().notNull(),
    product: text().notNull(),
    quantity: bigint({ mode: 'number' }).notNull(),
    price: doublePrecision().notNull(),
    revenue: doublePrecision().notNull(),
    paid: boolean().notNull(),
    at: timestamp({ precision: 3, withTimezone: true }).notNull(),
    note: text(),
  },
  (order) => [index('orders_customer').on(order.customer)],
)

/** Rows of one statement. */
const rowsAtOnce = 1000

type Session = Library['session']
type SessionOf = (database: NodePgDatabase) => Session

export const openPlain = (setting: Setting) => open(setting, plain)
export const openPrepared = (setting: Setting) => open(setting, prepared)

function open(setting: Setting, sessionOf: SessionOf): Library {
  const pool = new pg.Pool(clientOf(setting))
  return {
    session: sessionOf(drizzle({ client: pool })),
    query: async (text) => (await pool.query<object>(text)).rows,
    close: () => pool.end(),
  }
}

function plain(database: NodePgDatabase): Session {
  async function readEach(ids: readonly number[]) {
    const found = []
    for (const id of ids) found.push(...(await database.select().from(orders).where(eq(orders.id, id))))
    return found
  }
  async function insertEach(given: readonly Order[]) {
    for (const row of given) await database.insert(orders).values(row)
  }
  async function updateEach(ids: readonly number[], quantity: number) {
    for (const id of ids) await database.update(orders).set({ quantity }).where(eq(orders.id, id))
  }
  const session: Session = {
    readEach,
    readByCallers: (callers) => Promise.all(callers.map(readEach)),
    async readLists(lists) {
      const found = []
      for (const ids of lists) {
        found.push(
          await database
            .select()
            .from(orders)
            .where(inArray(orders.id, [...ids])),
        )
      }
      return found
    },
    async readWindows(starts, length) {
      const found = []
      for (const start of starts) {
        found.push(
          await database
            .select()
            .from(orders)
            .where(and(gte(orders.id, start), lt(orders.id, start + length)))
            .orderBy(asc(orders.id)),
        )
      }
      return found
    },
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
        .orderBy(asc(orders.category)),
    stream: () => lacking('stream'),

    insertEach,
    async insertByCallers(callers) {
      await Promise.all(callers.map(insertEach))
    },
    updateEach,
    async updateByCallers(callers, quantity) {
      await Promise.all(callers.map((ids) => updateEach(ids, quantity)))
    },
    async insertAll(given) {
      await database.transaction(async (transaction) => {
        for (const part of partsOf(given, rowsAtOnce)) await transaction.insert(orders).values(part)
      })
    },

    order: (row) => row as Order,
  }
  return session
}

const placeholder = (name: string) => sql.placeholder(name)

function prepared(database: NodePgDatabase): Session {
  const read = database
    .select()
    .from(orders)
    .where(eq(orders.id, placeholder('id')))
    .prepare('read')
  const readList = database
    .select()
    .from(orders)
    .where(sql`${orders.id} = any(${placeholder('ids')})`)
    .prepare('read_list')
  const readWindow = database
    .select()
    .from(orders)
    .where(and(gte(orders.id, placeholder('start')), lt(orders.id, placeholder('end'))))
    .orderBy(asc(orders.id))
    .prepare('read_window')
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
    .prepare('group')
  const insert = database.insert(orders).values(placeholders).prepare('insert')
  const update = database
    .update(orders)
    .set({ quantity: sql`${placeholder('quantity')}` })
    .where(eq(orders.id, placeholder('id')))
    .prepare('update')
  async function readEach(ids: readonly number[]) {
    const found = []
    for (const id of ids) found.push(...(await read.execute({ id })))
    return found
  }
  async function insertEach(given: readonly Order[]) {
    for (const row of given) await insert.execute(row)
  }
  async function updateEach(ids: readonly number[], quantity: number) {
    for (const id of ids) await update.execute({ id, quantity })
  }
  const session: Session = {
    readEach,
    readByCallers: (callers) => Promise.all(callers.map(readEach)),
    async readLists(lists) {
      const found = []
      for (const ids of lists) found.push(await readList.execute({ ids }))
      return found
    },
    async readWindows(starts, length) {
      const found = []
      for (const start of starts) found.push(await readWindow.execute({ start, end: start + length }))
      return found
    },
    groupByCategory: () => group.execute(),
    stream: () => lacking('stream'),

    insertEach,
    async insertByCallers(callers) {
      await Promise.all(callers.map(insertEach))
    },
    updateEach,
    async updateByCallers(callers, quantity) {
      await Promise.all(callers.map((ids) => updateEach(ids, quantity)))
    },
    insertAll: (given) => plain(database).insertAll(given),

    order: (row) => row as Order,
  }
  return session
}

const placeholders = Object.fromEntries(columns.map((name) => [name, placeholder(name)])) as Record<
  (typeof columns)[number],
  ReturnType<typeof placeholder>
>
