import { boolean, double, integer, table, text, timestamp, type RowOf } from '@holdfast/core'

/** Ten columns, among them one boolean, one timestamp and one nullable text. */
export const orders = table(
  'orders',
  {
    id: integer().primaryKey(),
    customer: integer(),
    category: text(),
    product: text(),
    quantity: integer(),
    price: double(),
    revenue: double(),
    paid: boolean(),
    at: timestamp(),
    note: text().nullable(),
  },
  { indexes: [{ columns: ['customer'] }] },
)

export type Order = RowOf<typeof orders>

/** The columns in their order. */
export const columns = [
  'id',
  'customer',
  'category',
  'product',
  'quantity',
  'price',
  'revenue',
  'paid',
  'at',
  'note',
] as const

const categories = [
  'books',
  'clothes',
  'food',
  'games',
  'garden',
  'music',
  'office',
  'sport',
  'tools',
  'toys',
]

/**
 * The order of an id: the same for the same seed, always. Prices are multiples of 1/8, so that every order of addition gives
 * the same sum.
 */
export function order(id: number, seed: number): Order {
  const mixed = Math.imul(id ^ seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  const quantity = 1 + (mixed % 9)
  const price = 1 + ((mixed >>> 4) % 8000) / 8
  return {
    id,
    customer: mixed % 1000,
    category: categories[(mixed >>> 8) % categories.length]!,
    product: `product ${(mixed >>> 12) % 5000}`,
    quantity,
    price,
    revenue: quantity * price,
    paid: (mixed & 1) === 1,
    at: new Date(1_700_000_000_000 + id * 1000),
    note: mixed % 10 >= 3 ? null : mixed % 250 === 0 ? '' : `note for ${id}`,
  }
}

/** One after another: nobody holds them all. */
export function* ordersUpTo(count: number, seed: number): Generator<Order, void, void> {
  for (let id = 0; id < count; id++) yield order(id, seed)
}

/** So many orders from this id on. */
export function ordersFrom(first: number, count: number, seed: number): Order[] {
  return Array.from({ length: count }, (_, index) => order(first + index, seed))
}
