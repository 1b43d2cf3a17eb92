/** What an open database and a transaction are to their user. */

import type { Capabilities, Statistics } from '../backend/types.js'
import type { Relation } from '../relation/types.js'
import type { Table } from '../schema/table.js'
import type { TableDefinition } from '../schema/types.js'
import type { DiagnosticEvent } from './diagnostics.js'
import type { FileHandle, FileQueryOptions } from './files/file-types.js'
import type { CallOptions } from './options.js'
import type { FieldsOf, FieldsOfRow, Query } from './query-types.js'
import type { FoundShape, ShapeOf, TableHandle } from './table-types.js'

export interface OpenOptions {
  /** What relations call this database; databases that meet in one query need different names. `main` unless stated. */
  readonly name?: string
  /** `none` makes core do everything above `scan`, so that every answer can be checked against itself. */
  readonly pushdown?: 'auto' | 'none'
  /**
   * Called after each call with what it did, without values; what it throws is ignored. The same events are published on
   * the channel `holdfast` of `node:diagnostics_channel`. Costs nothing when nobody listens.
   */
  readonly diagnostics?: (event: DiagnosticEvent) => void
  /**
   * How many bytes core may hold for one query before it goes to disk: what it sorts, groups, joins and makes distinct by
   * itself because the engine does not. An estimate, which leaves out what the engine holds, and what the caller takes.
   * 256 MiB unless stated, or an eighth of the heap of the process where that is less. 0 puts all of it on disk.
   */
  readonly workMemory?: number
  /**
   * The folder for the temporary files of such queries, each in a folder of its own below it that only this user may look
   * into; the system's unless stated. Nothing is made there before it is needed, and nothing is left there afterwards. A
   * query that cannot write there, or finds no room, fails with `IO`.
   */
  readonly temporaryFolder?: string
  /** Aborts the opening; has no effect on the open database. */
  readonly signal?: AbortSignal
}

export interface DropOptions extends CallOptions {
  /** Makes a missing table no error. */
  readonly ifExists?: boolean
}

export interface TransactionOptions extends CallOptions {
  /** At least this isolation; `UNSUPPORTED` if the engine has only a weaker one. */
  readonly isolation?: 'snapshot' | 'serializable'
  /** Refuses writes with `READ_ONLY`. */
  readonly readOnly?: boolean
  /** Runs the callback again after a conflict. Not retried unless asked for: the callback must be able to run twice. */
  readonly retry?: RetryOptions
}

/**
 * Retried are `CONFLICT`, `BUSY` and `CONNECTION_FAILED`; not `CONNECTION_LOST` and `TIMEOUT`, after which the transaction
 * may have been committed. Between attempts lies a random time below a limit that doubles.
 */
export interface RetryOptions {
  /** How often the callback runs at most, 1 to 100. */
  readonly attempts: number
  /** Milliseconds: the limit before the second attempt; 10 unless stated. */
  readonly delay?: number
  /** Milliseconds: the greatest limit; 1,000 unless stated. */
  readonly maximumDelay?: number
}

/** What a database and a transaction have in common. */
export interface Verbs {
  /**
   * Creates the table with its indexes if it is missing. If it is there it is compared, and what differs is told:
   * `SCHEMA_MISMATCH`. Indexes that are missing are created where the engine can. Defaults and checks are core's own
   * affair and not compared.
   */
  ensure(table: Table, options?: CallOptions): Promise<void>

  /** Creates the table with its indexes; `TABLE_EXISTS` if it is there. */
  create(table: Table, options?: CallOptions): Promise<void>

  /** Drops a table with all its rows; `UNKNOWN_TABLE` if it is missing, unless `ifExists` is stated. */
  drop(table: Table | string, options?: DropOptions): Promise<void>

  /** Every table there is, also those that other programs made. */
  tables(options?: CallOptions): Promise<readonly TableDefinition[]>

