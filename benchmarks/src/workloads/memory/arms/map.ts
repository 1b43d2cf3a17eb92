import type { Arm } from '../../../contract/arm.ts'
import { salesUpTo, type Sale } from '../../../data/sales.ts'
import type { MemorySession } from '../session.ts'

/** What a program does that needs no library: a Map of objects, copied on their way in and out. */
export const map: Arm<MemorySession> = {
  name: 'Map of objects',
  kind: 'bare',
  engine: 'memory',
  packages: [],
  settings: 'in memory: nothing survives the process',
  open({ rows, seed, loaded }) {
    const sales = new Map<number, Sale>()
    const session: MemorySession = {
      insert(given) {
        for (const sale of given) {
          if (sales.has(sale.id)) throw new Error(`The id ${sale.id} is there already.`)
          sales.set(sale.id, { ...sale })
        }
      },
      getEach: (ids) => ids.map((id) => copyOf(sales.get(id))),
      filter(end) {
        const found: Sale[] = []
        for (const sale of sales.values()) if (sale.customer < end) found.push({ ...sale })
        return found
      },
      groupByCategory() {
        const groups = new Map<string, { category: string; orders: number; revenue: number }>()
        for (const { category, revenue } of sales.values()) {
          const group = groups.get(category)
          if (group === undefined) groups.set(category, { category, orders: 1, revenue })
          else {
            group.orders += 1
            group.revenue += revenue
          }
        }
        return [...groups.values()]
          .toSorted((left, right) => (left.category < right.category ? -1 : 1))
          .map((group) => ({ ...group, mean: group.revenue / group.orders }))
      },
      top() {
        const best: Sale[] = []
        for (const sale of sales.values()) {
          if (best.length === 10 && !isBefore(sale, best[9]!)) continue
          const place = best.findIndex((other) => isBefore(sale, other))
          best.splice(place === -1 ? best.length : place, 0, sale)
          if (best.length > 10) best.pop()
        }
        return best.map((sale) => ({ ...sale }))
      },
      count: () => sales.size,

      all: () => sales.values(),
      remove(first) {
        for (const id of sales.keys()) if (id >= first) sales.delete(id)
      },
    }
    if (loaded) for (const sale of salesUpTo(rows, seed)) sales.set(sale.id, sale)
    return Promise.resolve({ session, close: () => sales.clear() })
  },
}

const copyOf = (sale: Sale | undefined) => (sale === undefined ? undefined : { ...sale })

const isBefore = (sale: Sale, other: Sale) =>
  sale.revenue > other.revenue || (sale.revenue === other.revenue && sale.id < other.id)
