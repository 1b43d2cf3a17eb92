import type { Order } from '../../data/orders.ts'

type MaybePromise<Value> = Value | Promise<Value>

/**
 * What an arm can do with the table of orders. Whole pieces of work, so that a driver that answers at once pays for no
 * promise, as its users would not. Rows are returned as the library gives them; `order` and `group` make them alike.
 */
export interface OverheadSession {
  /** Reads each order by its id, by a statement of its own, one after the other; returns them in turn. */
  readEach(ids: readonly number[]): MaybePromise<readonly unknown[]>
  /**
   * Reads as `readEach` does, for many callers at once: each asks for its next order when it has its last one. What waits for
   * nobody serves them one after the other. Returns the orders of each caller.
   */
  readByCallers(callers: readonly (readonly number[])[]): MaybePromise<readonly (readonly unknown[])[]>
  /** Reads the orders of each list by one call; returns those of each list, in any order. */
  readLists(lists: readonly (readonly number[])[]): MaybePromise<readonly (readonly unknown[])[]>
  /** Reads the orders whose ids are from `start` to before `start + length` by one query for each start, ordered by id. */
  readWindows(starts: readonly number[], length: number): MaybePromise<readonly (readonly unknown[])[]>
  /** For each category, in order: its name, `orders` (how many), `revenue` (the sum) and `price` (the mean). */
  groupByCategory(): MaybePromise<readonly unknown[]>
  /** Reads all orders in the order of their ids, holding as few as the library lets; returns the sum of their `tally`. */
  stream(): MaybePromise<number>

  /** Inserts each order by a statement and a commit of its own, one after the other. */
  insertEach(orders: readonly Order[]): MaybePromise<void>
  /** Inserts as `insertEach` does, for many callers at once. */
  insertByCallers(callers: readonly (readonly Order[])[]): MaybePromise<void>
  /** Sets the quantity of each order by a statement and a commit of its own, one after the other. */
  updateEach(ids: readonly number[], quantity: number): MaybePromise<void>
  /** Updates as `updateEach` does, for many callers at once. */
  updateByCallers(callers: readonly (readonly number[])[], quantity: number): MaybePromise<void>
  /** Inserts all orders in one transaction, by the library's best means. */
  insertAll(orders: readonly Order[]): MaybePromise<void>

  /** An order as `read...` returned it, in the types of JavaScript: numbers, booleans, a Date. Not timed. */
  order(row: unknown): Order
  /** A line as `groupByCategory` returned it, with numbers. Not timed; the line itself unless stated. */
  group?(row: unknown): object
  /** All orders, to be checked. Not timed. */
  all(): AsyncIterable<Order> | Iterable<Order>
  /** Deletes the orders from this id on, and leaves the database at rest. Not timed. */
  remove(first: number): MaybePromise<void>
}

/** What the reader of a stream makes of an order, so that it has to be read; the sum is compared. */
export function tally(id: number, quantity: number, note: string | null): number {
  return (id % 1009) * quantity + (note === null ? 1 : note.length + 2)
}
