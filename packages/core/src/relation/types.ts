/**
 * Relational algebra as plain data: the one language between user, core and engine. A relation is a tree of nine nodes
 * whose leaves are tables. It can be inspected, sent as JSON and rebuilt.
 */

import type { Expression, Parameter } from '../expression/types.js'
import type { ColumnType, TableDefinition } from '../schema/types.js'

export type Relation =
  | ScanNode
  | FilterNode
  | ProjectNode
  | AggregateNode
  | SortNode
  | LimitNode
  | DistinctNode
  | JoinNode
  | WindowNode

/** All columns of a table under their names. Its rows are identified by the primary key. */
export interface ScanNode {
  readonly node: 'scan'
  readonly table: TableDefinition
  /** The name of the open database that holds the table. Leaves of one tree may name different ones. */
  readonly database: string
}

/** Keeps the rows for which the condition is true; false and null are dropped. */
export interface FilterNode {
  readonly node: 'filter'
  readonly input: Relation
  readonly condition: Expression
}

export interface NamedExpression {
  readonly name: string
  readonly expression: Expression
}

/** Replaces the columns. At least one. */
export interface ProjectNode {
  readonly node: 'project'
  readonly input: Relation
  readonly columns: readonly NamedExpression[]
}

export type AggregateFunction =
  | 'count'
  | 'countDistinct'
  | 'sum'
  | 'average'
  | 'minimum'
  | 'maximum'
  | 'standardDeviation'
  | 'median'
  | 'quantile'
  | 'first'
  | 'last'

export interface AggregateColumn {
  readonly name: string
  readonly function: AggregateFunction
  /** Absent only for `count`, which then counts rows. */
  readonly argument?: Expression
  /** `quantile`: 0 to 1. */
  readonly fraction?: number
  /** `first` and `last`: the order within the group; core completes it to a total order. */
  readonly orderBy?: readonly SortTerm[]
}

/** One row per group, holding the group's columns and then the aggregates. Without groups exactly one row, also over nothing. */
export interface AggregateNode {
  readonly node: 'aggregate'
  readonly input: Relation
  readonly groups: readonly NamedExpression[]
  readonly aggregates: readonly AggregateColumn[]
}

export interface SortTerm {
  readonly expression: Expression
  readonly direction: 'ascending' | 'descending'
  /** Stated always; the builder's default is `last` in both directions. */
  readonly nulls: 'first' | 'last'
}

export interface SortNode {
  readonly node: 'sort'
  readonly input: Relation
  readonly terms: readonly SortTerm[]
}

/** A number of rows, 0 to 2^53 - 1. */
export type RowCount = number | Parameter

/** `count` rows from the `offset`-th (counted from 0) in the order of its input. Absent count: all the rest. */
export interface LimitNode {
  readonly node: 'limit'
  readonly input: Relation
  readonly count?: RowCount
  readonly offset: RowCount
}

/** Each different row once; null equals null here. */
export interface DistinctNode {
  readonly node: 'distinct'
  readonly input: Relation
}

/**
 * The columns of both sides; no name may occur on both (project first). `left` keeps every row of the left side, with
 * nulls for the right side's columns where nothing matches.
 */
export interface JoinNode {
  readonly node: 'join'
  readonly kind: 'inner' | 'left'
  readonly left: Relation
  readonly right: Relation
  readonly condition: Expression
}

export type WindowFunction =
  'rowNumber' | 'rank' | 'denseRank' | 'lag' | 'lead' | 'sum' | 'average' | 'minimum' | 'maximum' | 'count'

/** Rows of the partition around the current one, in the window's total order; absent bound: unbounded. Inclusive. */
export interface WindowFrame {
  /** Offset to the first row: 0 is the current row, negative before it. */
  readonly start?: number
  readonly end?: number
}

export interface WindowColumn {
  readonly name: string
  readonly function: WindowFunction
  /** Absent for the ranking functions, optional for `count`. */
  readonly argument?: Expression
  /** `lag` and `lead`: how many rows back or ahead, >= 1; default 1. Null where there is none. */
  readonly offset?: number
  readonly partitionBy: readonly Expression[]
  /**
   * `rank` and `denseRank` compare only these terms; all others complete them to a total order with the identity of the
   * row. Aggregates default to the frame from the start to the current row when there are terms, else to the whole partition.
   */
  readonly orderBy: readonly SortTerm[]
  readonly frame?: WindowFrame
}

/** Adds columns to its input's; keeps its rows. */
export interface WindowNode {
  readonly node: 'window'
  readonly input: Relation
  readonly columns: readonly WindowColumn[]
}

/** The output of a relation: column names with types, in order. */
export type RelationColumns = ReadonlyMap<string, ColumnType>
