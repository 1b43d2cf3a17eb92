import type { Arm } from '../../../contract/arm.ts'
import { SalesColumns } from '../../../data/sales-columns.ts'
import { salesUpTo } from '../../../data/sales.ts'
import type { MemorySession } from '../session.ts'

/** What can be had by hand: a typed array for each column, a dictionary, an index of the ids. */
export const columns: Arm<MemorySession> = {
  name: 'columns by hand',
  kind: 'bare',
  engine: 'memory',
  packages: [],
  settings: 'in memory: nothing survives the process',
  open({ rows, seed, loaded }) {
    const sales = new SalesColumns()
    const session: MemorySession = {
      insert(given) {
        for (const sale of given) sales.add(sale)
      },
      getEach: (ids) => ids.map((id) => sales.get(id)),
      filter: (end) => sales.customersBelow(end),
      groupByCategory: () => sales.groupByCategory(),
      top: () => sales.top(10),
      count: () => sales.count,

      all: () => sales.all(),
      remove: (first) => sales.keep(first),
    }
    if (loaded) for (const sale of salesUpTo(rows, seed)) sales.add(sale)
    return Promise.resolve({
      session,
      explain: async () => ({ code: SalesColumns.toString() }),
      close: () => undefined,
    })
  },
}
