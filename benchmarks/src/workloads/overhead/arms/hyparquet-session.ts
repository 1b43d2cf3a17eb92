import { join } from 'node:path'
import type { Opened, Setting } from '../../../contract/arm.ts'
import { ordersUpTo, type Order } from '../../../data/orders.ts'
import { ParquetTable, type ParquetColumn, type ParquetRow } from '../../../databases/parquet.ts'
import { tally, type OverheadSession } from '../session.ts'

const columns: readonly ParquetColumn<Order>[] = [
  { name: 'id', type: 'INT64', of: (order) => BigInt(order.id) },
  { name: 'customer', type: 'INT64', of: (order) => BigInt(order.customer) },
  { name: 'category', type: 'STRING', of: (order) => order.category },
  { name: 'product', type: 'STRING', of: (order) => order.product },
  { name: 'quantity', type: 'INT64', of: (order) => BigInt(order.quantity) },
  { name: 'price', type: 'DOUBLE', of: (order) => order.price },
  { name: 'revenue', type: 'DOUBLE', of: (order) => order.revenue },
  { name: 'paid', type: 'BOOLEAN', of: (order) => order.paid },
  { name: 'at', type: 'TIMESTAMP', of: (order) => BigInt(order.at.getTime()) },
  { name: 'note', type: 'STRING', nullable: true, of: (order) => order.note },
]

export function openParquet({ folder, rows, seed, loaded }: Setting): Opened<OverheadSession> {
  const orders = new ParquetTable(join(folder, 'orders.parquet'), columns, false)
  if (loaded) orders.write(ordersUpTo(rows, seed))
  return { session: sessionOf(orders), close: () => undefined }
}

interface Group {
  orders: number
  revenue: number
  prices: number
}

function sessionOf(orders: ParquetTable<Order>): OverheadSession {
  return {
    async groupByCategory() {
      const groups = new Map<string, Group>()
      for await (const { category, revenue, price } of orders.vectors('category', 'revenue', 'price')) {
        for (let index = 0; index < category.length; index++) {
          const name = category[index] as string
          let group = groups.get(name)
          if (group === undefined) groups.set(name, (group = { orders: 0, revenue: 0, prices: 0 }))
          group.orders += 1
          group.revenue += revenue[index] as number
          group.prices += price[index] as number
        }
      }
      return [...groups]
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([category, { orders: count, revenue, prices }]) => ({
          ...{ category, orders: count, revenue, price: prices / count },
        }))
    },
    async stream() {
      let total = 0
      for await (const batch of orders.batches())
        for (const { id, quantity, note } of batch)
          total += tally(Number(id), Number(quantity), (note as string | null | undefined) ?? null)
      return total
    },
    insertAll(given) {
      orders.write(given)
    },

    readEach: noKey,
    readByCallers: noKey,
    readLists: noKey,
    readWindows: noKey,
    insertEach: noKey,
    insertByCallers: noKey,
    updateEach: noKey,
    updateByCallers: noKey,

    order: (row) => orderOf(row as ParquetRow),
    async *all() {
      for await (const batch of orders.batches()) yield* batch.map(orderOf)
    },
    remove: () => orders.remove(),
  }
}

const noKey = (): never => {
  throw new Error('A Parquet file has no key.')
}

function orderOf(row: ParquetRow): Order {
  return {
    id: Number(row['id']),
    customer: Number(row['customer']),
    category: row['category'] as string,
    product: row['product'] as string,
    quantity: Number(row['quantity']),
    price: row['price'] as number,
    revenue: row['revenue'] as number,
    paid: row['paid'] as boolean,
    at: row['at'] as Date,
    note: (row['note'] as string | null | undefined) ?? null,
  }
}
