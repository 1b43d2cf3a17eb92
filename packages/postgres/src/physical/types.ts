import type { ColumnExpression, Condition, FieldsOf, OrderTerm, Table, TypedExpression } from '@holdfast/core'
import type { TypeName } from '@holdfast/core/backend'

/** How PostgreSQL keeps a table. Nothing of it changes what a query answers, or which rows are accepted. */
export interface PhysicalOptions<T extends Table> {
  /** Cuts the table into parts that are kept, and dropped, each on its own. Only for a table that is yet to be made. */
  readonly partitionBy?: PartitionBy<T>
  /**
   * Indexes by name, beside those of the table's definition. None of them is unique: what a table refuses is stated in its
   * definition, for every engine alike.
   */
  readonly indexes?: Readonly<Record<string, PhysicalIndex<T>>>
}

/**
 * The rows of a part have their values of the column in one range, or one remainder of a hash. PostgreSQL tells rows apart
 * within a part only: the columns must be part of the primary key, and of every unique index.
 */
export type PartitionBy<T extends Table> = PartitionByTime<T> | PartitionByNumber<T> | PartitionByHash<T>

/** A part for each day, month or year (in UTC) that rows fall in, made when the first row of it is inserted. */
export interface PartitionByTime<T extends Table> {
  readonly range: KeyNames<T> & ColumnsOfType<T, 'date' | 'timestamp'>
  readonly every: 'day' | 'month' | 'year'
  readonly hash?: never
}

/** A part for each range of so many numbers, from a multiple of it on, made when the first row of it is inserted. */
export interface PartitionByNumber<T extends Table> {
  readonly range: KeyNames<T> & ColumnsOfType<T, 'integer' | 'bigint'>
  readonly every: number | bigint
  readonly hash?: never
}

/** So many parts of about the same size. */
export interface PartitionByHash<T extends Table> {
  readonly hash: KeyNames<T> | readonly KeyNames<T>[]
  /** From 2 to 1000. */
  readonly partitions: number
  readonly range?: never
}

/** An index, by what PostgreSQL calls its method. */
export type PhysicalIndex<T extends Table> =
  | BtreeIndex<T>
  | HashIndex<T>
  | BrinIndex<T>
  | SpGistIndex<T>
  | FullTextIndex<T>
  | TrigramIndex<T>
  | DocumentIndex<T>
  | GistIndex<T>

interface Partial<T extends Table> {
  /** Only rows for which this is true are in the index: it serves queries that ask for the same, and perhaps for more. */
  readonly where?: (row: FieldsOf<T>) => Condition
}

/** Equality, ranges, the beginning of a text, and orders. */
export interface BtreeIndex<T extends Table> extends Partial<T> {
  readonly method: 'btree'
  /**
   * Columns, or what is computed of a row, with the order where it matters: `(row) => [row.station, row.at.desc()]`. An
   * index of an expression serves queries with the same expression, such as `row.doc.path('city').as('text')`.
   */
  readonly on: Names<T> | ((row: FieldsOf<T>) => Terms)
  /** Columns that are kept beside, so that queries of no others read the index alone. */
  readonly include?: readonly ColumnNames<T>[]
}

/** Equality of one value, however long it is: also of a whole document. */
export interface HashIndex<T extends Table> extends Partial<T> {
  readonly method: 'hash'
  readonly on: ColumnNames<T> | ((row: FieldsOf<T>) => TypedExpression)
}

/** Ranges of columns that rise with the time of writing, as instants do: very small, for very large tables. */
export interface BrinIndex<T extends Table> extends Partial<T> {
  readonly method: 'brin'
  readonly on: OneOrMore<ColumnsOfType<T, Exclude<TypeName, 'boolean' | 'json'>>>
  /** How many pages of rows one entry stands for. Default: 128. */
  readonly pagesPerRange?: number
}

/** Equality, ranges and the beginning of one text. */
export interface SpGistIndex<T extends Table> extends Partial<T> {
  readonly method: 'spgist'
  readonly on: ColumnsOfType<T, 'text'> | ((row: FieldsOf<T>) => TextExpression)
}

/** `search` over exactly these columns. `gin` finds faster, `gist` is smaller and quicker to write. */
export interface FullTextIndex<T extends Table> extends Partial<T> {
  readonly method: 'gin' | 'gist'
  readonly search: OneOrMore<ColumnsOfType<T, 'text'>>
  readonly trigrams?: never
  readonly documents?: never
  readonly on?: never
}

/** `contains` and `endsWith` of three characters and more. Needs the extension `pg_trgm`. */
export interface TrigramIndex<T extends Table> extends Partial<T> {
  readonly method: 'gin' | 'gist'
  readonly trigrams: OneOrMore<ColumnsOfType<T, 'text'>> | ((row: FieldsOf<T>) => TextExpression)
  readonly search?: never
  readonly documents?: never
  readonly on?: never
}

/**
 * What a document contains, for statements of your own: `("doc"::jsonb) @> '{"city": "Oslo"}'`. Queries ask for the value
 * at a path, which an index of the method `btree` on that path serves.
 */
export interface DocumentIndex<T extends Table> extends Partial<T> {
  readonly method: 'gin'
  readonly documents: ColumnsOfType<T, 'json'>
  readonly search?: never
  readonly trigrams?: never
  readonly on?: never
}

/** Equality and ranges of several columns, each by itself as good as the first one. Needs the extension `btree_gist`. */
export interface GistIndex<T extends Table> extends Partial<T> {
  readonly method: 'gist'
  readonly on: OneOrMore<ColumnsOfType<T, Exclude<TypeName, 'json'>>>
  readonly search?: never
  readonly trigrams?: never
  readonly documents?: never
}

type OneOrMore<Name> = Name | readonly Name[]
type Term = TypedExpression | OrderTerm
type Terms = Term | readonly Term[]
type TextExpression = ColumnExpression<string | null, 'text'>

type ColumnNames<T extends Table> = keyof FieldsOf<T> & string
type Names<T extends Table> = OneOrMore<ColumnNames<T>>
type KeyNames<T extends Table> =
  T extends Table<infer _Columns, infer Key> ? Key[number] & ColumnNames<T> : never

/** The names of columns of a type; of a table that is known at run time only, all of them. */
type ColumnsOfType<T extends Table, Wanted extends TypeName> = {
  [Name in ColumnNames<T>]: [TypeNameOf<FieldsOf<T>[Name]> & Wanted] extends [never] ? never : Name
}[ColumnNames<T>]

type TypeNameOf<Expression> = Expression extends ColumnExpression<unknown, infer Name> ? Name : never
