import { expressionFromJson, expressionToJson } from '../expression/json.js'
import { readDefinition } from './definition.js'
import type { DefinitionForm } from './definition.js'
import { storedFromJson, storedToJson } from './stored-json.js'
import type { ColumnDefinition, TableDefinition } from './types.js'

/**
 * A definition as data that `JSON.stringify` keeps whole. Equal definitions give equal data.
 *
 * @throws nothing for a definition of `table()` or `tableFromDefinition()`
 */
export function definitionToJson(definition: TableDefinition): object {
  const { name, columns, primaryKey, indexes, checks } = definition
  return {
    name,
    columns: columns.map(columnToJson),
    primaryKey,
    indexes,
    checks: checks.map((check) => ({ name: check.name, condition: expressionToJson(check.condition) })),
  }
}

/**
 * Reads what `definitionToJson` wrote, after `JSON.parse`. Tables that other programs made are read as well.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` with the path of the mistake; for checks also `TYPE_MISMATCH`,
 * `UNKNOWN_COLUMN` and `LIMIT_EXCEEDED`
 */
export function definitionFromJson(json: unknown): TableDefinition {
  return readDefinition(json, asJson)
}

const asJson: DefinitionForm = { value: storedFromJson, condition: expressionFromJson }

function columnToJson(column: ColumnDefinition): object {
  if (column.default?.kind !== 'value') return column
  return { ...column, default: { kind: 'value', value: storedToJson(column.default.value) } }
}
