import type { Order } from './data.ts'

type MaybePromise<Value> = Value | Promise<Value>

/**
 * What the bare driver does for each verb. Whole loops, so that a driver that answers at once pays for no promise, as its
 * users would not.
 */
export interface Bare {
  /** In one transaction, by the driver's best means. */
  readonly insertAll: (rows: readonly Order[]) => MaybePromise<void>
  /** Each row by a statement and a commit of its own. */
  readonly insertEach: (rows: readonly Order[]) => MaybePromise<void>
  /** Sets the quantity of each order by a statement of its own. */
  readonly updateEach: (ids: readonly number[], quantity: number) => MaybePromise<void>
  /** Reads each order by a statement of its own; returns the last one. */
  readonly readEach: (ids: readonly number[]) => MaybePromise<unknown[]>
  /** Reads many orders by the list of their ids, so often; returns them. */
  readonly readMany: (ids: readonly number[], times: number) => MaybePromise<unknown[]>
  /** Reads the orders from each of these ids on, so many; returns the last ones. */
  readonly readWindows: (starts: readonly number[], length: number) => MaybePromise<unknown[]>
  /** Orders, revenue and mean price of each category, so often; returns the last answer. */
  readonly group: (times: number) => MaybePromise<unknown[]>
  /** Reads all orders without holding them, where the driver can; returns the sum of their ids. */
  readonly stream: () => MaybePromise<number>
  /** Removes the orders from this id on, and leaves the database at rest. */
  readonly clear: (first: number) => Promise<void>
  /** An order that the driver returned, in the types that Holdfast returns. */
  readonly order: (row: never) => Order
  readonly close: () => MaybePromise<void>
}
