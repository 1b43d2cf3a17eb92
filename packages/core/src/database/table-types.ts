/** What a table is to its user. */

import type { InsertOf, KeyOf, PatchOf, RowOf, Table } from '../schema/table.js'
import type { TableDefinition } from '../schema/types.js'
import type { FileResult, ImportOptions } from './files/file-types.js'
import type { CallOptions } from './options.js'
import type { Fields, FieldsOf, FieldsOfRow, Query, QueryStart } from './query-types.js'

/** The types of a table's values: rows as read, rows to insert, changes, keys, columns in expressions. */
export interface TableShape {
  readonly row: object
  readonly insert: object
  readonly patch: object
  readonly key: unknown
  readonly fields: Fields
}

export interface ShapeOf<T extends Table> extends TableShape {
  readonly row: RowOf<T>
  readonly insert: InsertOf<T>
  readonly patch: PatchOf<T>
  readonly key: KeyOf<T>
  readonly fields: FieldsOf<T>
}

/** The shape of a table that is known by the type of its rows only, because it was found on the engine. */
export interface FoundShape<Row extends object> extends TableShape {
  readonly row: Row
  readonly insert: Partial<Row>
  readonly patch: Partial<Row>
  readonly key: unknown
  readonly fields: FieldsOfRow<Row>
}

/** One row or many. Iterables are read to their end before anything is written, except by `load`. */
export type Rows<Row> = Row | Iterable<Row> | AsyncIterable<Row>

/** Rows as `load` takes them: one by one, or in arrays, which spares an asynchronous source most of its time. */
export type RowsToLoad<Row> = Rows<Row> | Iterable<readonly Row[]> | AsyncIterable<readonly Row[]>

/** What an insert does with a row whose key exists already (WRITE-2). */
export type ConflictPolicy = 'error' | 'skip' | 'replace'

export interface InsertOptions<Policy extends ConflictPolicy = ConflictPolicy> extends CallOptions {
  /**
   * `error` (the default) refuses the whole call with `DUPLICATE_KEY`, `skip` leaves the row out, `replace` puts the new
   * row in place of the old one.
   */
  readonly onConflict?: Policy
}

export interface LoadOptions extends CallOptions {
  /** As for `insert`. A row that repeats a key of an earlier batch meets it as an existing one. */
  readonly onConflict?: ConflictPolicy
  /** Rows that go to the engine together; twice as many are in memory, for the next ones are read meanwhile. Default: 4,096. */
  readonly batchSize?: number
}

export interface LoadResult {
  /** How many rows were inserted or put in place, batch by batch. */
  readonly count: number
}

export interface InsertResult<Key> {
  /** How many rows were inserted or put in place. */
  readonly count: number
  /** The key of each row given, in the same order. Null for a row that was left out before a key was generated for it. */
  readonly keys: Key[]
}

export interface VersionOptions extends CallOptions {
  /** Changes nothing and fails with `VERSION_MISMATCH` unless the row exists in this version (WRITE-5). */
  readonly version?: number
}

export interface Patch<S extends TableShape> {
  readonly key: S['key']
  readonly set: S['patch']
  readonly version?: number
}

export interface SearchOptions extends CallOptions {
  /** The most rows to return; 100 unless stated. */
  readonly limit?: number
}

/**
 * A table of an open database or transaction, and the start of a query over all its rows. Every call is atomic: it does
 * everything or, on any error, nothing (WRITE-1). A key is the value of the key column; with several key columns an object
 * of them. The caller's objects are never changed and never kept.
 */
export interface TableHandle<S extends TableShape> extends QueryStart<readonly [S['fields']]> {
  readonly name: string
  readonly definition: TableDefinition

  /** The row with this key, or undefined. */
  get(key: S['key'], options?: CallOptions): Promise<S['row'] | undefined>

  /** The rows with these keys in the order of the keys, undefined where there is none. */
  getMany(keys: Iterable<S['key']>, options?: CallOptions): Promise<(S['row'] | undefined)[]>

  /** Whether there is a row with this key. */
  has(key: S['key'], options?: CallOptions): Promise<boolean>

  /** The row with this key; `NOT_FOUND` if there is none. */
  require(key: S['key'], options?: CallOptions): Promise<S['row']>

  /**
   * Inserts one row or many. Everything is read, completed with defaults and validated before anything is written
   * (`INVALID_VALUE`, `CHECK_VIOLATION`, ... with the place in `path`). An iterable that throws changes nothing and its
   * error comes through as it is.
   */
  insert<Policy extends ConflictPolicy = 'error'>(
    rows: Rows<S['insert']>,
    options?: InsertOptions<Policy>,
  ): Promise<InsertResult<S['key'] | (Policy extends 'skip' ? null : never)>>

  /**
   * Inserts any number of rows, one by one or in arrays, in bounded memory: they are asked for, validated and written batch by batch in one
   * transaction, which keeps all of them or, on any error, none (WRITE-10). Other writers may have to wait until it ends.
   * Within a transaction it is a nested one. Engines whose transactions are made by core (`capabilities.transactions` is
   * `core`) need memory for all rows. Nothing is tried again: after `CONFLICT` or `BUSY`, call it anew with new rows.
   */
  load(rows: RowsToLoad<S['insert']>, options?: LoadOptions): Promise<LoadResult>

  /**
   * Inserts all rows of a file, CSV, Parquet, ndjson or JSON, or on any error none (WRITE-1). Columns are found by their names; those that
   * the file lacks get their defaults, and every rule of `insert` holds for every row (FILE-1 to FILE-8). Outside of
   * transactions memory stays bounded, whatever the size of the file. Errors are those of `insert`, naming the file and the
   * row, counted from 0, in `path`; besides `NOT_FOUND`, `UNAUTHORIZED` where the engine may not read the file,
   * `UNKNOWN_COLUMN` and `SCHEMA_MISMATCH` where its columns do not fit, `INVALID_DATA` where it is no such file, and
   * `UNSUPPORTED` where the engine reads no such files.
   */
  importFile(path: string, options?: ImportOptions): Promise<FileResult>

  /** Inserts rows or replaces those with the same key; of rows with one key the last wins. Counts distinct keys (WRITE-3). */
  put(rows: Rows<S['insert']>, options?: CallOptions): Promise<InsertResult<S['key']>>

  /** Replaces the named columns of one row. False if there is no such row. */
  patch(key: S['key'], set: S['patch'], options?: VersionOptions): Promise<boolean>

  /** Patches many rows at once, in order; returns how many were found. */
  patchMany(patches: Iterable<Patch<S>>, options?: CallOptions): Promise<number>

  /** Deletes one row. False if there is no such row. */
  delete(key: S['key'], options?: VersionOptions): Promise<boolean>

  /** Deletes the rows with these keys; returns how many there were. */
  deleteMany(keys: Iterable<S['key']>, options?: CallOptions): Promise<number>

  /** Deletes all rows; returns how many there were. Generated keys go on rising (WRITE-4). */
  clear(options?: CallOptions): Promise<number>

  /** The rows that match a full-text query in these text columns, best first; `UNSUPPORTED` where the engine has no search. */
  search(
    columns: readonly (keyof S['row'] & string)[],
    query: string,
    options?: SearchOptions,
  ): Promise<S['row'][]>

  /** A query over all rows: what every building method starts from. */
  query(): Query<readonly [S['fields']]>
}
