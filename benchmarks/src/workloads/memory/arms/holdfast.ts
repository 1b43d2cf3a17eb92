import { avg, count, open, sum } from '@holdfast/core'
import type { Arm, HoldfastEngine } from '../../../contract/arm.ts'
import { sales, salesUpTo, type Sale } from '../../../data/sales.ts'
import type { MemorySession } from '../session.ts'

/** Any engine through Holdfast. */
export function holdfastArm(engine: HoldfastEngine): Arm<MemorySession> {
  return {
    name: 'holdfast',
    kind: 'holdfast',
    engine: engine.name,
    packages: ['@holdfast/core', ...engine.packages],
    settings: engine.settings,
    async open(setting) {
      const database = await open(await engine.backend(setting), engine.options)
      await database.ensure(sales)
      const table = database.table(sales)
      if (setting.loaded) await table.load(salesUpTo(setting.rows, setting.seed))
      const session: MemorySession = {
        async insert(given) {
          await table.insert(given)
        },
        async getEach(ids) {
          const found = []
          for (const id of ids) found.push(await table.get(id))
          return found
        },
        filter: (end) => table.where((sale) => sale.customer.lt(end)).all(),
        groupByCategory() {
          return table
            .groupBy((sale) => ({ category: sale.category }))
            .select((sale) => ({
              category: sale.category,
              orders: count(),
              revenue: sum(sale.revenue),
              mean: avg(sale.revenue),
            }))
            .all()
        },
        top: () =>
          table
            .orderBy((sale) => sale.revenue.desc())
            .limit(10)
            .all(),
        count: () => table.count(),

        sale: (row) => row as Sale,
        all: () => table.stream(),
        async remove(first) {
          if (first === 0) await table.clear()
          else await table.where((sale) => sale.id.ge(first)).delete()
        },
      }
      return { session, close: () => database.close() }
    },
  }
}
