import type { StoredRow, TableDefinition } from '../schema/types.js'

/** Rows for a table whose maker has them in the stored form too. */
export interface StoredSource {
  /** The very definition that the rows were made for. */
  readonly table: TableDefinition
  /**
   * Gives the rows in their stored form and in the same order, instead of in the user's form: they belong to the caller, who
   * validates them all the same. Columns without a value are absent. Undefined where rows have been given already.
   */
  take(): AsyncIterable<StoredRow[]> | undefined
}

const sources = new WeakMap<object, StoredSource>()

/**
 * Lets `load` take rows in their stored form when it is given `rows`, which then need not be made into the user's form and
 * back. What is loaded, and what is refused, stays the same.
 */
export function offerStored(rows: object, source: StoredSource): void {
  sources.set(rows, source)
}

export function storedSourceOf(rows: unknown): StoredSource | undefined {
  return typeof rows === 'object' && rows !== null ? sources.get(rows) : undefined
}
