import { avg, count, open, sum, type Database } from '@holdfast/core'
import { readCsv } from '@holdfast/formats'
import { diskSizeOf } from '../../../backends/index.ts'
import type { Arm, HoldfastEngine } from '../../../contract/arm.ts'
import { partsOf } from '../../../data/parts.ts'
import { customers, customersOf, sales, salesUpTo, type Sale } from '../../../data/sales.ts'
import { besideOf } from '../beside.ts'
import { tally, type SeedsSession } from '../session.ts'

/** Any engine through Holdfast. */
export function holdfastArm(engine: HoldfastEngine): Arm<SeedsSession> {
  return {
    name: 'holdfast',
    kind: 'holdfast',
    engine: engine.name,
    packages: ['@holdfast/core', '@holdfast/formats', ...engine.packages],
    settings: engine.settings,
    async open(setting) {
      const database = await open(await engine.backend(setting), engine.options)
      const settle = async () => void (await engine.settle?.(database))
      await database.ensure(sales)
      await database.ensure(customers)
      await database.table(customers).load(customersOf(setting.rows))
      if (setting.loaded) await database.table(sales).load(salesUpTo(setting.rows, setting.seed))
      await settle()
      return {
        session: sessionOf(database, settle),
        settle,
        ...diskSizeOf(setting),
        close: () => database.close(),
      }
    },
  }
}

function sessionOf(database: Database, settle: () => Promise<void>): SeedsSession {
  const table = database.table(sales)
  const readsCsv = database.capabilities.files?.query.includes('csv') === true
  return {
    async load(file) {
      if (readsCsv) await table.importFile(file)
      else await table.load(readCsv(file, { table: sales }).batches())
    },
    aggregate() {
      return table
        .groupBy((sale) => ({ category: sale.category }))
        .select((sale) => ({
          category: sale.category,
          orders: count(),
          notes: count(sale.note),
          revenue: sum(sale.revenue),
          mean: avg(sale.revenue),
        }))
        .all()
    },
    join() {
      return table
        .join(database.table(customers), (sale, customer) => customer.id.eq(sale.customer))
        .groupBy((_, customer) => ({ region: customer.region }))
        .select((sale, customer) => ({
          region: customer.region,
          orders: count(),
          revenue: sum(sale.revenue),
        }))
        .all()
    },
    async write(given, way = 'one insert') {
      if (way === 'load') await table.load(given)
      else if (way === 'one insert') await table.insert(given)
      else for (const part of partsOf(given, 10_000)) await table.insert(part)
    },
    async read(way = 'rows') {
      let total = 0
      if (way === 'rows') {
        for await (const { id, quantity, note } of table.stream()) total += tally(id, quantity, note)
      } else {
        for await (const batch of table.batches())
          for (const { id, quantity, note } of batch) total += tally(id, quantity, note)
      }
      return total
    },
    beside(work) {
      return besideOf(work, {
        read: (id) => table.get(id),
        aggregate: async () => countOf(await this.aggregate()),
        write: (rows) => table.insert(rows),
      })
    },
    async describe() {
      const found = await database.tables()
      const { columns } = found.find(({ name }) => name === 'sales')!
      return {
        columns: columns.map(({ name }) => name),
        count: await table.count(),
        first: await table.limit(10).all(),
      }
    },

    sale: (row) => row as Sale,
    all: () => table.stream(),
    async remove(first) {
      if (first === 0) await table.clear()
      else await table.where((sale) => sale.id.ge(first)).delete()
      await settle()
    },
  }
}

const countOf = (rows: readonly unknown[]) =>
  (rows as readonly { readonly orders: number }[]).reduce((total, { orders }) => total + orders, 0)
