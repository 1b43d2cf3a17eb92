import type { TableDefinition } from '../schema/types.js'

/** Tables that a transaction has made (with their definition) and dropped (undefined), by name. */
export class SchemaChanges {
  readonly #changes: Map<string, TableDefinition | undefined>

  /** @param outer changes of the enclosing transaction, which stay as they are */
  constructor(outer?: SchemaChanges) {
    this.#changes = new Map(outer === undefined ? [] : outer.#changes)
  }

  created(table: TableDefinition): void {
    this.#changes.set(table.name, table)
  }

  dropped(name: string): void {
    this.#changes.set(name, undefined)
  }

  /** Takes over what a nested transaction that was kept has changed. */
  merge(nested: SchemaChanges): void {
    for (const [name, table] of nested.#changes) this.#changes.set(name, table)
  }

  /** The tables as the transaction sees them, from those outside it. */
  apply(tables: readonly TableDefinition[]): readonly TableDefinition[] {
    if (this.#changes.size === 0) return tables
    const untouched = tables.filter((table) => !this.#changes.has(table.name))
    const created = [...this.#changes.values()].filter((table) => table !== undefined)
    return [...untouched, ...created]
  }
}
