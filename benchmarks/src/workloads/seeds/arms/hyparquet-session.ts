import { join } from 'node:path'
import type { Opened, Setting } from '../../../contract/arm.ts'
import { ParquetTable, type ParquetColumn, type ParquetRow } from '../../../databases/parquet.ts'
import { parseSales, type ParsedSale } from '../../../data/sales-csv.ts'
import { customersOf, salesUpTo, type Customer, type Sale } from '../../../data/sales.ts'
import { tally, type SeedsSession } from '../session.ts'

const saleColumns: readonly ParquetColumn<Sale | ParsedSale>[] = [
  { name: 'id', type: 'INT64', of: (sale) => BigInt(sale.id) },
  { name: 'customer', type: 'INT64', of: (sale) => BigInt(sale.customer) },
  { name: 'category', type: 'STRING', of: (sale) => sale.category },
  { name: 'quantity', type: 'INT64', of: (sale) => BigInt(sale.quantity) },
  { name: 'revenue', type: 'DOUBLE', of: (sale) => sale.revenue },
  { name: 'paid', type: 'BOOLEAN', of: (sale) => sale.paid },
  { name: 'at', type: 'TIMESTAMP', of: (sale) => BigInt(+sale.at) },
  { name: 'note', type: 'STRING', nullable: true, of: (sale) => sale.note },
]

const customerColumns: readonly ParquetColumn<Customer>[] = [
  { name: 'id', type: 'INT64', of: (customer) => BigInt(customer.id) },
  { name: 'name', type: 'STRING', of: (customer) => customer.name },
  { name: 'region', type: 'STRING', of: (customer) => customer.region },
]

export function openParquet({ folder, rows, seed, loaded }: Setting): Opened<SeedsSession> {
  const sales = new ParquetTable(join(folder, 'sales.parquet'), saleColumns, true)
  const customers = new ParquetTable(join(folder, 'customers.parquet'), customerColumns, true)
  customers.write(customersOf(rows))
  if (loaded) sales.write(salesUpTo(rows, seed))
  return { session: sessionOf(sales, customers), close: () => undefined }
}

interface Group {
  orders: number
  notes: number
  revenue: number
}

/** What has been seen of each name. */
class Groups extends Map<string, Group> {
  of(name: string): Group {
    let group = this.get(name)
    if (group === undefined) this.set(name, (group = { orders: 0, notes: 0, revenue: 0 }))
    return group
  }

  inOrder(): [name: string, group: Group][] {
    return [...this].toSorted(([left], [right]) => (left < right ? -1 : 1))
  }
}

function sessionOf(sales: ParquetTable<Sale | ParsedSale>, customers: ParquetTable<Customer>): SeedsSession {
  return {
    load(file) {
      sales.write(parsed(file))
    },
    async aggregate() {
      const groups = new Groups()
      for await (const { category, revenue, note } of sales.vectors('category', 'revenue', 'note')) {
        for (let index = 0; index < category.length; index++) {
          const group = groups.of(category[index] as string)
          group.orders += 1
          group.revenue += revenue[index] as number
          if (note[index] != null) group.notes += 1
        }
      }
      return groups
        .inOrder()
        .map(([category, group]) => ({ category, ...group, mean: group.revenue / group.orders }))
    },
    async join() {
      const regions = new Map<bigint, string>()
      for await (const { id, region } of customers.vectors('id', 'region'))
        for (let index = 0; index < id.length; index++)
          regions.set(id[index] as bigint, region[index] as string)
      const groups = new Groups()
      for await (const { customer, revenue } of sales.vectors('customer', 'revenue')) {
        for (let index = 0; index < customer.length; index++) {
          const region = regions.get(customer[index] as bigint)
          if (region === undefined) continue
          const group = groups.of(region)
          group.orders += 1
          group.revenue += revenue[index] as number
        }
      }
      return groups.inOrder().map(([region, { orders, revenue }]) => ({ region, orders, revenue }))
    },
    write(given) {
      sales.write(given)
    },
    async read() {
      let total = 0
      for await (const batch of sales.batches())
        for (const { id, quantity, note } of batch)
          total += tally(Number(id), Number(quantity), (note as string | null | undefined) ?? null)
      return total
    },
    beside() {
      throw new Error('A Parquet file has no key.')
    },
    async describe() {
      const [first] = await Array.fromAsync(sales.batches(10))
      return { columns: await sales.columns(), count: await sales.count(), first: first ?? [] }
    },

    sale: (row) => saleOf(row as ParquetRow),
    async *all() {
      for await (const batch of sales.batches()) yield* batch.map(saleOf)
    },
    remove(first) {
      if (first > 0) throw new Error('A Parquet file is removed as a whole.')
      sales.remove()
    },
  }
}

function* parsed(file: string): Generator<ParsedSale, void, void> {
  for (const part of parseSales(file)) yield* part
}

function saleOf(row: ParquetRow): Sale {
  return {
    id: Number(row['id']),
    customer: Number(row['customer']),
    category: row['category'] as string,
    quantity: Number(row['quantity']),
    revenue: row['revenue'] as number,
    paid: row['paid'] as boolean,
    at: row['at'] as Date,
    note: (row['note'] as string | null | undefined) ?? null,
  }
}
