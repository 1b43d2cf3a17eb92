/**
 * The plugin contract. Core validates, encodes, applies defaults, tracks the life cycle and maps misuse to errors before a
 * plugin is called: a plugin receives stored values only (see `schema/types.ts`), of the declared types, and definitions
 * that it has accepted in `createTable`. What a plugin yields or returns belongs to the caller: fresh row objects.
 *
 * Required are seven methods of `Engine`; each optional one makes the engine faster or able, never different.
 */

import type { Expression } from '../expression/types.js'
import type { NamedExpression, Relation } from '../relation/types.js'
import type {
  FileColumn,
  IndexDefinition,
  Key,
  StoredRow,
  StoredValue,
  TableDefinition,
} from '../schema/types.js'
import type { DescribeFile, ExportFile, FileCapabilities, ImportFile } from './file-types.js'

/** Rows that travel together. Not empty; about 1,000 rows is a good size. */
export type Batch = StoredRow[]
export type Batches = Iterable<Batch> | AsyncIterable<Batch>
export type MaybePromise<T> = T | Promise<T>

/** What a plugin exports: made by a function of its options, which validates them. Opens nothing by itself. */
export interface Backend<Native = unknown> {
  /** The kind of engine, for example `sqlite`. */
  readonly name: string
  readonly capabilities: Capabilities
  open(context: OpenContext): Promise<Engine<Native>>
}

export interface OpenContext {
  readonly signal?: AbortSignal
  /** Reports a statement to the diagnostics channel; costs nothing when nobody listens. */
  readonly report: (event: StatementEvent) => void
  /** Whether anybody listens; ask before building an event. */
  readonly reporting: () => boolean
}

/** One statement as the engine ran it. Parameters are never reported. */
export interface StatementEvent {
  readonly sql: string
  readonly rows: number
  readonly milliseconds: number
}

/**
 * What the engine declares. Frozen, JSON-cloneable, constant from `open` to `close`. The only way to skip anything: what is
 * claimed is exercised by the conformance suite, what is denied must be refused with `UNSUPPORTED` or is done by core.
 */
export interface Capabilities {
  /**
   * `core`: the engine has no `begin`; core buffers the writes of a transaction and hands them over as one atomic `write`.
   * Otherwise the isolation that `begin` gives.
   */
  readonly transactions: 'core' | 'snapshot' | 'serializable'
  /** Whether reads outside run while a transaction is open, seeing the state before it; else they wait for its end. */
  readonly readsDuringTransaction: boolean
  /** Whether acknowledged writes outlive the process. */
  readonly durable: boolean
  /** Whether several processes may have the database open at once. */
  readonly concurrentProcesses: boolean
  /** Whether `createTable` and `dropTable` inside a transaction are undone by its rollback; else they are refused there. */
  readonly transactionalSchema: boolean
  /** Whether `scan` yields rows in primary-key order (see semantics: key order). */
  readonly scanInKeyOrder: boolean
  /** Whether `Engine.sql` exists, and which dialect it speaks. */
  readonly sql: string | false
  /** Whether `Engine.search` exists. */
  readonly fullTextSearch: boolean
  /** Which formats of files the engine reads and writes by itself: none, or see `Engine.describeFile`, `Session.exportFile`. */
  readonly files: FileCapabilities
  readonly limits: {
    /** Bytes of an encoded primary key; core refuses longer ones. At most 512 unless the engine's own limit is lower. */
    readonly maxKeyBytes: number
    /** Bytes of one text, bytes or json value. */
    readonly maxValueBytes: number
  }
}

/** What can be asked of an engine and, in the same words, of a transaction. */
export interface Session {
  /**
   * Yields the rows of a table as it was at one moment between the first batch being asked for and its coming. Must honour `columns` and `keys`; rows come in
   * any order, or in key order when `scanInKeyOrder` is declared and no keys are given. The rows of a table that is a file
   * (`TableDefinition.file`) come as they are there now and in the order of the file.
   */
  scan(request: Scan): Batches
  /**
   * Applies all changes in order, or none. Rejects with `DUPLICATE_KEY`, `UNIQUE_VIOLATION` or `VERSION_MISMATCH`, each
   * naming table and key. Durable when it resolves, if the engine is durable and no transaction is open.
   */
  write(changes: Changes): MaybePromise<WriteResult>

