import { HoldfastError } from '@holdfast/core/backend'
import type { Relation, TableDefinition } from '@holdfast/core/backend'
import type { Dialect } from '@holdfast/sql'
import { byKey } from './key-relations.js'
import { prepareQuery } from './prepared.js'
import type { PreparedQuery } from './prepared.js'
import type { Schema } from './schema.js'

/** What all reads of an engine share: statements by relation and table, made once. */
export class Queries {
  readonly #byRelation = new WeakMap<Relation, PreparedQuery>()
  readonly #exact = new WeakMap<Relation, PreparedQuery | undefined>()
  readonly #gets = new WeakMap<TableDefinition, PreparedQuery>()
  readonly #schema: Schema

  constructor(schema: Schema) {
    this.#schema = schema
  }

  get dialect(): Dialect {
    return this.#schema.dialect
  }

  rowidKeyOf(table: TableDefinition): string | undefined {
    return this.#schema.rowidKeyOf(table)
  }

  forgetSchema(): void {
    this.#schema.forget()
  }

  /** @throws HoldfastError `INTERNAL` for a relation that is not taken */
  query(relation: Relation): PreparedQuery {
    let query = this.#byRelation.get(relation)
    if (query === undefined) this.#byRelation.set(relation, (query = taken(relation, this.dialect)))
    return query
  }

  /** The same with sums that do not overflow on the way; undefined where that would be too long. */
  exactQuery(relation: Relation): PreparedQuery | undefined {
    if (!this.#exact.has(relation)) {
      this.#exact.set(relation, prepareQuery(relation, this.#schema.exactDialect))
    }
    return this.#exact.get(relation)
  }

  /** The whole row by its key. */
  get(table: TableDefinition): PreparedQuery {
    let query = this.#gets.get(table)
    if (query === undefined) {
      this.#gets.set(table, (query = taken(byKey(table), this.dialect)))
    }
    return query
  }
}

function taken(relation: Relation, dialect: Dialect): PreparedQuery {
  const query = prepareQuery(relation, dialect)
  if (query !== undefined) return query
  throw new HoldfastError('INTERNAL', 'The engine was asked to run a relation that it does not take.')
}
