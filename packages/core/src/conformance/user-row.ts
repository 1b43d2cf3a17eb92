import { toUser } from '../schema/values.js'
import type { StoredRow, TableDefinition } from '../schema/types.js'

/** A stored row as its user writes and reads it. */
export function userRow(definition: TableDefinition, row: StoredRow): Record<string, unknown> {
  return Object.fromEntries(
    definition.columns
      .filter((column) => row[column.name] !== undefined)
      .map((column) => [column.name, toUser(column.type, row[column.name] ?? null)]),
  )
}
