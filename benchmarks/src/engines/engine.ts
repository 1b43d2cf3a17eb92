import type { Backend, Database } from '@holdfast/core'
import type { Sale } from './sales.ts'

/** Where a database is: a path, or an address. */
export type Place = string

/** How an engine is loaded and read, by Holdfast and by its driver alone. */
export interface Engine {
  /** A place for one new database; called by the process that starts the others. */
  readonly prepare: () => Promise<PreparedPlace>
  /** Stops what `prepare` has started for all places. */
  readonly stop?: () => Promise<void>
  readonly backend: (place: Place) => Backend
  /**
   * The fastest way into the table of sales, which is there and empty, without Holdfast. Durable when it resolves, unless
   * nothing but the process holds the rows: then it gives them back.
   */
  readonly loadByHand: (place: Place, rows: Iterable<Sale>) => Promise<Iterable<Sale> | undefined>
  /** Makes what Holdfast has loaded as durable, and as tidy, as what was loaded by hand. */
  readonly settle?: (database: Database) => Promise<void>
  /** The driver's usual way to read all sales in the order of their ids; returns what `tally` makes of them. */
  readonly readByHand?: (place: Place) => Promise<number>
}

export interface PreparedPlace {
  readonly place: Place
  /** Removes the database. */
  readonly remove: () => Promise<void>
}
