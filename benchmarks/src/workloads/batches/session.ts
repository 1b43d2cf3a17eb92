import type { Grouped } from '../../data/groups.ts'

export interface BatchSession {
  /** Inserts each batch whole or not at all, one after another; durable when it is done, as far as the arm's settings say. */
  insertEach(batches: readonly (readonly Grouped[])[]): unknown
  /** All rows, as all arms answer them; untimed. */
  everything(): AsyncIterable<object> | Iterable<object> | Promise<Iterable<object>>
  /** Empties the table; untimed. */
  clear(): unknown
}
