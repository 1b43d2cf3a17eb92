/** What readers and writers of Parquet take and give. */

import type { LogicalType, StoredRow, StoredValue } from '@holdfast/core/backend'
import type { Table } from '@holdfast/core'
import type { ForColumns, ForTable, NamedColumn, RowForm } from '../types.js'

/** How the pages of a Parquet file are packed, each for itself. */
export type ParquetCompression = 'zstd' | 'snappy' | 'gzip' | 'none'

export interface ParquetWriteOptions {
  /** In which form the rows are: `user` unless stated. Rows in the `stored` form are not validated. */
  readonly form?: RowForm
  /** How the pages are packed: `zstd` unless stated. */
  readonly compression?: ParquetCompression
  /** Rows of a row group at most: 100,000 unless stated. A row group ends earlier where it is large. */
  readonly rowGroupRows?: number
  /**
   * Rows of a page at most: 2,048 unless stated. All columns begin new pages at the same rows, so that a row is read by reading
   * one page of each: the smaller pages are, the sooner, and the longer the reading and writing of them all takes.
   */
  readonly pageRows?: number
  /** What else the file is to say of itself. Names that begin with `holdfast` are taken. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Ends the writing with `ABORTED`. */
  readonly signal?: AbortSignal
}

export type ParquetWriterOptions = ParquetWriteOptions & (ForTable<Table> | ForColumns)

/** A file, or what is like one: bytes that can be read anywhere. */
export interface RandomAccess {
  readonly byteLength: number
  /** The bytes from `start` to before `end`, which are never outside of the file. They are not changed and not used again. */
  slice(start: number, end: number): Promise<ArrayBuffer | Uint8Array> | ArrayBuffer | Uint8Array
}

export interface OpenParquetOptions {
  /** What errors call the file. */
  readonly name?: string
  /**
   * Which columns are read as what (FILE-6). Other columns are read as what the file says they are, or not at all where none of
   * our types holds them.
   */
  readonly columns?: readonly NamedColumn[]
}

/** A column of a Parquet file. */
export interface ParquetColumn {
  readonly name: string
  /** The type that holds exactly its values (FILE-6); absent where there is none: such a column cannot be read. */
  readonly type?: LogicalType
  /** The type in the words of the Parquet format. */
  readonly native: string
  readonly nullable: boolean
}

/** What is known of the values of a column, in a row group or in a page. */
export interface ColumnStatistics {
  /** A stored value that no value is below; absent where the file does not say. Exact unless stated otherwise. */
  readonly min?: StoredValue
  /** A stored value that no value is above. */
  readonly max?: StoredValue
  /** How many values are null; absent where the file does not say. */
  readonly nulls?: number
  /** Whether `min` and `max` are values of the column, not only bounds. */
  readonly isExact: boolean
}

export interface ParquetRowGroup {
  readonly rows: number
  /** How many rows are in the row groups before this one. */
  readonly firstRow: number
  /** Where its columns lie in the file, one after the other. */
  readonly byteRange: { readonly start: number; readonly end: number }
  /** What the file says of a column's values; undefined where it says nothing that can be relied on. */
  statistics(column: string): ColumnStatistics | undefined
}

/** Rows of a row group that lie in one page of a column. */
export interface ParquetPage {
  /** The first row, counted from the beginning of the row group. */
  readonly from: number
  /** The row after the last one. */
  readonly to: number
  readonly statistics?: ColumnStatistics
}

export interface ReadRowsOptions {
  /** The columns to be read: all that can be unless stated. */
  readonly columns?: readonly string[]
  /** The first row, counted from the beginning of the row group: 0 unless stated. */
  readonly from?: number
  /** The row after the last one: that of the end of the row group unless stated. */
  readonly to?: number
  readonly signal?: AbortSignal
}

/** A Parquet file whose rows can be read from anywhere. */
export interface ParquetFile {
  readonly columns: readonly ParquetColumn[]
  readonly rowCount: number
  /** What else the file says of itself. */
  readonly metadata: Readonly<Record<string, string>>
  /** Whether each byte is covered by a checksum, as in files that `writeParquet` wrote. */
  readonly isSealed: boolean
  readonly rowGroups: readonly ParquetRowGroup[]
  /**
   * Rows of a row group in arrays, as stored values. One array's rows are in memory, and the packed pages of the columns that
   * are read.
   */
  rows(rowGroup: number, options?: ReadRowsOptions): AsyncIterableIterator<StoredRow[], undefined, undefined>
  /** The values of one column of a row group, one array in the other's stead. */
  values(rowGroup: number, column: string, options?: Omit<ReadRowsOptions, 'columns'>): Promise<StoredValue[]>
  /** In which pages a column of a row group lies; undefined where the file does not say. */
  pages(rowGroup: number, column: string): Promise<readonly ParquetPage[] | undefined>
  /** Reads every byte and every value of a row group. */
  verify(rowGroup: number, signal?: AbortSignal): Promise<void>
}
