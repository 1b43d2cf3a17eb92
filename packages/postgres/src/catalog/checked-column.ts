import type { ColumnDefinition } from '@holdfast/core/backend'
import { raw, sql } from '@holdfast/sql'
import type { Fragment } from '@holdfast/sql'
import { jsonColumn } from '../functions/json.js'
import { valueTypeOf } from '../types.js'

/**
 * A value, or the failure of the statement: by a regular expression that is none, made of the value so that it is not
 * evaluated early. Nothing else fails with the code of that, which is reported as INVALID_DATA.
 */
function checked(value: Fragment, test: Fragment, type: string): Fragment {
  const failure = sql`regexp_replace('', '[' || ${value}::text, '')::${raw(type)}`
  return sql`(CASE WHEN ${value} IS NULL OR ${test} THEN ${value} ELSE ${failure} END)`
}

/**
 * How a column of a table that another program made is read: cast to the type that the column is read as. A value that
 * the type does not have fails the statement, so that a condition can be pushed down that would else be silently wrong.
 */
export function checkedColumn(column: Fragment, { type }: ColumnDefinition): Fragment {
  const value = sql`${column}::${raw(valueTypeOf(type))}`
  switch (type.name) {
    case 'text':
      return sql`(${value} COLLATE "C")`
    case 'json':
      return jsonColumn(column)
    case 'integer':
      return checked(value, sql`abs(${value}) <= ${Number.MAX_SAFE_INTEGER}`, 'int8')
    case 'double':
      // Neither infinite nor NaN, which is greater than all.
      return checked(value, sql`abs(${value}) < 'Infinity'`, 'float8')
    case 'decimal':
      return checked(value, sql`abs(${value}) < 1e18`, 'numeric')
    case 'date':
      return checked(value, sql`${value} BETWEEN '0001-01-01' AND '9999-12-31'`, 'date')
    case 'timestamp':
      return checked(
        value,
        sql`${value} >= '0001-01-01 00:00:00Z' AND ${value} < '10000-01-01 00:00:00Z'`,
        'timestamptz',
      )
    default:
      return sql`(${value})`
  }
}

/** How a column is read of a table of which nothing is known: as of those that Holdfast makes, if it is one. */
export function castColumn(column: Fragment, { type }: ColumnDefinition): Fragment {
  const value = sql`${column}::${raw(valueTypeOf(type))}`
  if (type.name === 'json') return jsonColumn(column)
  return type.name === 'text' ? sql`(${value} COLLATE "C")` : sql`(${value})`
}
