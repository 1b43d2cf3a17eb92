import type { Verbs } from '../database/database-types.js'
import type { FieldsOfRow, Query } from '../database/query-types.js'
import type { FoundShape, TableHandle } from '../database/table-types.js'
import { tableFromDefinition } from '../schema/table.js'
import type { TableDefinition } from '../schema/types.js'

/** A table whose columns are known at run time only. */
export type AnyHandle = TableHandle<FoundShape<Record<string, unknown>>>

/** A query whose columns are known at run time only. */
export type AnyQuery = Query<readonly [FieldsOfRow<Record<string, unknown>>]>

/** The handle of a table by its definition, in a database or a transaction. */
export function handleOf(verbs: Pick<Verbs, 'table'>, definition: TableDefinition): AnyHandle {
  return verbs.table(tableFromDefinition(definition))
}
