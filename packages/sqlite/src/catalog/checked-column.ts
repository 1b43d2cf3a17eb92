import type { ColumnDefinition, TypeName } from '@holdfast/core/backend'
import { raw, sql } from '@holdfast/sql'
import type { Fragment } from '@holdfast/sql'

const safe = raw('BETWEEN -9007199254740991 AND 9007199254740991')

type Test = (value: Fragment) => Fragment

const isInteger: Test = (value) => sql`typeof(${value}) = 'integer'`
const isText: Test = (value) => sql`typeof(${value}) = 'text' AND instr(${value}, char(0)) = 0`

/** What a value in a column that is not STRICT must be to belong to the type. */
const tests: Readonly<Partial<Record<TypeName, Test>>> = {
  boolean: (value) => sql`typeof(${value}) = 'integer' AND ${value} IN (0, 1)`,
  integer: (value) => sql`typeof(${value}) = 'integer' AND ${value} ${safe}`,
  bigint: isInteger,
  double: (value) =>
    sql`typeof(${value}) = 'real' AND abs(${value}) < 9e999 OR typeof(${value}) = 'integer' AND ${value} ${safe}`,
  bytes: (value) => sql`typeof(${value}) = 'blob'`,
}

/** The text that stands in statements that check what they read. */
export const checkMark = "json('invalid"

/**
 * Reads a column that may hold anything: a value that does not belong to the type fails the statement, which the adapter
 * reports as INVALID_DATA. So predicates can be pushed down that would else be silently wrong.
 */
export function checkedColumn(value: Fragment, column: ColumnDefinition): Fragment {
  const test = tests[column.type.name] ?? isText
  const kept = column.type.name === 'double' ? sql`CAST(${value} AS REAL)` : sql`${value}`
  const collation = raw(tests[column.type.name] === undefined ? ' COLLATE BINARY' : '')
  // Of the value, so that it is not evaluated before it is needed.
  const failure = sql`json('invalid ' || typeof(${value}))`
  return sql`(CASE WHEN ${value} IS NULL THEN NULL WHEN ${test(value)} THEN ${kept} ELSE ${failure} END${collation})`
}
