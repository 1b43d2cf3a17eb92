import type { Identity } from '../schema/compare.js'
import type { StoredRow, TableDefinition } from '../schema/types.js'
import type { IndexLayout, WriteLayout } from './write-layout.js'

/** The rows of a table that `writeRows` reads and changes, found at once by the identity of their keys. */
export interface RowSpace {
  readonly table: TableDefinition
  readonly layout: WriteLayout
  /** The row as it is now, with all changes made so far. */
  find(identity: Identity): StoredRow | undefined
  /** The key's identity of the row that holds the values of a unique index now. */
  holder(index: IndexLayout, valuesIdentity: Identity): Identity | undefined
  /** Puts a row in place, which nobody changes from then on, or removes the row with undefined. */
  set(identity: Identity, row: StoredRow | undefined): void
  /** The greatest generated key that was ever given out or stored; undefined if there was none. */
  lastKey(): number | bigint | undefined
  /** Makes sure that no key up to this one is generated any more. */
  useKey(key: number | bigint): void
}
