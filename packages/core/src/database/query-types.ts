/**
 * What a query is to its user. A query is immutable data under construction: every building method returns a new query and
 * sends nothing; mistakes in an expression are thrown at once (`TYPE_MISMATCH`, `UNKNOWN_COLUMN`). The running methods may
 * be called any number of times.
 */

import type { ColumnExpression, OrderTerm as StatedTerm } from '../expression/index.js'
import type { Relation } from '../relation/index.js'
import type { RowExpressions, Table } from '../schema/table.js'
import type { TypeName } from '../schema/types.js'
import type { ExportOptions, FileResult } from './files/file-types.js'
import type { CallOptions } from './options.js'

/** The columns of one source of a query, as its callbacks receive them: `row => row.celsius.gt(30)`. */
export type Fields = Readonly<Record<string, ColumnExpression>>

/** The columns of a table. */
export type FieldsOf<T extends Table> =
  T extends Table<infer Columns, infer _Key> ? RowExpressions<Columns> : never

/** Columns that are known by the type of the rows only. */
export type FieldsOfRow<Row extends object> = {
  readonly [Name in keyof Row & string]: ColumnExpression<Row[Name], TypeName>
}

/** A query reads one source, or several after `join`: its callbacks take one argument for each, in order. */
export type Sources = readonly Fields[]

/** A callback over the rows of all sources. */
export type Over<S extends Sources, Result> = (...rows: S) => Result

/** A condition: only rows for which it is true pass; false and null do not (NULL-2). */
export type Condition = ColumnExpression<boolean | null, 'boolean'>

/** What `select` names: columns, aggregates, windows, and expressions of them. */
export type Selection = Fields

/** The columns that a selection gives. */
export type Selected<S extends Selection> = {
  readonly [Name in keyof S]: S[Name] extends ColumnExpression<infer Value, infer Type>
    ? ColumnExpression<Value, Type>
    : never
}

/** The columns of a left join's right side: null where nothing matched. */
export type Nullable<S extends Sources> = {
  readonly [Position in keyof S]: {
    readonly [Name in keyof S[Position]]: S[Position][Name] extends ColumnExpression<infer Value, infer Type>
      ? ColumnExpression<Value | null, Type>
      : never
  }
}

/** The rows of a set of columns. */
export type RowOfFields<F extends Fields> = {
  -readonly [Name in keyof F]: F[Name] extends ColumnExpression<infer Value, infer _Type> ? Value : never
}

/** The rows of a query: the columns of all its sources side by side. */
export type RowOfSources<S extends Sources> = S extends readonly [infer Only extends Fields]
  ? RowOfFields<Only>
  : Flat<S> extends infer All
    ? { [Name in keyof All]: All[Name] }
    : never

type Flat<S extends Sources> = S extends readonly [infer First extends Fields, ...infer Rest extends Sources]
  ? RowOfFields<First> & Flat<Rest>
  : unknown

/** A column to order by, ascending unless it says `.desc()`; nulls last unless it says so (NULL-1). */
export type OrderTerm = ColumnExpression | StatedTerm

/** New values of an `update`: user values, or expressions over the row as it was before (WRITE-7). */
export type Assignments<F extends Fields> = {
  readonly [Name in keyof F]?: F[Name] extends ColumnExpression<infer Value, infer Type>
    ? Value | ColumnExpression<Value | null, Type>
    : never
}

/** What a table handle and a query have in common. */
export interface QueryStart<S extends Sources> {
  /** Keeps the rows for which the condition is true. Several calls all apply. */
  where(condition: Over<S, Condition>): Query<S>

  /**
   * Replaces the columns by named expressions. With aggregates among them (and no `groupBy`) the answer is one row over
   * all rows (AGG-1). Windows are computed before the columns are replaced.
   */
  select<Output extends Selection>(columns: Over<S, Output>): Query<readonly [Selected<Output>]>

  /** Keeps each different row once; null equals null (NULL-6). */
  distinct(): Query<S>

  /** Makes groups of the rows with equal values of these expressions; go on with `select`. Null is one value (NULL-6). */
  groupBy(groups: Over<S, Fields>): GroupedQuery<S>

  /** Adds terms to the order, which the identity of the row completes to a total one (ORDER-2). */
  orderBy(...terms: Over<S, OrderTerm | readonly OrderTerm[]>[]): Query<S>

  /** At most `count` rows, in the order of the query (ORDER-3). Applies after `offset`, whichever is written first. */
  limit(count: number): Query<S>

  /** Leaves out the first `count` rows. */
  offset(count: number): Query<S>

  /**
   * Pairs of rows for which the condition is true. Later callbacks take one argument for each source; rows are the columns
   * of both sides. A column name that is on both sides must be resolved by `select` (`TYPE_MISMATCH`). The other side may
   * belong to another open database with another name.
   */
  join<Other extends Sources>(
    other: QueryStart<Other>,
    on: Over<readonly [...S, ...Other], Condition>,
  ): Query<readonly [...S, ...Other]>

  /** As `join`, but keeps every row of this side: where nothing matches the other side's columns are null. */
  leftJoin<Other extends Sources>(
    other: QueryStart<Other>,
    on: Over<readonly [...S, ...Other], Condition>,
  ): Query<readonly [...S, ...Nullable<Other>]>

  /** All rows, in order. */
  all(options?: CallOptions): Promise<RowOfSources<S>[]>

