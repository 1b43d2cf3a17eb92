import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import { SalesColumns } from '../../../data/sales-columns.ts'
import { parseSales } from '../../../data/sales-csv.ts'
import { customersOf, salesUpTo, type Sale } from '../../../data/sales.ts'
import { besideOf } from '../beside.ts'
import { tally, type SeedsSession } from '../session.ts'

/** What can be had in memory by hand: typed arrays, a dictionary, an index of the ids. */
export const byHand: Arm<SeedsSession> = {
  name: 'columns by hand',
  kind: 'bare',
  engine: 'memory',
  packages: [],
  settings: settingsOf.memory,
  open({ rows, seed, loaded }) {
    const sales = new SalesColumns()
    const regions = Array.from(customersOf(rows), ({ region }) => region)
    const session: SeedsSession = {
      load(file) {
        for (const part of parseSales(file)) for (const sale of part) sales.add(sale)
      },
      aggregate() {
        const notes = sales.notesByCategory()
        return sales.groupByCategory().map((group) => ({ ...group, notes: notes.get(group.category)! }))
      },
      join() {
        const groups = sales.groupBy((customer) => regions[customer]!)
        return groups.map(({ name, ...sums }) => ({ region: name, ...sums }))
      },
      write(given) {
        for (const sale of given) sales.add(sale)
      },
      read() {
        let total = 0
        for (const { id, quantity, note } of sales.all()) total += tally(id, quantity, note)
        return total
      },
      beside(work) {
        return besideOf(work, {
          read: (id) => sales.get(id),
          aggregate: () => sales.groupByCategory().reduce((total, { orders }) => total + orders, 0),
          write: (rows) => this.write(rows),
        })
      },
      describe: () => ({
        columns: ['id', 'customer', 'category', 'quantity', 'revenue', 'paid', 'at', 'note'],
        count: sales.count,
        first: Array.from({ length: Math.min(10, sales.count) }, (_, position) => sales.at(position)),
      }),

      sale: (row) => row as Sale,
      all: () => sales.all(),
      remove: (first) => sales.keep(first),
    }
    if (loaded) for (const sale of salesUpTo(rows, seed)) sales.add(sale)
    return Promise.resolve({ session, close: () => undefined })
  },
}
