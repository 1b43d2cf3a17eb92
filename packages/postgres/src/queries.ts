import type { Relation, TableDefinition } from '@holdfast/core/backend'
import type { Dialect } from '@holdfast/sql'
import type { Access } from './access.js'
import { unknownTable } from './catalog/catalog.js'
import type { CatalogTable } from './catalog/catalog.js'
import { prepareQuery } from './prepared.js'
import type { PreparedQuery } from './prepared.js'
import type { Schema } from './schema.js'

type Prepared = WeakMap<Relation, PreparedQuery>
type PreparedByDialect = WeakMap<Dialect, Prepared>

/** What a session knows of tables, and statements by relation and table, which all sessions of an engine share. */
export class Queries {
  /** A transaction that changes tables has one of its own from then on. */
  schema: Schema
  readonly #access: Access
  /** Another dialect means that tables have changed. */
  readonly #prepared: PreparedByDialect

  constructor(schema: Schema, access: Access, prepared: PreparedByDialect = new WeakMap()) {
    this.schema = schema
    this.#access = access
    this.#prepared = prepared
  }

  /** The same for a transaction, which reads through its own connection. */
  within(access: Access): Queries {
    return new Queries(this.schema, access, this.#prepared)
  }

  /** What is known of a table; throws `UNKNOWN_TABLE`. */
  async require({ name }: Pick<TableDefinition, 'name'>): Promise<CatalogTable> {
    const known = this.schema.find(name)
    if (known !== undefined) return known
    await this.schema.load(this.#access)
    const found = this.schema.find(name)
    if (found === undefined) throw unknownTable(name)
    return found
  }

  /** A relation that the engine takes. */
  query(relation: Relation): PreparedQuery {
    const prepared = this.#preparedBy(this.schema.dialect)
    let query = prepared.get(relation)
    if (query === undefined) prepared.set(relation, (query = prepareQuery(relation, this.schema.dialect)))
    return query
  }

  /** Rows of a table as they are. */
  scan(relation: Relation, table: TableDefinition): PreparedQuery {
    const { scanDialect } = this.schema
    const prepared = this.#preparedBy(scanDialect)
    let query = prepared.get(relation)
    if (query === undefined) {
      query = prepareQuery(relation, scanDialect, this.schema.decoderOf(table))
      prepared.set(relation, query)
    }
    return query
  }

  #preparedBy(dialect: Dialect): Prepared {
    let prepared = this.#prepared.get(dialect)
    if (prepared === undefined) {
      this.#prepared.set(dialect, (prepared = new WeakMap<Relation, PreparedQuery>()))
    }
    return prepared
  }
}
