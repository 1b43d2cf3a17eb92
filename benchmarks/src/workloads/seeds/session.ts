import type { Sale } from '../../data/sales.ts'

type MaybePromise<Value> = Value | Promise<Value>

/** What an arm can do with the tables of sales and customers. Rows are returned as the library gives them. */
export interface SeedsSession {
  /** The CSV file of the sales, where a workload has one (`withCsv`). */
  readonly csv?: string
  /** Loads the CSV file of the sales into their empty table. Durable when it ends, as are all writes here. */
  load(file: string): MaybePromise<void>
  /** For each category, in order: its name, `orders` (how many sales), `notes` (how many have one), `revenue`, `mean` of it. */
  aggregate(): MaybePromise<readonly unknown[]>
  /** For each region of the customers, in order: its name, `orders` (how many sales), `revenue` (the sum). */
  join(): MaybePromise<readonly unknown[]>
  /**
   * Writes the sales in one transaction, by the library's best means; where it has several ways, by this one. They may come
   * from a generator.
   */
  write(sales: Iterable<Sale>, way?: Way): MaybePromise<void>
  /** Reads all sales in the order of their ids, holding as few as the library lets; returns the sum of their `tally`. */
  read(way?: 'rows' | 'batches'): MaybePromise<number>
  /** Reads while others write, see `Beside`. */
  beside(work: Beside): Promise<BesideAnswer>
  /** What tables there are with their columns, how many sales, and the first ten of them. */
  describe(): MaybePromise<Described>

  /** A sale as `describe` and `beside` returned it, in the types of JavaScript. Not timed. */
  sale(row: unknown): Sale
  /** A line as `aggregate` and `join` returned it, with numbers. Not timed; the line itself unless stated. */
  group?(row: unknown): object
  /** All sales, to be checked. Not timed. */
  all(): AsyncIterable<Sale> | Iterable<Sale>
  /** Deletes the sales from this id on, and leaves the database at rest. Not timed. */
  remove(first: number): MaybePromise<void>
}

/** Ways into a table by which Holdfast differs: a stream of rows, calls with 10,000 each, one call. */
export type Way = 'load' | 'inserts of 10,000' | 'one insert'

/**
 * Readers of single sales work side by side, each asks for its next one when it has its last; other readers aggregate the
 * whole table again and again; a writer commits one batch after the other. All end when the readers of single sales do.
 */
export interface Beside {
  /** The ids that each reader asks for. */
  readonly readers: readonly (readonly number[])[]
  /** How many aggregate. */
  readonly aggregators: number
  /** The batch with this number. */
  readonly batch: (number: number) => readonly Sale[]
  /** To be told how long one sale took to read, in milliseconds. */
  readonly took: (milliseconds: number) => void
}

export interface BesideAnswer {
  /** What each reader has found. */
  readonly found: readonly (readonly unknown[])[]
  /** How many sales each aggregate has counted, that is, the sum of its `orders`. */
  readonly counted: readonly number[]
}

export interface Described {
  readonly columns: readonly string[]
  readonly count: number
  readonly first: readonly unknown[]
}

/** What the reader of all sales makes of one, so that it has to be read; the sum is compared. */
export function tally(id: number, quantity: number, note: string | null): number {
  return (id % 1009) * quantity + (note === null ? 1 : note.length + 2)
}
