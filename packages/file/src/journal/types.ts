import type { Key, StoredRow } from '@holdfast/core/backend'

/** One committed transaction: for each table and each unique index, by its id, what is put and what is deleted. */
export interface JournalRecord {
  readonly tables: readonly TableChanges[]
}

export interface TableChanges {
  readonly id: number
  /** Whole rows; each key at most once. */
  readonly puts: readonly StoredRow[]
  /** Keys, none of which is in `puts`. */
  readonly deletes: readonly Key[]
  readonly lastKey?: number | bigint
}
