import type { TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote, rowsByKeys, tableRows } from '@holdfast/sql'
import { parameterListEncoder } from './codec.js'
import type { PreparedQuery } from './prepared.js'
import type { Queries } from './queries.js'

/** By the query of all rows, which is made anew when the schema is another one. */
const joined = new WeakMap<PreparedQuery, PreparedQuery>()

/**
 * The rows of a table with certain keys, which are all different. The parameter is a list of keys where the key is one
 * column; where it has several, the parameters are the values of one key.
 */
export function keyedQuery(
  queries: Queries,
  table: TableDefinition,
  columns: readonly string[],
): PreparedQuery {
  const key = queries.rowidKeyOf(table)
  if (key === undefined || !columns.includes(key)) return queries.query(rowsByKeys(table, columns))
  const all = queries.query(tableRows(table, columns))
  let query = joined.get(all)
  if (query === undefined) joined.set(all, (query = joinedToKeys(all, table, key)))
  return query
}

/**
 * SQLite puts what `IN` is given into an index of its own before it looks for the first row. A row number is found without
 * one: `CROSS JOIN` says that the list is what is gone through.
 */
function joinedToKeys(all: PreparedQuery, { columns }: TableDefinition, key: string): PreparedQuery {
  const { type } = columns.find(({ name }) => name === key)!
  const encode = parameterListEncoder(type)
  const sql = `SELECT t.* FROM json_each(?) AS k CROSS JOIN (${all.sql}) AS t ON t.${quote(key)} = k.value`
  return { ...all, sql, bind: ([keys]) => [encode(keys!)] }
}
