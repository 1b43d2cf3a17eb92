import type { TableDefinition } from '../schema/types.js'
import { saysTheSame } from './table-comparison.js'

/** The definitions that are known to be those of the engine's own tables. */
export interface KnownTables {
  has(table: TableDefinition): boolean
  add(table: TableDefinition): unknown
}

/** None to begin with. One that says the same as another that is known is known too: nobody needs to be asked. */
export function knownTables(): KnownTables {
  const known = new WeakSet<TableDefinition>()
  const byName = new Map<string, TableDefinition>()
  return {
    has(table) {
      if (known.has(table)) return true
      const other = byName.get(table.name)
      const isKnown = other !== undefined && saysTheSame(table, other)
      if (isKnown) known.add(table)
      return isKnown
    },
    add(table) {
      known.add(table)
      byName.set(table.name, table)
    },
  }
}

/** Takes every definition for right, where there is nothing to compare it with. */
export const trusting: KnownTables = { has: () => true, add: () => undefined }