  /** A handle of a table that the program defines. Asks the engine nothing. */
  table<T extends Table>(table: T): TableHandle<ShapeOf<T>>

  /** A handle of a table as it is found on the engine; `UNKNOWN_TABLE` if it is missing. */
  table<Row extends object = Record<string, unknown>>(name: string): Promise<TableHandle<FoundShape<Row>>>

  /**
   * Files that are no part of the database, queried where they are as a table that can only be read: CSV, Parquet, ndjson and JSON,
   * packed or not, as `capabilities.files` says. `*`, `?`, `[...]` and `**` in the path stand for many names; all files must then be
   * alike. The columns are those of `table`, or else those of the file, with types that it states or that are inferred (FILE-9);
   * `columns` states some of them. Each query reads what is there by then; a file that
   * has changed its columns is `SCHEMA_MISMATCH`. Rows are ordered by all columns, those of the table's key first (FILE-7).
   * `NOT_FOUND`, `UNAUTHORIZED` where the engine may not read the file, `INVALID_DATA` where it is no such file,
   * `SCHEMA_MISMATCH` where columns are missing or of types that none of ours holds, and `UNSUPPORTED` where the engine
   * reads no such files.
   */
  file<T extends Table>(
    path: string,
    options: FileQueryOptions & { readonly table: T },
  ): Promise<FileHandle<FieldsOf<T>>>
  file<Row extends object = Record<string, unknown>>(
    path: string,
    options?: FileQueryOptions,
  ): Promise<FileHandle<FieldsOfRow<Row>>>

  /**
   * A query from its data or its JSON (an object or a text), checked whole. A relation whose tables all name one database
   * is asked of this one, whatever the name.
   */
  query<Row extends object = Record<string, unknown>>(
    relation: Relation | object | string,
  ): Query<readonly [FieldsOfRow<Row>]>

  /**
   * Runs the callback in a transaction and commits when it resolves; when it throws everything is undone and its error
   * comes through as it is (WRITE-8). While it runs, work goes through the handle that it receives: every other handle of
   * this database fails there with `TRANSACTION_MISUSE`. Every call must be awaited before the callback ends.
   */
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result> | Result,
    options?: TransactionOptions,
  ): Promise<Result>

  /**
   * Raw SQL in the engine's own dialect; every interpolated value is bound, never part of the text. Rows come as the
   * driver gives them. `UNSUPPORTED` on engines without SQL. With options it gives the tag: ``db.sql({ signal })`...` ``.
   */
  sql<Row extends object = Record<string, unknown>>(
    text: TemplateStringsArray,
    ...values: readonly unknown[]
  ): Promise<Row[]>
  sql(options: CallOptions): SqlTag
}

/** The tag of a template of SQL. */
export type SqlTag = <Row extends object = Record<string, unknown>>(
  text: TemplateStringsArray,
  ...values: readonly unknown[]
) => Promise<Row[]>

/** An open database. `await using` closes it. */
export interface Database<Native = unknown> extends Verbs, AsyncDisposable {
  readonly name: string
  readonly capabilities: Capabilities
  /** The driver's own handle, typed by the adapter. Core knows nothing of what is done through it. */
  readonly native: Native
  /** Sizes and counts, as far as the engine knows them; rows are counted where it does not. */
  stats(options?: CallOptions): Promise<Statistics>
  /**
   * Ends the database: later calls fail with `CLOSED`, calls under way are waited for, streams end with `CLOSED`,
   * transactions still open are rolled back and fail with `CLOSED`. Closing again waits for the same end.
   */
  close(): Promise<void>
}

/**
 * What the callback of a transaction receives. A nested `transaction` is a savepoint: what it throws undoes only its own
 * part. While it runs, only its own handle may be used. After the end every call fails with `TRANSACTION_CLOSED`.
 */
export interface Transaction extends Verbs {
  /** As `Database.transaction`, in a savepoint: takes no option but `signal`. */
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result> | Result,
    options?: CallOptions,
  ): Promise<Result>
}
