import type { EngineTransaction, Savepoint, TableDefinition } from '@holdfast/core/backend'
import { dropTable } from './catalog/catalog.js'
import { createDesignedTable } from './physical/apply.js'
import type { Schema } from './schema.js'
import { PostgresSession } from './session.js'
import type { SessionParts } from './session.js'
import type { TransactionLine } from './transaction-line.js'
import type { Unit } from './unit.js'
import { command } from './wire/step.js'

export interface TransactionParts extends Omit<
  SessionParts,
  'access' | 'door' | 'writing' | 'schemaChanged'
> {
  readonly line: TransactionLine
  readonly writable: boolean
  /** Called once, when the transaction has ended. */
  readonly ended: (outcome: { readonly schemaChanged: boolean }) => Promise<void>
}

/** A transaction on a connection of its own. */
export class PostgresTransaction extends PostgresSession implements EngineTransaction {
  readonly #line: TransactionLine
  readonly #ended: TransactionParts['ended']
  #savepoints = 0
  #schemaChanged = false

  constructor({ line, writable, ended, ...parts }: TransactionParts) {
    const schemaChanged = async () => {
      await this.#ownSchema().load(line)
    }
    super({ ...parts, access: line, door: line, writing: writable ? line : undefined, schemaChanged })
    this.#line = line
    this.#ended = ended
  }

  async commit(): Promise<void> {
    await this.#end(() => this.#line.commit())
  }

  async rollback(): Promise<void> {
    await this.#end(() => this.#line.rollback())
  }

  async savepoint(): Promise<Savepoint> {
    const name = `holdfast_${++this.#savepoints}`
    await this.#line.control([command(`SAVEPOINT ${name}`)])
    const release = command(`RELEASE SAVEPOINT ${name}`)
    return {
      release: () => this.#line.control([release]),
      rollback: async () => {
        await this.#line.control([command(`ROLLBACK TO SAVEPOINT ${name}`), release])
        if (this.#schemaChanged) await this.#ownSchema().load(this.#line)
      },
    }
  }

  async tables(): Promise<readonly TableDefinition[]> {
    const { schema } = this.queries
    return this.#schemaChanged ? schema.load(this.#line) : schema.learn(this.#line)
  }

  async createTable(table: TableDefinition): Promise<void> {
    await this.#changeSchema((unit) =>
      createDesignedTable((steps) => unit.run(steps), this.queries.schema, table),
    )
    this.#ownSchema().note(table)
  }

  async dropTable(name: string): Promise<void> {
    await this.#changeSchema((unit) => dropTable((steps) => unit.run(steps), this.queries.schema.name, name))
    this.#ownSchema().note(name)
  }

  async #changeSchema(work: (unit: Unit) => Promise<void>): Promise<void> {
    await this.writing.run({ work })
  }

  /** What tables there are is no business of others before the end. */
  #ownSchema(): Schema {
    this.#line.forgetStatements()
    if (!this.#schemaChanged) this.queries.schema = this.queries.schema.fork()
    this.#schemaChanged = true
    return this.queries.schema
  }

  async #end(end: () => Promise<void>): Promise<void> {
    try {
      await end()
    } finally {
      await this.#ended({ schemaChanged: this.#schemaChanged })
    }
  }
}
