import type { Sale } from '../../data/sales.ts'

type MaybePromise<Value> = Value | Promise<Value>

/**
 * What an arm can do with sales that it holds in memory. Rows are returned as the library gives them, but never as its own
 * objects: who changes an answer must not change what is kept.
 */
export interface MemorySession {
  /** Inserts the sales; none of their ids is there yet, and a repeated one would be refused. */
  insert(sales: readonly Sale[]): MaybePromise<void>
  /** Gets each sale by its id, one after the other; returns them in turn. */
  getEach(ids: readonly number[]): MaybePromise<readonly unknown[]>
  /** The sales of a customer's number below `end`, ordered by id. */
  filter(end: number): MaybePromise<readonly unknown[]>
  /** For each category, in order: its name, `orders` (how many sales), `revenue` (the sum), `mean` of it. */
  groupByCategory(): MaybePromise<readonly unknown[]>
  /** The ten sales of the greatest revenue; of equal ones the least ids first. */
  top(): MaybePromise<readonly unknown[]>
  /** How many sales there are. */
  count(): MaybePromise<number>

  /** A sale as it was returned, with a Date and booleans. Not timed; the row itself unless stated. */
  sale?(row: unknown): Sale
  /** All sales, to be checked. Not timed. */
  all(): AsyncIterable<Sale> | Iterable<Sale>
  /** Removes the sales from this id on. Not timed. */
  remove(first: number): MaybePromise<void>
}
