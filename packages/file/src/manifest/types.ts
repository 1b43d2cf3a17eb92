import type { SegmentEntry } from '../segments/types.js'

/**
 * What the database consists of: one file, `manifest.json`, that is only ever replaced as a whole. What it does not name is no
 * part of the database. JSON-encodable.
 */
export interface Manifest {
  /** Of the layout of the folder: 1. */
  readonly format: 1
  /** Rises by 1 with each replacement. */
  readonly revision: number
  /** Greater than every number of a segment, journal or table that was ever named. */
  readonly next: number
  /** Those whose changes are not in segments, oldest first: the last one is written to. */
  readonly journals: readonly JournalEntry[]
  readonly tables: readonly TableEntry[]
}

export interface JournalEntry {
  readonly number: number
  /** How long it is at least; set when the database is closed. A shorter one is damaged. */
  readonly bytes: number
}

export interface TableEntry {
  readonly id: number
  /** The folder's name: that of the table, encoded. */
  readonly folder: string
  /** As `definitionToJson` writes it. */
  readonly definition: unknown
  /** CRC-32 of `table.yaml`, which says the same to people, and how many times it was replaced. */
  readonly describedBy: { readonly checksum: number; readonly revision: number }
  /** What journals say of the table before this place is in its segments already. */
  readonly since: { readonly journal: number; readonly offset: number }
  /** The greatest generated key, in digits. */
  readonly lastKey?: string
  readonly rows: SortedEntry
  /** The unique indexes, by name: rows of the index's columns and the table's key, by the former. */
  readonly indexes: readonly IndexEntry[]
}

export interface IndexEntry {
  /** Its own, from the same numbers as those of tables: in the journal an index is a table. */
  readonly id: number
  readonly name: string
  readonly rows: SortedEntry
}

/** Runs, newest first: a row of a newer one hides those with its key in older ones. */
export interface SortedEntry {
  readonly runs: readonly RunEntry[]
}

/** Segments whose ranges of keys do not meet, in key order, and the keys that are deleted from older runs. */
export interface RunEntry {
  readonly segments: readonly SegmentEntry[]
  /** Segments of the key columns alone. */
  readonly deletes: readonly SegmentEntry[]
}
