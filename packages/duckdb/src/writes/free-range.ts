import { compareKeys, writeLayoutOf } from '@holdfast/core/backend'
import type { Changes, InsertChange, Key, TableDefinition, WriteResult } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { parameterEncoder } from '../codec/bindings.js'
import type { Binding } from '../codec/bindings.js'
import type { Connection } from '../connection.js'
import { layoutOf, placeholder } from '../layout.js'
import type { WriteContext } from './apply.js'
import { insertRows, isFew } from './insert.js'

/**
 * Inserts rows inside a transaction where one look at the table shows that none of them can be refused: their keys ascend,
 * and no row's key lies between the first and the last of them. So do the batches of a load. Undefined where that is not so:
 * then each key must be looked up.
 */
export async function insertIntoFreeRange(
  connection: Connection,
  { changes }: Changes,
  context: WriteContext,
): Promise<WriteResult | undefined> {
  const [change, second] = changes
  if (change?.kind !== 'insert' || second !== undefined || !canBeFree(change, context)) return undefined
  const { table, rows } = change
  const range = ascendingRange(change)
  if (range === undefined || !(await isFree(connection, table, range))) return undefined
  await context.queries.changing(table, () => insertRows(connection, table, rows, context.queries))
  return { counts: [rows.length] }
}

function canBeFree({ table, rows, onConflict }: InsertChange, { queries }: WriteContext): boolean {
  return (
    onConflict === 'error' &&
    !isFew(rows) &&
    queries.isOwn(table) &&
    layoutOf(table).generated === undefined &&
    table.indexes.every(({ unique }) => unique !== true)
  )
}

/** The first and the last key; undefined where one does not come after the one before it. */
function ascendingRange({ table, rows }: InsertChange): readonly [Key, Key] | undefined {
  const { keyOf } = writeLayoutOf(table)
  const compare = compareKeys(table)
  const first = keyOf(rows[0]!)
  let last = first
  for (let index = 1; index < rows.length; index++) {
    const key = keyOf(rows[index]!)
    if (compare(last, key) >= 0) return undefined
    last = key
  }
  return [first, last]
}

/** Whether no row has a value from one to the other in the first column of the key. */
async function isFree(
  connection: Connection,
  table: TableDefinition,
  range: readonly [Key, Key],
): Promise<boolean> {
  const column = layoutOf(table).keys[0]!
  const encode = parameterEncoder(column.type)
  const name = quote(column.name)
  const found = await connection.all({
    sql: `SELECT ${name} FROM ${quote(table.name)} WHERE ${name} >= ${placeholder(1, column)} AND ${name} <= ${placeholder(2, column)} LIMIT 1`,
    bindings: range.map(([value]) => encode(value!) as Binding),
    columns: [column],
  })
  return found.length === 0
}
