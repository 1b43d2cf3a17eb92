import type { TableDefinition } from '@holdfast/core/backend'
import type { Dialect } from '@holdfast/sql'
import { loadIndexes, readCatalog } from './catalog/catalog.js'
import type { CatalogTable } from './catalog/catalog.js'
import { RealTables } from './catalog/real-table.js'
import type { Connection } from './connection.js'
import { dialect } from './dialect.js'
import { isFile } from './files/file-sql.js'

/** What is known of the database's tables as of the last time that they were read. */
export class Schema {
  #tables: ReadonlyMap<string, CatalogTable> | undefined
  readonly #realTables = new RealTables()

  /** The dialect that reads columns of tables which other programs made as what they are described as. */
  readonly dialect: Dialect = {
    ...dialect,
    column: (reference, { name }, table) => {
      if (isFile(table)) return reference
      const read = this.#tables?.get(table.name)?.readers?.get(name)
      return read === undefined ? reference : read(reference)
    },
  }

  /** Every table that the connection sees now. */
  async read(connection: Connection): Promise<readonly TableDefinition[]> {
    this.#tables = await readCatalog(connection, this.#realTables)
    return this.definitions
  }

  /** Prepares tables of other programs for being written to. */
  async load(connection: Connection): Promise<void> {
    await loadIndexes(connection, this.#tables?.values() ?? [])
  }

  /** To be called with a table that was created, or a name that was dropped. */
  note(changed: TableDefinition | string): void {
    const tables = new Map(this.#tables)
    if (typeof changed === 'string') tables.delete(changed)
    else tables.set(changed.name, { definition: changed })
    this.#tables = tables
  }

  find(name: string): CatalogTable | undefined {
    return this.#tables?.get(name)
  }

  get definitions(): readonly TableDefinition[] {
    return [...(this.#tables?.values() ?? [])].map(({ definition }) => definition)
  }

  /** The first of the tables that is not there. */
  missing(tables: readonly TableDefinition[]): TableDefinition | undefined {
    return tables.find((table) => !isFile(table) && this.#tables?.has(table.name) === false)
  }

  /** Whether the table is one of ours, whose columns have exactly the types of the definition. */
  isOwn({ name }: TableDefinition): boolean {
    return this.#tables?.get(name)?.readers === undefined
  }
}
