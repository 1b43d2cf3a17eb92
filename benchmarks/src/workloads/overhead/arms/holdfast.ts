import { avg, count, open, sum, type Database } from '@holdfast/core'
import { diskSizeOf } from '../../../backends/index.ts'
import type { Arm, HoldfastEngine } from '../../../contract/arm.ts'
import { orders, ordersUpTo, type Order } from '../../../data/orders.ts'
import { tally, type OverheadSession } from '../session.ts'

/** Any engine through Holdfast. */
export function holdfastArm(engine: HoldfastEngine): Arm<OverheadSession> {
  return {
    name: 'holdfast',
    kind: 'holdfast',
    engine: engine.name,
    packages: ['@holdfast/core', ...engine.packages],
    settings: engine.settings,
    async open(setting) {
      const database = await open(await engine.backend(setting), engine.options)
      await database.ensure(orders)
      const settle = async () => void (await engine.settle?.(database))
      if (setting.loaded) {
        await database.table(orders).load(ordersUpTo(setting.rows, setting.seed))
        await settle()
      }
      return {
        session: sessionOf(database, settle),
        settle,
        ...diskSizeOf(setting),
        close: () => database.close(),
      }
    },
  }
}

function sessionOf(database: Database, settle: () => Promise<void>): OverheadSession {
  const table = database.table(orders)
  return {
    async readEach(ids) {
      const found = []
      for (const id of ids) found.push(await table.get(id))
      return found
    },
    readByCallers(callers) {
      return Promise.all(callers.map(async (ids) => this.readEach(ids)))
    },
    async readLists(lists) {
      const found = []
      for (const ids of lists) found.push(await table.getMany(ids))
      return found
    },
    async readWindows(starts, length) {
      const found = []
      for (const start of starts) {
        found.push(await table.where((row) => row.id.ge(start).and(row.id.lt(start + length))).all())
      }
      return found
    },
    groupByCategory() {
      return table
        .groupBy((row) => ({ category: row.category }))
        .select((row) => ({
          category: row.category,
          orders: count(),
          revenue: sum(row.revenue),
          price: avg(row.price),
        }))
        .all()
    },
    async stream() {
      let total = 0
      for await (const { id, quantity, note } of table.stream()) total += tally(id, quantity, note)
      return total
    },

    async insertEach(given) {
      for (const row of given) await table.insert(row)
    },
    async insertByCallers(callers) {
      await Promise.all(callers.map(async (given) => this.insertEach(given)))
    },
    async updateEach(ids, quantity) {
      for (const id of ids) await table.patch(id, { quantity })
    },
    async updateByCallers(callers, quantity) {
      await Promise.all(callers.map(async (ids) => this.updateEach(ids, quantity)))
    },
    async insertAll(given) {
      await table.insert(given)
    },

    order: (row) => row as Order,
    all: () => table.stream(),
    async remove(first) {
      await table.where((row) => row.id.ge(first)).delete()
      await settle()
    },
  }
}
