import type { TableDefinition } from '../schema/types.js'

/** The definitions that are known to be those of the engine's own tables. */
export interface KnownTables {
  has(table: TableDefinition): boolean
  add(table: TableDefinition): unknown
}

/** None to begin with. */
export function knownTables(): KnownTables {
  return new WeakSet()
}

/** Takes every definition for right, where there is nothing to compare it with. */
export const trusting: KnownTables = { has: () => true, add: () => undefined }
