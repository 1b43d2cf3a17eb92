/** Knex as its guide writes queries. It gives values as the driver does, and takes booleans and dates. */

import type { Knex } from 'knex'
import type { Order } from '../../../data/orders.ts'
import { tally } from '../session.ts'
import { groupOf, orderOf, type Library, type StoredOrder } from './peer.ts'

interface Dialect {
  /** Rows of one `insert`. */
  readonly rowsAtOnce: number
  /** What `raw` gives, as rows. */
  readonly rowsOf: (answer: unknown) => readonly unknown[]
}

export function libraryOf(knex: Knex, { rowsAtOnce, rowsOf }: Dialect): Library {
  async function readEach(ids: readonly number[]) {
    const found = []
    for (const id of ids) found.push(await knex<StoredOrder>('orders').where({ id }).first())
    return found
  }
  async function insertEach(given: readonly Order[]) {
    for (const row of given) await knex<Order>('orders').insert(row)
  }
  async function updateEach(ids: readonly number[], quantity: number) {
    for (const id of ids) await knex<Order>('orders').where({ id }).update({ quantity })
  }
  const session: Library['session'] = {
    readEach,
    readByCallers: (callers) => Promise.all(callers.map(readEach)),
    async readLists(lists) {
      const found = []
      for (const ids of lists) found.push(await knex<StoredOrder>('orders').whereIn('id', ids))
      return found
    },
    async readWindows(starts, length) {
      const found = []
      for (const start of starts) {
        found.push(
          await knex<StoredOrder>('orders')
            .where('id', '>=', start)
            .andWhere('id', '<', start + length)
            .orderBy('id'),
        )
      }
      return found
    },
    groupByCategory: async () =>
      await knex('orders')
        .select('category')
        .count({ orders: '*' })
        .sum({ revenue: 'revenue' })
        .avg({ price: 'price' })
        .groupBy('category')
        .orderBy('category'),
    async stream() {
      let total = 0
      const rows: AsyncIterable<StoredOrder> = knex<StoredOrder>('orders').orderBy('id').stream()
      for await (const row of rows) total += tally(Number(row.id), Number(row.quantity), row.note)
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
      await knex.batchInsert<Order>('orders', given, rowsAtOnce)
    },

    order: (row) => orderOf(row as StoredOrder),
    group: groupOf,
  }
  return {
    session,
    query: async (text) => rowsOf(await knex.raw(text)),
    close: () => knex.destroy(),
  }
}
