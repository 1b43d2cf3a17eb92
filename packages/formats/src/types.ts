/** What readers and writers of every format take and give. */

import type { InsertOf, Table } from '@holdfast/core'
import type { ColumnType, StoredRow } from '@holdfast/core/backend'

/** Where bytes come from: the path of a file, or the bytes themselves, whole or in pieces of any size. */
export type ByteSource = string | URL | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** How bytes are packed. `gzip` and `zstd` are what the tools of these names read and write. */
export type Compression = 'none' | 'gzip' | 'zstd'

/**
 * In which form values are: `user` is what `insert`, `load` and queries take and give, `stored` what engines do (the table
 * of forms stands in `@holdfast/core/backend`, above `LogicalType`).
 */
export type RowForm = 'user' | 'stored'

/** A column of a file: its name, its type, and whether it may hold nulls. Columns of a table's definition are such. */
export interface NamedColumn extends ColumnType {
  readonly name: string
}

/** What every reader can be told. */
export interface ReaderOptions<Form extends RowForm = RowForm> {
  /** In which form the rows are given: `user` unless stated. */
  readonly form?: Form
  /** How the bytes are packed. Unless stated, a path that ends with `.gz` or `.zst` says so, and all else is not. */
  readonly compression?: Compression
  /** Ends the reading with `ABORTED`. */
  readonly signal?: AbortSignal
}

/** What every writer can be told. */
export interface WriterOptions {
  /** In which form the rows are: `user` unless stated. Rows in the `stored` form are not validated. */
  readonly form?: RowForm
  /** How the bytes are packed: not at all unless stated. */
  readonly compression?: Compression
  /** Ends the writing with `ABORTED`. */
  readonly signal?: AbortSignal
}

/** Rows to be inserted into a table: columns that the file lacks get their defaults then (FILE-3). */
export interface ForTable<T extends Table> {
  readonly table: T
  readonly columns?: undefined
}

/** Rows that have exactly these columns. The file must have all of them and may have others, which are passed over (FILE-3). */
export interface ForColumns {
  readonly columns: readonly NamedColumn[]
  readonly table?: undefined
}

/** The rows that a reader gives. */
export type RowIn<T extends Table, Form extends RowForm> = Form extends 'stored'
  ? StoredRow
  : [T] extends [never]
    ? Record<string, unknown>
    : InsertOf<T>

/**
 * The rows of a file, in its order. Nothing is opened before the first row is asked for, and what was opened is closed at the
 * end, on an error, and when the loop over it is left. Reading a path again reads the file again.
 */
export interface RowReader<Row> extends AsyncIterable<Row> {
  /** The same rows in arrays, as they come out of the file: the fastest way through many rows. */
  batches(): AsyncIterableIterator<Row[], undefined, undefined>
}

/** Rows to be written: one by one, or in arrays, as `query.batches()` and the engines give them. */
export type RowsToWrite = Iterable<object | readonly object[]> | AsyncIterable<object | readonly object[]>
