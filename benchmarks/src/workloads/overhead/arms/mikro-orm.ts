/** MikroORM as its guide advises: an entity defined without decorators, and a fork of the entity manager for each request. */

import { defineEntity, p, raw } from '@mikro-orm/core'
import type { EntityManager as PostgresEntityManager, MikroORM as PostgresOrm } from '@mikro-orm/postgresql'
import type { EntityManager as SqliteEntityManager, MikroORM as SqliteOrm } from '@mikro-orm/sqlite'
import type { Order } from '../../../data/orders.ts'
import { partsOf } from '../../../data/parts.ts'
import { tally } from '../session.ts'
import { groupOf, type Library } from './peer.ts'

type EntityManager = PostgresEntityManager | SqliteEntityManager

/** Long integers come from PostgreSQL as texts, which the entity has to make numbers of. */
export const entityOf = (integer: () => ReturnType<typeof p.integer>) =>
  defineEntity({
    name: 'Order',
    tableName: 'orders',
    properties: {
      id: integer().primary(),
      customer: integer(),
      category: p.text(),
      product: p.text(),
      quantity: integer(),
      price: p.double(),
      revenue: p.double(),
      paid: p.boolean(),
      at: p.datetime(3),
      note: p.text().nullable(),
    },
  })

/** Rows of one statement. */
const rowsAtOnce = 1000

export function libraryOf(orm: PostgresOrm | SqliteOrm, Order: ReturnType<typeof entityOf>): Library {
  const request = () => orm.em.fork() as EntityManager
  async function readEach(ids: readonly number[]) {
    const found = []
    for (const id of ids) found.push(await request().findOne(Order, id))
    return found
  }
  async function insertEach(given: readonly Order[]) {
    for (const row of given) await request().insert(Order, row)
  }
  async function updateEach(ids: readonly number[], quantity: number) {
    for (const id of ids) await request().nativeUpdate(Order, { id }, { quantity })
  }
  const session: Library['session'] = {
    readEach,
    readByCallers: (callers) => Promise.all(callers.map(readEach)),
    async readLists(lists) {
      const found = []
      for (const ids of lists) found.push(await request().find(Order, { id: { $in: [...ids] } }))
      return found
    },
    async readWindows(starts, length) {
      const found = []
      for (const start of starts) {
        const where = { id: { $gte: start, $lt: start + length } }
        found.push(await request().find(Order, where, { orderBy: { id: 'asc' } }))
      }
      return found
    },
    groupByCategory: () =>
      request()
        .createQueryBuilder(Order)
        .select([
          'category',
          raw('count(*)').as('orders'),
          raw('sum(revenue)').as('revenue'),
          raw('avg(price)').as('price'),
        ])
        .groupBy('category')
        .orderBy({ category: 'asc' })
        .execute(),
    async stream() {
      let total = 0
      for await (const { id, quantity, note } of request().stream(Order, { orderBy: { id: 'asc' } })) {
        total += tally(id, quantity, note ?? null)
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
      await request().transactional(async (manager) => {
        for (const part of partsOf(given, rowsAtOnce)) await manager.insertMany(Order, part)
      })
    },

    order: (row) => ({ ...(row as Order) }),
    group: groupOf,
  }
  return {
    session,
    query: (text) => orm.em.getConnection().execute(text),
    close: () => orm.close(),
  }
}
