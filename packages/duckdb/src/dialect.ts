import type { LogicalType } from '@holdfast/core/backend'
import {
  comparisons,
  conditionals,
  everyWindow,
  limitAndOffset,
  logic,
  quoteIdentifier,
  raw,
  sql,
} from '@holdfast/sql'
import type { Dialect, Fragment, Scalar } from '@holdfast/sql'
import { parameterEncoder, parameterListEncoder } from './codec/bindings.js'
import { fileSql, isFile } from './files/file-sql.js'
import { aggregates } from './functions/aggregates.js'
import { cast } from './functions/casts.js'
import { jsonPath } from './functions/json.js'
import { numbers } from './functions/numbers.js'
import { text } from './functions/text.js'
import { time } from './functions/time.js'
import { physicalTypeOf } from './physical-type.js'

/** DuckDB's SQL over the types of `physical-type.ts`. */
export const dialect: Dialect = {
  name: 'duckdb',
  functions: {
    // Decimals of different scales are compared by value: DuckDB brings them to one that has room for both.
    ...comparisons,
    isDistinctFrom,
    ...logic,
    ...conditionals,
    ...text,
    ...numbers,
    ...time,
    cast,
    jsonPath,
  },
  aggregates,
  windows: everyWindow,
  // A window for each would take four to ten times as long.
  ordersAggregates: true,
  limits: {
    sources: 50,
    columns: 1000,
    expressionSize: 20_000,
    expressionDepth: 100,
    statementSize: 100_000,
  },
  numbered: true,
  // The type is always said: what DuckDB concludes of an untyped parameter depends on the value.
  placeholder: (position, type, list) => `CAST($${position} AS ${physicalTypeOf(type)}${list ? '[]' : ''})`,
  encode: parameterEncoder,
  encodeList: parameterListEncoder,
  quote: quoteIdentifier,
  table: (table) => (isFile(table) ? fileSql(table).rows : quoteIdentifier(table.name)),
  // An expression is not always recognised as the one that rows are grouped by: NOT (a = b) becomes a <> b first.
  groupsByColumns: true,
  // What one side of a join says of the other's values is brought below a limit, which then keeps other rows.
  materializesLimits: true,
  // DuckDB 1.5 compares the keys of two windows beside one another by their number, and by whether each of one is among
  // those of the other: `PARTITION BY a, a` is then the same as `a, b`. It writes keys twice itself, as it simplifies them.
  separatesPartitions: true,
  // Lists are subqueries, by which DuckDB joins in inner joins only.
  listsInLeftJoins: false,
  null: (type) => sql`CAST(NULL AS ${raw(physicalTypeOf(type))})`,
  member,
  operandMember,
  limit: limitAndOffset,
}

/**
 * Within another expression: as one of several comparisons in an OR, DuckDB 1.5 takes it to be false for every row where the
 * statistics say that a column holds nothing but nulls.
 */
function isDistinctFrom([left, right]: readonly Scalar[]): Fragment {
  return sql`coalesce(${left!.sql} IS DISTINCT FROM ${right!.sql}, false)`
}

/** As a subquery, which DuckDB joins by hashing whatever the length of the list. */
function member(value: Scalar, list: Fragment, _item: LogicalType): Fragment {
  return sql`${value.sql} IN (SELECT unnest(${list}))`
}

/** Each subquery is a join of its own, and a few guards around one another make hundreds of them. */
function operandMember(value: Scalar, list: Fragment, _item: LogicalType): Fragment {
  return sql`CASE WHEN len(${list}) = 0 THEN false ELSE list_contains(${list}, ${value.sql}) END`
}