  /** A point read: the row with this key, or undefined. May answer without a promise. Default: `scan` with one key. */
  get?(table: TableDefinition, key: Key): MaybePromise<StoredRow | undefined>
  /** Runs a relation that `takes` accepted. `parameters` fill its parameter expressions by index. */
  run?(relation: Relation, parameters: Parameters, options: RunOptions): Batches
  /** Changes all rows that match; returns how many. Offered only relations that `takes` accepts exactly. */
  updateWhere?(request: UpdateWhere, parameters: Parameters): MaybePromise<number>
  deleteWhere?(request: DeleteWhere, parameters: Parameters): MaybePromise<number>
  /** Raw SQL with bound values; needs the capability `sql`. Values come back as the driver gives them. */
  sql?(statement: SqlStatement): MaybePromise<SqlResult>
  /** Keys of the rows that match a full-text query, best first; needs the capability `fullTextSearch`. */
  search?(request: Search): MaybePromise<readonly Key[]>
  /**
   * Inserts the rows of a relation, all or none, and gives their number; undefined, with nothing changed, where the engine
   * cannot, or where a row is refused: core then inserts them itself and finds out why. The rules of core that a row is held
   * to are the engine's to keep here: nulls, sizes, keys, and checks. Default: core inserts the rows.
   */
  importFile?(request: ImportFile): MaybePromise<number | undefined>
  /** Writes rows to a file; gives their number. Needs the capability `files.export`. */
  exportFile?(request: ExportFile): MaybePromise<number>
}

export interface Engine<Native = unknown> extends Session {
  /** Every table there is, also those that others made. */
  tables(): MaybePromise<readonly TableDefinition[]>
  /** Rejects with `TABLE_EXISTS`. */
  createTable(table: TableDefinition): MaybePromise<void>
  /** Rejects with `UNKNOWN_TABLE`. */
  dropTable(name: string): MaybePromise<void>
  /** Ends everything. Called once; no other method is called afterwards. */
  close(): Promise<void>

  /**
   * Whether the engine runs this relation with exactly core's meaning. Asked bottom-up: everything below the top node has
   * been accepted already, so only the top node need be looked at. A filter is asked one conjunct at a time, then for all
   * that were accepted together: `no` to these, which may be too many at once, leaves some of them to core, and `exact` counts
   * more than a `superset` of single ones. `superset` is an answer for filters only: all matching rows come, perhaps with
   * others, and core filters again. Values of parameters play no part.
   */
  takes?(relation: Relation): 'exact' | 'superset' | 'no'
  begin?(options: BeginOptions): MaybePromise<EngineTransaction>
  /**
   * The greatest generated key of the table that was ever given out or stored, undefined if there was none. Needed by
   * engines whose `transactions` is `core` to generate keys inside a transaction.
   */
  lastKey?(table: TableDefinition): MaybePromise<number | bigint | undefined>
  createIndex?(table: string, index: IndexDefinition): MaybePromise<void>
  dropIndex?(table: string, name: string): MaybePromise<void>
  /** What a person may read about how the relation would run: SQL, the engine's own plan. */
  explain?(
    relation: Relation,
    parameters: Parameters,
  ): MaybePromise<{ readonly sql?: string; readonly plan?: string }>
  stats?(): MaybePromise<Statistics>
  /**
   * The columns of files; of those without names the ones given. Needed for the capability `files.query`. Rejects with
   * `NOT_FOUND` where there is no file, `UNAUTHORIZED` where the engine may not read it, `INVALID_DATA` where it cannot be
   * read, or where several files differ, and `SCHEMA_MISMATCH` where one of the columns given cannot be read exactly.
   */
  describeFile?(request: DescribeFile): MaybePromise<readonly FileColumn[]>
  /** The driver's own handle. */
  readonly native?: Native
}

export interface EngineTransaction extends Session {
  /** Ends the transaction, also when it rejects: then nothing of it is kept. Neither it nor `rollback` is called again. */
  commit(): MaybePromise<void>
  rollback(): MaybePromise<void>
  savepoint(): MaybePromise<Savepoint>
  /** Every table as the transaction sees it. Needed where reads outside wait for its end; default: what core knows. */
  tables?(): MaybePromise<readonly TableDefinition[]>
  createTable?(table: TableDefinition): MaybePromise<void>
  dropTable?(name: string): MaybePromise<void>
}

