import type { Relation, TableDefinition } from '@holdfast/core/backend'
import { taken } from '@holdfast/sql'
import type { Dialect } from '@holdfast/sql'
import { prepareQuery } from './prepared.js'
import type { PreparedQuery } from './prepared.js'
import type { Schema } from './schema.js'

/** Statements that fit one state of the schema. */
class KeptQueries {
  readonly byRelation = new WeakMap<Relation, PreparedQuery>()
  readonly exact = new WeakMap<Relation, PreparedQuery | undefined>()
}

/** What all reads of an engine share: statements by relation and table, made once. */
export class Queries {
  readonly #schema: Schema
  #kept = new KeptQueries()
  #epoch = 0

  constructor(schema: Schema) {
    this.#schema = schema
  }

  get dialect(): Dialect {
    return this.#schema.dialect
  }

  rowidKeyOf(table: TableDefinition): string | undefined {
    return this.#schema.rowidKeyOf(table)
  }

  /** The number of the state of the schema that is known now: what was made in another one is not to be used. */
  epoch(): number {
    return this.#schema.look()
  }

  /** To be called when a statement may have changed tables. */
  suspectSchema(): void {
    this.#schema.suspect()
  }

  /** To be called when tables have changed, or a change of them was undone. */
  forgetSchema(): void {
    this.#schema.forget()
  }

  /** @throws HoldfastError `INTERNAL` for a relation that is not taken */
  query(relation: Relation): PreparedQuery {
    const { byRelation } = this.#current()
    let query = byRelation.get(relation)
    if (query === undefined) byRelation.set(relation, (query = taken(prepareQuery(relation, this.dialect))))
    return query
  }

  /** The same with sums that do not overflow on the way; undefined where that would be too long. */
  exactQuery(relation: Relation): PreparedQuery | undefined {
    const { exact } = this.#current()
    if (!exact.has(relation)) exact.set(relation, prepareQuery(relation, this.#schema.exactDialect))
    return exact.get(relation)
  }

  #current(): KeptQueries {
    const epoch = this.#schema.look()
    if (epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#kept = new KeptQueries()
    }
    return this.#kept
  }
}