  /** The first row, or undefined. */
  first(options?: CallOptions): Promise<RowOfSources<S> | undefined>

  /** The only row: `NOT_FOUND` if there is none, `LIMIT_EXCEEDED` if there are more. */
  one(options?: CallOptions): Promise<RowOfSources<S>>

  /**
   * The rows one by one, in order, in bounded memory. Nothing is asked before the first row is; leaving the loop, by
   * `break`, `return` or a throw, frees what the engine holds. To be iterated once.
   */
  stream(options?: CallOptions): RowStream<RowOfSources<S>>

  /** As `stream`, in arrays of rows as they come from the engine: the fastest way through many rows. */
  batches(options?: CallOptions): RowStream<RowOfSources<S>[]>

  /**
   * One page of the answer, by position in the order and not by offset: pages put together are the whole answer, and rows
   * that are present throughout are neither lost nor repeated under concurrent writes (ORDER-4). `after` is the `next` of
   * the page before; one that does not belong to this order is `INVALID_ARGUMENT`.
   */
  page(options: PageOptions): Promise<Page<RowOfSources<S>>>

  /** The number of rows. */
  count(options?: CallOptions): Promise<number>

  /** Whether there is any row. */
  exists(options?: CallOptions): Promise<boolean>

  /** All rows together with how they were found. */
  run(options?: CallOptions): Promise<RunResult<RowOfSources<S>>>

  /**
   * Writes all rows, in order, to a new file that others may not read: CSV, Parquet, ndjson or JSON (FILE-1 to FILE-8). The file has its
   * name once it is whole and on the disk. A file of that name is left alone, with `INVALID_ARGUMENT`, unless `overwrite`
   * is stated. `UNSUPPORTED` where the engine writes no such files, `UNAUTHORIZED` where it may not, `NOT_FOUND` without the
   * folder.
   */
  exportFile(path: string, options?: ExportOptions): Promise<FileResult>

  /** What the engines would take and what core would do; with `analyze` the query is run and counted as well. */
  explain(options?: ExplainOptions): Promise<Explanation>

  /** The query as JSON, exact for every type of value; `Database.query` rebuilds it. */
  toJSON(): object

  /** The query as data, type-checked. */
  readonly relation: Relation
}

export interface Query<S extends Sources> extends QueryStart<S> {
  /** `where` by the name that SQL gives it after groups: `.groupBy(...).select(...).having(group => group.days.gt(3))`. */
  having(condition: Over<S, Condition>): Query<S>

  /**
   * Changes exactly the rows that the query reads (WRITE-7) and returns how many. Needs a query of one table that says
   * nothing but `where` (`TYPE_MISMATCH`). Key and version columns cannot be set; checks apply (WRITE-6).
   */
  update(changes: Assignments<S[0]> | Over<S, Assignments<S[0]>>, options?: CallOptions): Promise<number>

  /** Deletes exactly the rows that the query reads and returns how many. Needs what `update` needs. */
  delete(options?: CallOptions): Promise<number>
}

/** Rows in groups, waiting for what is to be known of each. */
export interface GroupedQuery<S extends Sources> {
  /** Keeps the groups for which a condition over aggregates and what is in the groups is true. Several calls all apply. */
  having(condition: Over<S, Condition>): GroupedQuery<S>

  /**
   * One row for each group, of aggregates and of expressions over what is in the groups (`TYPE_MISMATCH` for other columns).
   */
  select<Output extends Selection>(columns: Over<S, Output>): Query<readonly [Selected<Output>]>
}

/** Rows on their way. `return` (called by leaving a `for await` loop) and `await using` free what the engine holds. */
export interface RowStream<Row> extends AsyncIterableIterator<Row, undefined, undefined>, AsyncDisposable {
  next(): Promise<IteratorResult<Row, undefined>>
  return(): Promise<IteratorResult<Row, undefined>>
  [Symbol.asyncIterator](): RowStream<Row>
}

export interface PageOptions extends CallOptions {
  /** The most rows that a page holds, at least 1. */
  readonly size: number
  /** Where the page before ended. */
  readonly after?: string | undefined
}

export interface Page<Row> {
  readonly rows: Row[]
  /** What to give as `after` for the next page; absent when there is none. */
  readonly next?: string
}

export interface QueryStatistics {
  /** Rows that the engines sent to core. */
  readonly rowsFetched: number
  /**
   * How many nodes of the relation the engines took, of how many. What core evaluated anew because an engine had reported an
   * overflow was not taken.
   */
  readonly nodesTaken: number
  readonly nodes: number
  /** Bytes that core wrote to temporary files because it may hold no more: see `OpenOptions.workMemory`. */
  readonly spilledBytes: number
  readonly milliseconds: number
}

export interface RunResult<Row> {
  readonly rows: Row[]
  readonly stats: QueryStatistics
}

export interface ExplainOptions extends CallOptions {
  /** Runs the query and adds `stats`. */
  readonly analyze?: boolean
}

export interface Explanation {
  /** The whole as lines of text, indented as the tree is: what each engine runs and what core does on top. */
  readonly text: string
  /** The parts that engines run. */
  readonly engines: readonly EngineExplanation[]
  readonly nodes: number
  readonly nodesTaken: number
  readonly stats?: QueryStatistics
}

export interface EngineExplanation {
  /** The name of the open database. */
  readonly database: string
  readonly relation: Relation
  readonly sql?: string
  /** The engine's own plan, in its own words. */
  readonly plan?: string
}
