import { HoldfastError } from '../backend/errors.js'
import type { ColumnExpression } from '../expression/builder.js'
import type { Column, ColumnSettings, Trait } from './columns.js'
import type {
  CheckDefinition,
  ColumnDefinition,
  IndexDefinition,
  TableDefinition,
  TypeName,
} from './types.js'
import { validateTableDefinition } from './validate.js'

/** Columns by name, in order. */
export type ColumnMap = Readonly<Record<string, Column>>

type TraitsOf<C> = C extends Column<unknown, TypeName, infer Traits extends Trait> ? Traits : never
type ValueOf<C> = C extends Column<infer Value, TypeName, Trait> ? Value : never
type NameOf<C> = C extends Column<unknown, infer Name extends TypeName, Trait> ? Name : never
type ReadValue<C> = 'nullable' extends TraitsOf<C> ? ValueOf<C> | null : ValueOf<C>

type NamesWith<Columns, Wanted extends Trait> = {
  [Name in keyof Columns]: [TraitsOf<Columns[Name]> & Wanted] extends [never] ? never : Name
}[keyof Columns] &
  string

/** What an insert may leave out. */
type OptionalNames<Columns> = NamesWith<Columns, 'nullable' | 'default' | 'generated' | 'version'>

type Simplify<T> = { [Name in keyof T]: T[Name] } & {}

declare const shape: unique symbol

/** A table as the program declares it. Plain data in `definition`; the row types exist in the types only. */
export interface Table<
  Columns extends ColumnMap = ColumnMap,
  Key extends readonly string[] = readonly string[],
> {
  readonly definition: TableDefinition
  readonly [shape]: { readonly columns: Columns; readonly key: Key }
}

type ColumnsOf<T> = T extends Table<infer Columns, infer _Key> ? Columns : never
type KeyNamesOf<T> = T extends Table<infer _Columns, infer Key> ? Key : never

/** A row as it is read. */
export type RowOf<T extends Table> = Simplify<{
  -readonly [Name in keyof ColumnsOf<T>]: ReadValue<ColumnsOf<T>[Name]>
}>

/** A row as it is inserted: what is nullable, generated, a version or has a default may be left out. */
export type InsertOf<T extends Table> = Simplify<
  {
    [Name in Exclude<keyof ColumnsOf<T>, OptionalNames<ColumnsOf<T>>>]: ReadValue<ColumnsOf<T>[Name]>
  } & {
    [Name in OptionalNames<ColumnsOf<T>>]?: ReadValue<ColumnsOf<T>[Name]> | undefined
  }
>

/** Columns to change by key: all but the key's and the version. */
export type PatchOf<T extends Table> = Simplify<{
  [Name in Exclude<keyof ColumnsOf<T>, KeyNamesOf<T>[number] | NamesWith<ColumnsOf<T>, 'version'>>]?:
    ReadValue<ColumnsOf<T>[Name]> | undefined
}>

/**
 * A primary key: the value itself where it has one column, else an object of the key's columns or, where the table's
 * `primaryKey` option states their order, a tuple.
 */
export type KeyOf<T extends Table> = string extends keyof ColumnsOf<T>
  ? unknown
  : KeyValue<RowOf<T>, KeyNamesOf<T>>

type KeyValue<Row, Names extends readonly string[]> = number extends Names['length']
  ? IsUnion<Names[number]> extends true
    ? Pick<Row, Names[number] & keyof Row>
    : Row[Names[number] & keyof Row]
  : Names extends readonly [infer Only extends keyof Row]
    ? Row[Only]
    : | Pick<Row, Names[number] & keyof Row>
      | { readonly [Index in keyof Names]: Row[Names[Index] & keyof Row] }

type IsUnion<T, All = T> = T extends unknown ? ([All] extends [T] ? false : true) : never

/** The columns of a row as expressions. */
export type RowExpressions<Columns extends ColumnMap> = {
  readonly [Name in keyof Columns]: ColumnExpression<ReadValue<Columns[Name]>, NameOf<Columns[Name]>>
}

export interface IndexOptions<Name extends string = string> {
  /** Default: the table's name and the columns', joined by `_`. */
  readonly name?: string
  readonly columns: readonly Name[]
  readonly unique?: boolean
}

export interface TableOptions<Columns extends ColumnMap, Key extends readonly string[] = readonly string[]> {
  /** The columns of the primary key in their order; instead of `.primaryKey()` on the columns. */
  readonly primaryKey?: Key
  readonly indexes?: readonly IndexOptions<keyof Columns & string>[]
  /** Conditions by name that every row must not fail (WRITE-6). */
  readonly checks?: Readonly<
    Record<
      string,
      (
        row: RowExpressions<Columns>,
      ) => ColumnExpression<boolean | null, 'boolean'> | ColumnExpression<boolean, 'boolean'>
    >
  >
}

/**
 * Declares a table. Nothing is created: `db.ensure(table)` does that.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` when a name, the key, an index, a check, a default or a version is not acceptable
 */
export function table<
  Columns extends ColumnMap,
  const Key extends readonly (keyof Columns & string)[] = readonly NamesWith<Columns, 'key'>[],
>(name: string, columns: Columns, options: TableOptions<Columns, Key> = {}): Table<Columns, Key> {
  const columnDefinitions = Object.entries(columns).map(([columnName, column]) =>
    defineColumn(columnName, column.settings),
  )
  const draft: TableDefinition = {
    name,
    columns: columnDefinitions,
    primaryKey: primaryKeyOf(columns, options.primaryKey),
    indexes: indexesOf(name, columns, options.indexes ?? []),
    checks: [],
  }
  validateTableDefinition(draft)
  const checks: CheckDefinition[] = []
  return tableFromDefinition({ ...draft, checks }) as unknown as Table<Columns, Key>
}

/** A table whose columns are known at run time only: one found in a database, or read from JSON. */
export function tableFromDefinition(definition: TableDefinition): Table {
  validateTableDefinition(definition)
  return Object.freeze({ definition: deepFreeze(definition) }) as unknown as Table
}

function defineColumn(name: string, settings: ColumnSettings): ColumnDefinition {
  const { primaryKey: _key, unique: _unique, ...definition } = settings
  return { name, ...definition }
}

function primaryKeyOf(columns: ColumnMap, stated: readonly string[] | undefined): readonly string[] {
  const marked = Object.keys(columns).filter((name) => columns[name]!.settings.primaryKey)
  if (stated === undefined) return marked
  if (marked.some((name) => !stated.includes(name))) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      'the primary key is stated twice, differently: by the option and on columns',
    )
  }
  return [...stated]
}

function indexesOf(table: string, columns: ColumnMap, stated: readonly IndexOptions[]): IndexDefinition[] {
  const unique = Object.keys(columns).filter((name) => columns[name]!.settings.unique)
  return [...unique.map((name) => ({ columns: [name], unique: true })), ...stated].map(
    (index: IndexOptions) => ({
      name: index.name ?? [table, ...index.columns].join('_'),
      columns: [...index.columns],
      unique: index.unique ?? false,
    }),
  )
}

function deepFreeze<Value>(value: Value): Value {
  // Typed arrays with elements cannot be frozen.
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value))
    return value
  Object.values(value).forEach(deepFreeze)
  return Object.freeze(value)
}