/** Nested in the order of creation: ending one ends those opened after it. */
export interface Savepoint {
  release(): MaybePromise<void>
  rollback(): MaybePromise<void>
}

/** Values of a parameterised relation by index; a list parameter's value is an array. */
export type Parameters = readonly (StoredValue | readonly StoredValue[])[]

export interface Scan {
  readonly table: TableDefinition
  /** Not empty. Rows hold these columns and no others. */
  readonly columns: readonly string[]
  /** Only the rows with these keys, each at most once; keys without a row are left out. */
  readonly keys?: readonly Key[]
  readonly signal?: AbortSignal
}

export interface RunOptions {
  readonly signal?: AbortSignal
  /** Whether the caller takes all rows at once (`all`), so that one large batch is as good as many. */
  readonly whole: boolean
}

export interface Changes {
  readonly changes: readonly Change[]
  /**
   * Generated keys that count as given out, even if no row has them: what a transaction buffered by core made and then
   * deleted. Only engines whose `transactions` is `core` are handed any.
   */
  readonly lastKeys?: readonly LastKey[]
  readonly signal?: AbortSignal
}

/** The greatest generated key of a table that was ever given out or stored. */
export interface LastKey {
  readonly table: TableDefinition
  readonly key: number | bigint
}

export type Change = InsertChange | PatchChange | DeleteChange

/**
 * Whole rows, all columns present except generated keys that are to be assigned. Nobody changes them from then on, nor the
 * bytes in them: an engine may keep them, and must not change them either. Keys may repeat within `rows`: the rows are
 * applied in order. `error` refuses an existing key, `skip` leaves the existing row, `replace` puts the new row in its
 * place. A unique index refuses under every policy, except that `skip` leaves the row out. A version column holds 1 in
 * the rows given, or more where core hands over a transaction that it buffered, and is stored as given; when a row is
 * replaced the stored version becomes the old one plus 1.
 */
export interface InsertChange {
  readonly kind: 'insert'
  readonly table: TableDefinition
  readonly rows: readonly StoredRow[]
  readonly onConflict: 'error' | 'skip' | 'replace'
}

/** Replaces the named columns of existing rows; raises the version column by 1. Missing keys are left out of the count. */
export interface PatchChange {
  readonly kind: 'patch'
  readonly table: TableDefinition
  readonly patches: readonly { readonly key: Key; readonly set: StoredRow; readonly version?: number }[]
}

/** With `version`, a row of another version, or none, rejects the whole write with `VERSION_MISMATCH`. Likewise for patches. */
export interface DeleteChange {
  readonly kind: 'delete'
  readonly table: TableDefinition
  readonly keys: readonly { readonly key: Key; readonly version?: number }[]
}

export interface WriteResult {
  /** Per change: rows inserted or put in place (not those skipped), rows patched, rows deleted. */
  readonly counts: readonly number[]
  /**
   * Per change: for inserts into a table with a generated key, the key's value of each row in order (null for skipped
   * rows); otherwise absent.
   */
  readonly generated?: readonly (readonly StoredValue[] | undefined)[]
}

export interface UpdateWhere {
  readonly table: TableDefinition
  readonly condition?: Expression
  /** Never of key columns. The version column is raised as well. */
  readonly set: readonly NamedExpression[]
}

export interface DeleteWhere {
  readonly table: TableDefinition
  readonly condition?: Expression
}

export interface SqlStatement {
  /** The text around the values, one more than there are values: the engine joins them with its own placeholders. */
  readonly parts: readonly string[]
  /** As the caller gave them. */
  readonly values: readonly unknown[]
  readonly signal?: AbortSignal
}

export interface SqlResult {
  readonly rows: readonly Record<string, unknown>[]
  /** Rows changed by a statement that returns none. */
  readonly changes: number
}

export interface Search {
  readonly table: TableDefinition
  readonly columns: readonly string[]
  readonly query: string
  readonly limit: number
}

export interface BeginOptions {
  readonly readOnly: boolean
  readonly isolation?: 'snapshot' | 'serializable'
  readonly signal?: AbortSignal
}

/** Sizes in bytes. `engine` holds what only this engine knows. */
export interface Statistics {
  readonly sizeBytes?: number
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly sizeBytes?: number }[]
  readonly engine?: Readonly<Record<string, unknown>>
}
