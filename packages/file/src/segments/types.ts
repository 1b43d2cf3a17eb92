import type {
  Batch,
  ColumnDefinition,
  Key,
  MaybePromise,
  StoredRow,
  StoredValue,
} from '@holdfast/core/backend'
import type { SegmentFormat } from '../options.js'

/** What the rows of a segment are: their columns, by which of them they are sorted, ascending, and whose they are. */
export interface RowLayout {
  /** For errors. */
  readonly table: string
  readonly columns: readonly ColumnDefinition[]
  /** Names of columns, none of which is ever null. No two rows of a segment have the same values in all of them. */
  readonly key: readonly string[]
}

/**
 * An immutable file of rows in key order, with its index beside it (`000012.parquet`, `000012.index.json`). The manifest
 * holds one of these for each: data, JSON-encodable. Segments are numbered within the database, and no number comes again.
 */
export interface SegmentEntry {
  readonly number: number
  readonly format: SegmentFormat
  /** At least 1. */
  readonly rows: number
  /** Of the file and of its index. */
  readonly bytes: number
  readonly indexBytes: number
  /** CRC-32 of the index, which holds those of all parts of the file. */
  readonly indexChecksum: number
  /** Of the first and the last row, as `storedToJson` writes them. */
  readonly first: readonly unknown[]
  readonly last: readonly unknown[]
}

/** The least and greatest value that a block has in a column, and how many nulls. Without values `least` is undefined. */
export interface BlockStatistics {
  readonly least?: StoredValue
  readonly greatest?: StoredValue
  readonly nulls: number
}

/** Which part of a segment is read. Bounds are beginnings of keys or whole ones; what begins with a bound is equal to it. */
export interface SegmentScan {
  /** Not empty. */
  readonly columns: readonly string[]
  readonly from?: { readonly key: Key; readonly inclusive: boolean }
  readonly to?: { readonly key: Key; readonly inclusive: boolean }
  /** False for a block that has no row of interest: it is not read. Asked with its number of rows and its statistics by column. */
  readonly wants?: (rows: number, statistics: (column: string) => BlockStatistics | undefined) => boolean
  readonly descending?: boolean
  readonly signal?: AbortSignal
}

/** An open segment. Every byte that it reads is checked: damage rejects with `CORRUPT`, naming the file and the place. */
export interface Segment {
  readonly entry: SegmentEntry
  readonly first: Key
  readonly last: Key
  /** The whole row with this key; blocks that were read lately are kept in the cache, and then no promise is made. */
  get(key: Key): MaybePromise<StoredRow | undefined>
  /** Rows of the columns asked for, in key order, or from the last to the first. Fresh row objects. */
  scan(request: SegmentScan): AsyncIterable<Batch>
  /** Reads and checks the whole file and its index: every problem found, in words, with the file and the offset. */
  verify(): AsyncIterable<{ readonly path: string; readonly offset: number; readonly problem: string }>
  /** Opens its files, so that it can be read to the end also when they are removed. */
  open(): void
  /** Gives the descriptor back. Nothing else is called afterwards. */
  close(): void
}

/** Writes one segment. Whatever it has written is no part of the database until a manifest names it. */
export interface SegmentWriter {
  /** How many rows it was given. */
  readonly rows: number
  /** Bytes written so far, about. */
  readonly bytes: number
  /** Rows with all columns, in ascending key order, all after those given before. Nobody changes them from then on. */
  add(rows: readonly StoredRow[]): Promise<void>
  /** Everything is on the disk, synced if `synchronous` says so, the folder's entries as well. At least one row was given. */
  finish(): Promise<SegmentEntry>
  /** Removes what it has written. */
  abandon(): Promise<void>
}
