import { boolean, double, integer, table, text, timestamp, type RowOf } from '@holdfast/core'

/** Eight columns of five types, one of them nullable. */
export const sales = table('sales', {
  id: integer().primaryKey(),
  at: timestamp(),
  category: text(),
  product: text(),
  quantity: integer(),
  revenue: double(),
  paid: boolean(),
  note: text().nullable(),
})

export type Sale = RowOf<typeof sales>

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

/** The same sale for the same id, always. One in 250 has an empty note, which is not the same as none. */
export function sale(id: number): Sale {
  const mixed = Math.imul(id ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  return {
    id,
    at: new Date(1_700_000_000_000 + id * 1000),
    category: categories[(mixed >>> 8) % categories.length]!,
    product: `product ${(mixed >>> 12) % 5000}`,
    quantity: 1 + (mixed % 9),
    revenue: 1 + ((mixed >>> 4) % 8000) / 8,
    paid: (mixed & 1) === 1,
    note: mixed % 10 >= 3 ? null : mixed % 250 === 0 ? '' : `note for ${id}, “quoted”`,
  }
}

/** One after another: nobody holds them all. */
export function* salesUpTo(count: number): Generator<Sale, void, void> {
  for (let id = 0; id < count; id++) yield sale(id)
}

export function isSale(row: Sale, id: number): boolean {
  const expected = sale(id)
  return (
    row.id === id &&
    row.at.getTime() === expected.at.getTime() &&
    row.category === expected.category &&
    row.product === expected.product &&
    row.quantity === expected.quantity &&
    row.revenue === expected.revenue &&
    row.paid === expected.paid &&
    row.note === expected.note
  )
}
