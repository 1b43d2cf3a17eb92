import type { TableDefinition } from '@holdfast/core/backend'
import type { Dialect } from '@holdfast/sql'
import { readCatalog } from './catalog/catalog.js'
import type { CatalogTable } from './catalog/catalog.js'
import { checkedColumn } from './catalog/checked-column.js'
import { rowidKeyOf } from './catalog/create-table.js'
import type { Connection } from './connection.js'
import { dialect } from './dialect.js'
import { exactAggregates } from './functions/aggregates.js'

/** What is known of the database's tables, read again when it may have changed. */
export class Schema {
  readonly #connection: () => Connection
  #tables: ReadonlyMap<string, CatalogTable> | undefined

  /** The dialect that reads columns of tables which other programs made with a check of every value. */
  readonly dialect: Dialect = {
    ...dialect,
    column: (reference, column, table) => {
      const found = this.#find(table)
      const plain = found === undefined || found.own || found.rowidAlias === column.name
      return plain ? reference : checkedColumn(reference, column)
    },
  }

  /** The same with sums that are exact whatever their parts are. */
  readonly exactDialect: Dialect = {
    ...this.dialect,
    aggregates: exactAggregates,
    limits: { ...dialect.limits, expressionSize: 100_000, expressionDepth: 150, statementSize: 1_000_000 },
  }

  constructor(connection: () => Connection) {
    this.#connection = connection
  }

  /** Every table that the connection sees now. */
  read(connection: Connection): readonly TableDefinition[] {
    this.#tables = readCatalog(connection.database)
    return [...this.#tables.values()].map(({ definition }) => definition)
  }

  /** The key column, if there is one, that is SQLite's own row number. */
  rowidKeyOf(table: TableDefinition): string | undefined {
    const found = this.#find(table)
    return found === undefined || found.own ? rowidKeyOf(table)?.name : found.rowidAlias
  }

  /** To be called when tables may have changed. */
  forget(): void {
    this.#tables = undefined
  }

  #find({ name }: TableDefinition): CatalogTable | undefined {
    if (this.#tables?.has(name) !== true) this.read(this.#connection())
    return this.#tables?.get(name)
  }
}
