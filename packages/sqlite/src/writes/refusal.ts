import { duplicateKey, keysExhausted, uniqueViolation } from '@holdfast/core/backend'
import type { IndexDefinition, InsertChange, Key, StoredRow, StoredValue } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
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
 * The error that says which row of a refused statement is to blame, and what it violates. The statement itself has left
 * nothing behind: its rows are inserted one by one until one is refused again. The caller undoes them.
 */
export function refusedRow(
  connection: Connection,
  layout: TableLayout,
  { rows, onConflict }: InsertChange,
  { start, size, binding }: Chunk,
  cause: unknown,
): Error {
  if (hasResultCode(cause, 'SQLITE_FULL') && layout.generated !== undefined && binding === layout.keyless) {
    return keysExhausted(layout.table)
  }
  if (!hasResultCode(cause, 'SQLITE_CONSTRAINT')) return toHoldfastError(cause, { table: layout.table.name })
  const statement = connection.prepare(binding.insert(1, onConflict))
  const values: unknown[] = []
  for (let index = start; index < start + size; index++) {
    const row = rows[index]!
    binding.bind(row, values, 0)
    try {
      statement.run(...values)
    } catch (error) {
      const key = binding === layout.whole ? layout.keyOf(row) : undefined
      const taken = onConflict === 'error' && key !== undefined && hasKey(connection, layout, key)
      if (taken && isUniqueness(error)) return duplicateKey(layout.table, key)
      return violation(connection, layout, row, key, error, `rows[${index}]`)
    }
  }
  return toHoldfastError(cause, { table: layout.table.name })
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
  return toHoldfastError(cause, { table: table.name, ...(path === undefined ? {} : { path }) })
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
    const values = columns.map((name) => row[name] as StoredValue | undefined)
    if (!unique || values.some((value) => value == null)) return false
    const same = columns.map((name) => `${quote(name)} = ?`).join(' AND ')
    const other = key === undefined ? '' : ` AND NOT (${layout.keyCondition})`
    const bound = columns.map((name, position) => bindValue(layout.column(name).type, values[position]!))
    const sql = `SELECT 1 FROM ${quote(table.name)} WHERE ${same}${other}`
    return connection.prepare(sql).get(...bound, ...(key === undefined ? [] : layout.bindKey(key))) !== undefined
  })
}
