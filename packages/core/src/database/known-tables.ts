import type { TableDefinition } from '../schema/types.js'
import { saysTheSame } from './table-comparison.js'

/** The definitions that are known to be those of the engine's own tables. */
export interface KnownTables {
  has(table: TableDefinition): boolean
  add(table: TableDefinition): unknown
  /** The same without a table that was changed. */
  except(name: string): KnownTables
}

/** A definition that says the same as another that is known is known too: nobody needs to be asked. */
export function knownTables(tables: readonly TableDefinition[] = []): KnownTables {
  const known = new WeakSet<TableDefinition>(tables)
  const byName = new Map(tables.map((table) => [table.name, table]))
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
    // To some engines names are the same that differ in case only.
    except: (name) =>
      knownTables([...byName.values()].filter((table) => table.name.toLowerCase() !== name.toLowerCase())),
  }
}

/** Takes every definition for right, where there is nothing to compare it with. */
export const trusting: KnownTables = { has: () => true, add: () => undefined, except: () => trusting }
