/** Kysely as its guide writes queries. It changes no values: what a column gives and takes is the driver's. */

import { sql, type ColumnType, type Insertable, type Kysely } from 'kysely'
import type { Order } from '../../../data/orders.ts'
import { partsOf } from '../../../data/parts.ts'
import { tally } from '../session.ts'
import { groupOf, orderOf, type Library, type StoredOrder } from './peer.ts'

export interface Database {
  readonly orders: {
    readonly id: ColumnType<number | string, number, never>
    readonly customer: ColumnType<number | string, number>
    readonly category: string
    readonly product: string
    readonly quantity: ColumnType<number | string, number>
    readonly price: number
    readonly revenue: number
    readonly paid: boolean | number
    readonly at: ColumnType<Date | number, Date | number>
    readonly note: string | null
  }
}

/** Rows of one statement. */
const rowsAtOnce = 1000

/** @param valuesOf an order as the driver takes it */
export function libraryOf(
  database: Kysely<Database>,
  valuesOf: (order: Order) => Insertable<Database['orders']>,
): Library {
  async function readEach(ids: readonly number[]) {
    const found = []
    for (const id of ids) {
      found.push(await database.selectFrom('orders').selectAll().where('id', '=', id).executeTakeFirst())
    }
    return found
  }
  async function insertEach(given: readonly Order[]) {
    for (const row of given) await database.insertInto('orders').values(valuesOf(row)).execute()
  }
  async function updateEach(ids: readonly number[], quantity: number) {
    for (const id of ids) {
      await database.updateTable('orders').set({ quantity }).where('id', '=', id).execute()
    }
  }
  const session: Library['session'] = {
    readEach,
    readByCallers: (callers) => Promise.all(callers.map(readEach)),
    async readLists(lists) {
      const found = []
      for (const ids of lists) {
        found.push(await database.selectFrom('orders').selectAll().where('id', 'in', ids).execute())
      }
      return found
    },
    async readWindows(starts, length) {
      const found = []
      for (const start of starts) {
        found.push(
          await database
            .selectFrom('orders')
            .selectAll()
            .where('id', '>=', start)
            .where('id', '<', start + length)
            .orderBy('id')
            .execute(),
        )
      }
      return found
    },
    groupByCategory: () =>
      database
        .selectFrom('orders')
        .select(({ fn }) => [
          'category',
          fn.countAll().as('orders'),
          fn.sum('revenue').as('revenue'),
          fn.avg('price').as('price'),
        ])
        .groupBy('category')
        .orderBy('category')
        .execute(),
    async stream() {
      let total = 0
      for await (const row of database.selectFrom('orders').selectAll().orderBy('id').stream(rowsAtOnce)) {
        total += tally(Number(row.id), Number(row.quantity), row.note)
      }
      return total
    },

    insertEach,
    async insertByCallers(callers) {
      await Promise.all(callers.map(insertEach))
    },
    updateEach,
    async updateByCallers(callers, quantity) {
      await Promise.all(callers.map((ids) => updateEach(ids, quantity)))
    },
    async insertAll(given) {
      await database.transaction().execute(async (transaction) => {
        for (const part of partsOf(given, rowsAtOnce)) {
          await transaction.insertInto('orders').values(part.map(valuesOf)).execute()
        }
      })
    },

    order: (row) => orderOf(row as StoredOrder),
    group: groupOf,
  }
  return {
    session,
    query: async (text) => (await sql.raw(text).execute(database)).rows,
    close: () => database.destroy(),
  }
}
