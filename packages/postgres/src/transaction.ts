import type { EngineTransaction, Savepoint, TableDefinition } from '@holdfast/core/backend'
import { createTable, dropTable } from './catalog/catalog.js'
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
  /** To be called with a table that was created or the name of one that was dropped. */
  readonly note: (changed: TableDefinition | string) => void
}

/** A transaction on a connection of its own. */
export class PostgresTransaction extends PostgresSession implements EngineTransaction {
  readonly #line: TransactionLine
  readonly #ended: TransactionParts['ended']
  readonly #note: TransactionParts['note']
  #savepoints = 0
  #schemaChanged = false

  constructor({ line, writable, ended, note, ...parts }: TransactionParts) {
    const schemaChanged = async () => {
      this.#schemaChanged = true
    }
    super({ ...parts, access: line, door: line, writing: writable ? line : undefined, schemaChanged })
    this.#line = line
    this.#ended = ended
    this.#note = note
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
      rollback: () => this.#line.control([command(`ROLLBACK TO SAVEPOINT ${name}`), release]),
    }
  }

  async createTable(table: TableDefinition): Promise<void> {
    await this.#changeSchema((unit) =>
      createTable((steps) => unit.run(steps), this.queries.schema.name, table),
    )
    this.#note(table)
  }

  async dropTable(name: string): Promise<void> {
    await this.#changeSchema((unit) => dropTable((steps) => unit.run(steps), this.queries.schema.name, name))
    this.#note(name)
  }

  async #changeSchema(work: (unit: Unit) => Promise<void>): Promise<void> {
    await this.writing.run({ work })
    this.#schemaChanged = true
  }

  async #end(end: () => Promise<void>): Promise<void> {
    try {
      await end()
    } finally {
      await this.#ended({ schemaChanged: this.#schemaChanged })
    }
  }
}
