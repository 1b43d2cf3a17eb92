import { boolean, double, integer, table, text, timestamp, type RowOf } from '@holdfast/core'

/** Eight columns of five types, one of them nullable. */
export const sales = table('sales', {
  id: integer().primaryKey(),
  customer: integer(),
  category: text(),
  quantity: integer(),
  revenue: double(),
  paid: boolean(),
  at: timestamp(),
  note: text().nullable(),
})

/** Who buys: one customer for every hundred sales. */
export const customers = table('customers', {
  id: integer().primaryKey(),
  name: text(),
  region: text(),
})

export type Sale = RowOf<typeof sales>
export type Customer = RowOf<typeof customers>

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

const regions = 25

export const customerCount = (rows: number): number => Math.ceil(rows / 100)

/**
 * The sale of an id among so many: the same for the same seed, always. Three of ten have a note; some of the notes are empty,
 * which is not the same as none, and some hold quotes, line ends and letters beyond ASCII. Revenues are multiples of 1/8, so
 * that every order of addition gives the same sum.
 */
export function sale(id: number, rows: number, seed: number): Sale {
  const mixed = Math.imul(id ^ seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  return {
    id,
    customer: (mixed >>> 3) % customerCount(rows),
    category: categories[(mixed >>> 8) % categories.length]!,
    quantity: 1 + (mixed % 9),
    revenue: 1 + ((mixed >>> 4) % 8000) / 8,
    paid: (mixed & 1) === 1,
    at: new Date(1_700_000_000_000 + id * 1000),
    note: noteOf(id, mixed),
  }
}

function noteOf(id: number, mixed: number): string | null {
  if (mixed % 10 >= 3) return null
  if (mixed % 250 === 0) return ''
  return mixed % 60 === 0 ? `first line of ${id}\nand "the other" – für später` : `note for ${id}`
}

/** One after another: nobody holds them all. */
export function* salesUpTo(rows: number, seed: number): Generator<Sale, void, void> {
  for (let id = 0; id < rows; id++) yield sale(id, rows, seed)
}

/** So many sales from this id on. */
export function salesFrom(first: number, count: number, rows: number, seed: number): Sale[] {
  return Array.from({ length: count }, (_, index) => sale(first + index, rows, seed))
}

export function* customersOf(rows: number): Generator<Customer, void, void> {
  for (let id = 0; id < customerCount(rows); id++)
    yield { id, name: `customer ${id}`, region: `region ${(id * 7) % regions}` }
}
