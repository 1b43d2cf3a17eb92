/** What files are to their user. */

import type { CsvForm, FileCompression, FileFormat, TableDefinition } from '../../schema/types.js'
import type { ColumnMap, Table } from '../../schema/table.js'
import type { CallOptions } from '../options.js'
import type { Fields, QueryStart } from '../query-types.js'
import type { ConflictPolicy } from '../table-types.js'

/** How a file is written. What is not stated is never guessed from the file's content. */
export interface FileOptions extends CallOptions {
  /** What the ending of the name says unless stated: `.csv`, `.parquet`, `.ndjson` (or `.jsonl`) or `.json`. */
  readonly format?: FileFormat
  /** How the file is packed: what the ending of the name says, `.gz` or `.zst` after that of the format, unless stated. */
  readonly compression?: FileCompression | 'none'
  /** CSV: what stands between two values. A comma unless stated. */
  readonly separator?: CsvForm['separator']
  /**
   * CSV: whether the first record names the columns, in any order. True unless stated; without names the columns are those
   * of the table, in its order.
   */
  readonly header?: boolean
}

export interface ImportOptions extends FileOptions {
  /** What becomes of a row whose key is there already, in the table or earlier in the file: as for `insert` (WRITE-2). */
  readonly onConflict?: ConflictPolicy
}

export interface ExportOptions extends FileOptions {
  /** Replaces a file that is there already, once the new one is whole. Without it such a file is `INVALID_ARGUMENT`. */
  readonly overwrite?: boolean
}

export interface FileQueryOptions extends FileOptions {
  /**
   * The columns to read, by name, and their types. Key, indexes and checks play no part. Without it they are those of the file; of
   * CSV, ndjson and JSON, which have no types, those that the engine infers, where it does.
   */
  readonly table?: Table
  /** Without `table`: what columns of these names are read as, whatever would be inferred. They must be there. */
  readonly columns?: ColumnMap
}

export interface FileResult {
  /** How many rows were written: to the table by an import, to the file by an export. */
  readonly rows: number
}

/** Files that are queried where they are, like a table that can only be read. */
export interface FileHandle<F extends Fields> extends QueryStart<readonly [F]> {
  readonly name: string
  /** The columns that are read, as a table without a key. */
  readonly definition: TableDefinition
}
