import type { LogicalType, StoredValue, TableDefinition } from '../../../schema/types.js'
import { toUser } from '../../../schema/values.js'

/** A table with one column of the type beside its key. */
export function valueTable(
  type: LogicalType,
  options: { readonly nullable?: boolean } = {},
): TableDefinition {
  return {
    name: 'holds',
    columns: [
      { name: 'id', type: { name: 'integer' }, nullable: false },
      { name: 'value', type, nullable: options.nullable ?? true },
    ],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
  }
}

/** A table whose key is of the type. */
export function keyedTable(type: LogicalType): TableDefinition {
  return {
    name: 'keyed',
    columns: [
      { name: 'id', type, nullable: false },
      { name: 'place', type: { name: 'integer' }, nullable: false },
    ],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
  }
}

/** User values of stored ones. */
export function userValues(type: LogicalType, values: readonly StoredValue[]): unknown[] {
  return values.map((value) => toUser(type, value))
}
