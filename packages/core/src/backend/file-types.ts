/** What engines declare of files and are asked to do with them. */

import type { Relation } from '../relation/types.js'
import type {
  ColumnDefinition,
  ColumnType,
  CsvForm,
  FileCompression,
  FileFormat,
  FileReference,
  TableDefinition,
} from '../schema/types.js'
import type { Batches, InsertChange, Parameters } from './types.js'

/** Formats by what can be done with them. What can be queried in place can be imported. */
export interface FileCapabilities {
  readonly query: readonly FileFormat[]
  readonly export: readonly FileFormat[]
  /** Formats of which it finds out by itself what the types of the columns are. */
  readonly infer: readonly FileFormat[]
  /** How files of these formats may be packed, whether they are read or written. */
  readonly compression: readonly FileCompression[]
}

export interface DescribeFile {
  readonly file: FileReference
  /**
   * What is asked for: `declared`, whether there are the columns given, which are all that will be read (of ndjson and JSON that
   * is taken for granted); `names`, all columns that there are; `types`, their types too, where the format is among those of `infer`.
   */
  readonly purpose: 'declared' | 'names' | 'types'
  /** What columns of these names are to be read as. */
  readonly columns?: readonly ColumnDefinition[]
  readonly signal?: AbortSignal
}

export interface ImportFile {
  readonly table: TableDefinition
  /**
   * A projection of the scan of a file, to the columns of the table in their order: columns of the file and literals. A
   * column of it may be null where the table's may not. The engine takes it exactly, and a filter by each check of the table
   * over it.
   */
  readonly rows: Relation
  readonly onConflict: InsertChange['onConflict']
  readonly signal?: AbortSignal
}

export interface ExportFile {
  /** Absolute, and taken literally. There is an empty file, to be filled where it is. */
  readonly path: string
  readonly format: FileFormat
  readonly csv?: CsvForm
  readonly compression?: FileCompression
  readonly columns: readonly (ColumnType & { readonly name: string })[]
  /** What to write, in this order: a relation that the engine takes exactly, or rows that core has made. */
  readonly from: { readonly relation: Relation; readonly parameters: Parameters } | { readonly rows: Batches }
  readonly signal?: AbortSignal
}
