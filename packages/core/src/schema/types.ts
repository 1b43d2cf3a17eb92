/**
 * Logical types and table definitions as plain, frozen, JSON-encodable data.
 *
 * Three representations of a value exist, and only three:
 *
 * | logical type      | user value (API)         | stored value (core and plugins)     |
 * | ----------------- | ------------------------ | ----------------------------------- |
 * | `boolean`         | `boolean`                | `boolean`                           |
 * | `integer`         | `number`, safe integer   | `number`                            |
 * | `bigint`          | `bigint`, int64          | `bigint`                            |
 * | `double`          | `number`, finite, no −0  | `number`                            |
 * | `decimal(p, s)`   | `string`, `s` digits     | `bigint`, scaled by 10^s            |
 * | `text`            | `string`                 | `string`                            |
 * | `bytes`           | `Uint8Array`             | `Uint8Array`                        |
 * | `date`            | `string` `YYYY-MM-DD`    | `string`                            |
 * | `timestamp('ms')` | `Date`                   | `number`, ms since 1970-01-01 UTC   |
 * | `timestamp('us')` | `bigint`, µs since 1970  | `bigint`                            |
 * | `uuid`            | `string`, lower case     | `string`                            |
 * | `json`            | JSON value               | `string`, canonical JSON            |
 *
 * The third one, the physical value, is each adapter's own affair (its `codec.ts`).
 */

import type { Expression } from '../expression/types.js'

export type LogicalType =
  | { readonly name: 'boolean' }
  | { readonly name: 'integer' }
  | { readonly name: 'bigint' }
  | { readonly name: 'double' }
  | { readonly name: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly name: 'text' }
  | { readonly name: 'bytes' }
  | { readonly name: 'date' }
  | { readonly name: 'timestamp'; readonly unit: 'ms' | 'us' }
  | { readonly name: 'uuid' }
  | { readonly name: 'json' }

export type TypeName = LogicalType['name']

/** What core computes with and what a plugin receives and returns. Immutable by convention, `Uint8Array` included. */
export type StoredValue = null | boolean | number | bigint | string | Uint8Array

/** A row of stored values under its column names. */
export type StoredRow = Record<string, StoredValue>

/** The stored values of a primary key, in the order of `TableDefinition.primaryKey`. */
export type Key = readonly StoredValue[]

/** A type together with whether null can occur: what every column and every expression has. */
export interface ColumnType {
  readonly type: LogicalType
  readonly nullable: boolean
}

/** Applied by core before a plugin sees the row. `now` is the instant of the call, `uuid` a time-ordered UUID (version 7). */
export type DefaultDefinition =
  | { readonly kind: 'value'; readonly value: StoredValue }
  | { readonly kind: 'now' }
  | { readonly kind: 'uuid' }

export interface ColumnDefinition extends ColumnType {
  readonly name: string
  readonly default?: DefaultDefinition
  /** An integer or bigint primary key that the engine assigns: it only rises and no value is ever given out twice. */
  readonly generated?: 'increment'
  /** An integer that is 1 on insert and rises by 1 with each write of the row; makes compare-and-set possible. */
  readonly version?: true
}

export interface IndexDefinition {
  readonly name: string
  readonly columns: readonly string[]
  /** A unique index ignores rows in which any of its columns is null. */
  readonly unique: boolean
}

export interface CheckDefinition {
  readonly name: string
  /** A boolean expression over the table's columns; a row is refused when it is false (null passes, as in SQL). */
  readonly condition: Expression
}

export interface TableDefinition {
  readonly name: string
  readonly columns: readonly ColumnDefinition[]
  /** Column names. Empty only for a table that another program made without a key: such a table is read-only. */
  readonly primaryKey: readonly string[]
  readonly indexes: readonly IndexDefinition[]
  readonly checks: readonly CheckDefinition[]
  /** Present when the rows are not stored but lie in files that the engine reads where they are. Such a table has no key. */
  readonly file?: FileSource
}

export type FileFormat = 'csv' | 'parquet' | 'ndjson' | 'json'

/** How the bytes of a whole file are packed: as the tools of these names do. */
export type FileCompression = 'gzip' | 'zstd'

/** How a CSV file is written (FILE-2). */
export interface CsvForm {
  readonly separator: ',' | ';' | '\t' | '|'
  /** Whether the first record of each file names its columns. */
  readonly header: boolean
}

/** Which files, and how they are written. */
export interface FileReference {
  /**
   * Absolute. `*`, `?` and `[...]` stand for characters of a name and `**` for any folders; `[*]`, `[?]` and `[[]` are the
   * characters themselves.
   */
  readonly path: string
  readonly format: FileFormat
  /** Present for CSV, and only there. */
  readonly csv?: CsvForm
  /** Absent where the file is not packed. */
  readonly compression?: FileCompression
}

/** A column as it stands in a file. */
export interface FileColumn {
  readonly name: string
  /** The type that holds exactly its values. Absent where there is none, and where the file has no types and none was asked for. */
  readonly type?: LogicalType
  /** The type in the engine's own words; absent where the file has no types. */
  readonly native?: string
}

export interface FileSource extends FileReference {
  /** All columns of the files, in the order in which they stand there; of ndjson and JSON with stated columns these. */
  readonly columns: readonly FileColumn[]
}
