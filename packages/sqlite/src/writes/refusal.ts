import { duplicateKey, keysExhausted, uniqueViolation } from '@holdfast/core/backend'
import type { IndexDefinition, InsertChange, Key, StoredRow, TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { unknownTable } from '../catalog/catalog.js'
import { bindValue } from '../codec.js'
import type { Connection } from '../connection.js'
import { hasResultCode, toHoldfastError } from '../errors.js'
import type { RowBinding, TableLayout } from '../layout.js'

interface Chunk {
  readonly start: number
  readonly size: number
  readonly binding: RowBinding
}

/**
 * The error that says which row of a refused statement is to blame, and what it violates. Rows before it may be in the
 * table: the caller undoes them.
 */
export function refusedRow(
  connection: Connection,
  layout: TableLayout,
  change: InsertChange,
  chunk: Chunk,
  cause: unknown,
): Error {
  const { table } = layout
  if (hasResultCode(cause, 'SQLITE_BUSY')) return cause as Error
  const givesKey = chunk.binding === layout.whole
  const exhausted = hasResultCode(cause, 'SQLITE_FULL') || hasResultCode(cause, 'SQLITE_CONSTRAINT_CHECK')
  if (exhausted && !givesKey) return keysExhausted(table)
  if (!hasResultCode(cause, 'SQLITE_CONSTRAINT')) return failure(connection, table, cause)
  const { index, error } = find(connection, change, chunk, cause)
  const row = change.rows[index]!
  const key = givesKey ? layout.keyOf(row) : undefined
  const taken = change.onConflict === 'error' && key !== undefined && hasKey(connection, layout, key)
  if (taken && isUniqueness(error)) return duplicateKey(table, key)
  return violation(connection, layout, row, key, error, `rows[${index}]`)
}

interface RefusedRow {
  readonly index: number
  readonly error: unknown
}

function find(connection: Connection, change: InsertChange, chunk: Chunk, cause: unknown): RefusedRow {
  const { start, size, binding } = chunk
  if (size === 1) return { index: start, error: cause }
  if (change.onConflict === 'error') {
    // `or fail` leaves the rows before the refused one, and their number, behind.
    const inserted = connection.prepare('SELECT changes()').pluck().get() as number
    return { index: start + inserted, error: cause }
  }
  const statement = connection.prepare(binding.insert(1, change.onConflict))
  const values: unknown[] = []
  for (let index = start; index < start + size; index++) {
    binding.bind(change.rows[index]!, values, 0)
    try {
      statement.run(...values)
    } catch (error) {
      return { index, error }
    }
  }
  return { index: start, error: cause }
}

/** What it means that a write failed, other than by a row in the way of another. */
export function failure(
  connection: Connection,
  table: TableDefinition,
  cause: unknown,
  path?: string,
): Error {
  const { name } = table
  if (hasResultCode(cause, 'SQLITE_ERROR') && !connection.hasTable(name)) return unknownTable(name)
  return toHoldfastError(cause, { table: name, ...(path === undefined ? {} : { path }) })
}

function isUniqueness(error: unknown): boolean {
  return (
    hasResultCode(error, 'SQLITE_CONSTRAINT_PRIMARYKEY') ||
    hasResultCode(error, 'SQLITE_CONSTRAINT_ROWID') ||
    hasResultCode(error, 'SQLITE_CONSTRAINT_UNIQUE')
  )
}

/** What a row that SQLite refused violates, its key apart. */
export function violation(
  connection: Connection,
  layout: TableLayout,
  row: StoredRow,
  key: Key | undefined,
  cause: unknown,
  path?: string,
): Error {
  const { table } = layout
  const index = isUniqueness(cause) ? violatedIndex(connection, layout, row, key) : undefined
  if (index !== undefined) return uniqueViolation(table, index, key)
  return failure(connection, table, cause, path)
}

function hasKey(connection: Connection, layout: TableLayout, key: Key): boolean {
  const sql = `SELECT 1 FROM ${quote(layout.table.name)} WHERE ${layout.keyCondition}`
  return connection.prepare(sql).get(...layout.bindKey(key)) !== undefined
}

/** The first unique index in which another row holds the values of this one. */
function violatedIndex(
  connection: Connection,
  layout: TableLayout,
  row: StoredRow,
  key: Key | undefined,
): IndexDefinition | undefined {
  const { table } = layout
  return table.indexes.find(({ columns, unique }) => {
    const values = columns.map((name) => row[name])
    if (!unique || values.some((value) => value == null)) return false
    const same = columns.map((name) => `${quote(name)} = ?`).join(' AND ')
    const other = key === undefined ? '' : ` AND NOT (${layout.keyCondition})`
    const bound = columns.map((name, position) => bindValue(layout.column(name).type, values[position]!))
    const sql = `SELECT 1 FROM ${quote(table.name)} WHERE ${same}${other}`
    return (
      connection.prepare(sql).get(...bound, ...(key === undefined ? [] : layout.bindKey(key))) !== undefined
    )
  })
}
