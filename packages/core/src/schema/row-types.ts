import type { ColumnExpression } from '../expression/builder.js'
import type { Column, Trait } from './columns.js'
import type { TableDefinition, TypeName } from './types.js'

/** Columns by name, in order. */
export type ColumnMap = Readonly<Record<string, Column>>

type TraitsOf<C> = C extends Column<unknown, TypeName, infer Traits extends Trait> ? Traits : never
type ValueOf<C> = C extends Column<infer Value, TypeName, Trait> ? Value : never
type NameOf<C> = C extends Column<unknown, infer Name extends TypeName, Trait> ? Name : never
type ReadValue<C> = 'nullable' extends TraitsOf<C> ? ValueOf<C> | null : ValueOf<C>

export type NamesWith<Columns, Wanted extends Trait> = {
  [Name in keyof Columns]: [TraitsOf<Columns[Name]> & Wanted] extends [never] ? never : Name
}[keyof Columns] &
  string

/** What an insert may leave out. */
type OptionalNames<Columns> = NamesWith<Columns, 'nullable' | 'default' | 'generated' | 'version'>

type Simplify<T> = { [Name in keyof T]: T[Name] } & {}

/** Exists in the types only. */
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
