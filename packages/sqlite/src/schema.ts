import type { TableDefinition } from '@holdfast/core/backend'
import type { Dialect } from '@holdfast/sql'
import { readCatalog } from './catalog/catalog.js'
import type { CatalogTable } from './catalog/catalog.js'
import { checkedColumn } from './catalog/checked-column.js'
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
  readonly exactDialect: Dialect = { ...this.dialect, aggregates: exactAggregates }

  constructor(connection: () => Connection) {
    this.#connection = connection
  }

  /** Every table that the connection sees now. */
  read(connection: Connection): readonly TableDefinition[] {
    this.#tables = readCatalog(connection.database)
    return [...this.#tables.values()].map(({ definition }) => definition)
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
