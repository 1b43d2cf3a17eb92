/** TypeORM as its guide advises: an entity schema, its repository, and the query builder for inserting many rows. */

import { And, In, LessThan, MoreThanOrEqual, type DataSource, type EntitySchema } from 'typeorm'
import type { Order } from '../../../data/orders.ts'
import { partsOf } from '../../../data/parts.ts'
import type { OverheadSession } from '../session.ts'
import { groupOf, type Library } from './peer.ts'

/** Rows of one statement. */
const rowsAtOnce = 1000

export function libraryOf(
  database: DataSource,
  entity: EntitySchema<Order>,
  stream: OverheadSession['stream'],
): Library {
  const orders = database.getRepository(entity)
  async function readEach(ids: readonly number[]) {
    const found = []
    for (const id of ids) found.push(await orders.findOneBy({ id }))
    return found
  }
  async function insertEach(given: readonly Order[]) {
    for (const row of given) await orders.insert(row)
  }
  async function updateEach(ids: readonly number[], quantity: number) {
    for (const id of ids) await orders.update(id, { quantity })
  }
  const session: Library['session'] = {
    readEach,
    readByCallers: (callers) => Promise.all(callers.map(readEach)),
    async readLists(lists) {
      const found = []
      for (const ids of lists) found.push(await orders.findBy({ id: In(ids) }))
      return found
    },
    async readWindows(starts, length) {
      const found = []
      for (const start of starts) {
        const where = { id: And(MoreThanOrEqual(start), LessThan(start + length)) }
        found.push(await orders.find({ where, order: { id: 'ASC' } }))
      }
      return found
    },
    groupByCategory: () =>
      orders
        .createQueryBuilder('orders')
        .select('orders.category', 'category')
        .addSelect('count(*)', 'orders')
        .addSelect('sum(orders.revenue)', 'revenue')
        .addSelect('avg(orders.price)', 'price')
        .groupBy('orders.category')
        .orderBy('orders.category')
        .getRawMany(),
    stream,

    insertEach,
    async insertByCallers(callers) {
      await Promise.all(callers.map(insertEach))
    },
    updateEach,
    async updateByCallers(callers, quantity) {
      await Promise.all(callers.map((ids) => updateEach(ids, quantity)))
    },
    async insertAll(given) {
      await database.transaction(async (manager) => {
        for (const part of partsOf(given, rowsAtOnce)) {
          await manager.createQueryBuilder().insert().into(entity).values(part).updateEntity(false).execute()
        }
      })
    },

    order: (row) => row as Order,
    group: groupOf,
  }
  return {
    session,
    query: (text) => database.query(text),
    close: () => database.destroy(),
  }
}
