import { HoldfastError } from '../backend/errors.js'
import { checkDefinition } from './definition-rules.js'
import { checkDistinct, checkName } from './names.js'
import type { TableDefinition } from './types.js'

/**
 * Refuses a table that not every engine can create: names (WRITE-9), a missing key, and all that does not fit together.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`; for checks also `TYPE_MISMATCH`, `UNKNOWN_COLUMN` and `LIMIT_EXCEEDED`
 */
export function validateTableDefinition(table: TableDefinition): void {
  checkNames('column', table.columns)
  checkNames('index', table.indexes)
  checkNames('check', table.checks)
  checkName('table', table.name)
  // Engines keep tables and indexes under one set of names.
  checkDistinct('name', [table.name, ...table.indexes.map(({ name }) => name)])
  if (table.primaryKey.length === 0) {
    throw new HoldfastError('INVALID_ARGUMENT', `table "${table.name}": it needs a primary key`, {
      table: table.name,
    })
  }
  checkDefinition(table)
}

function checkNames(what: string, parts: readonly { readonly name: string }[]): void {
  for (const { name } of parts) checkName(what, name)
  checkDistinct(
    what,
    parts.map(({ name }) => name),
  )
}
