import type {
  AggregateColumn,
  AggregateFunction,
  CallOptions,
  ColumnDefinition,
  ColumnType,
  FunctionName,
  LogicalType,
  TableDefinition,
  WindowFunction,
} from '@holdfast/core/backend'
import type { EncodeParameter, Fragment } from './fragment.js'

/** A compiled expression: SQL whose value is the physical form of a stored value of the type, or null. */
export interface Scalar extends ColumnType {
  readonly sql: Fragment
  /** The operands of a concatenation, so that a chain is checked for its size once. */
  readonly concatenated?: readonly Fragment[]
  /** Made of groups, aggregates or window functions, which mean something else in a subquery of their own. */
  readonly collective?: true
}

/**
 * Renders a scalar function: exactly core's meaning for all values of the argument types, or `refuse`. The result need
 * not be in parentheses; arguments are.
 */
export type RenderFunction = (
  args: readonly Scalar[],
  call: { readonly options: CallOptions; readonly result: ColumnType },
) => Fragment | Pick<Scalar, 'sql' | 'concatenated'>

/**
 * Renders an aggregate. `over` is what makes the aggregate a window function and must follow each aggregate in the text:
 * an empty fragment in a `group by`.
 */
export type RenderAggregate = (
  argument: Scalar | undefined,
  over: Fragment,
  column: Pick<AggregateColumn, 'fraction'> & {
    readonly result: ColumnType
    /** Whether a row leaves the frame of the window as another enters. */
    readonly sliding: boolean
    /** Whether the rows may come of a left join. Not said of windows. */
    readonly leftJoined?: boolean
  },
) => Fragment

/**
 * What the compiler must know of an engine's SQL: data and a few functions. A function, aggregate or window function that
 * has no renderer is not pushed down.
 */
export interface Dialect {
  readonly name: string
  readonly functions: Readonly<Partial<Record<FunctionName, RenderFunction>>>
  /** `first` and `last` are not asked: see `ordersAggregates`. */
  readonly aggregates: Readonly<Partial<Record<AggregateFunction, RenderAggregate>>>
  /** Of the aggregates among the window functions the renderer is in `aggregates`; here is whether they can be windows. */
  readonly windows: ReadonlySet<WindowFunction>
  /**
   * Whether there are aggregates `first(value ORDER BY ...)` and `last(...)` that take a null for a value. Default: false, and
   * the compiler makes them of `rowNumber` and `maximum`.
   */
  readonly ordersAggregates?: boolean
  readonly limits: DialectLimits

  /** Whether one placeholder may stand in several places (`$1`), or each is a new one (`?`). */
  readonly numbered: boolean
  /** @param position counted from 1 */
  placeholder(position: number, type: LogicalType, list: boolean): string
  /** How values of the type are bound. The same function for the same type. */
  encode(type: LogicalType): EncodeParameter
  /** How lists of them are bound: as one value. Undefined where the type has no such form. */
  encodeList(type: LogicalType): EncodeParameter | undefined
  quote(identifier: string): string
  /** The table in a `from` clause. */
  table(table: TableDefinition): string
  /** How a column is read, where that is not simply its name. */
  column?(reference: Fragment, column: ColumnDefinition, table: TableDefinition): Fragment
  /** The words that begin an update of the table, where these are not just `UPDATE`. */
  update?(table: TableDefinition): string
  /** A value that is put into a column, where it is not simply that. */
  assigned?(value: Fragment, column: ColumnDefinition, table: TableDefinition): Fragment
  /** A null of the type. */
  null(type: LogicalType): Fragment
  /** Whether rows are grouped by columns alone, and expressions to group by become columns of a subquery. Default: false. */
  readonly groupsByColumns?: boolean
  /**
   * Whether subqueries with a limit are written as materialized common table expressions, for optimizers that otherwise
   * bring a condition from outside below the limit. Default: false.
   */
  readonly materializesLimits?: boolean
  /** Whether windows that part the rows otherwise are computed in subqueries of their own. Default: false. */
  readonly separatesPartitions?: boolean
  /** Whether what `member` gives may stand in the condition of a left join. Default: true. */
  readonly listsInLeftJoins?: boolean
  /** Whether the value is in the list. False for an empty list. */
  member(value: Scalar, list: Fragment, item: LogicalType): Fragment
  /**
   * The same where it is an operand, which guards may repeat. Stated by dialects whose `member` is a subquery; what is computed
   * from one is then a column of a subquery before it is used. Default: `member`.
   */
  operandMember?(value: Scalar, list: Fragment, item: LogicalType): Fragment
  limit(count: Fragment | undefined, offset: Fragment | undefined): Fragment
}

/** Beyond these a relation is not pushed down. */
export interface DialectLimits {
  /** Tables and subqueries in one `from` clause. */
  readonly sources: number
  /** Columns of a result. */
  readonly columns: number
  /** Characters of one expression, about; a longer one comes of guards that repeat their operands. */
  readonly expressionSize: number
  readonly expressionDepth: number
  readonly statementSize: number
}
