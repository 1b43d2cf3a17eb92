import { HoldfastError } from '@holdfast/core/backend'
import type { EngineTransaction, Savepoint, TableDefinition } from '@holdfast/core/backend'
import type { TransactionAccess } from './access.js'
import { createTable, dropTable } from './catalog/catalog.js'
import { DuckdbSession } from './session.js'
import type { SessionParts } from './session.js'
import type { WriteContext } from './writes/apply.js'
import type { TransactionWriting } from './writing.js'

export interface TransactionParts extends SessionParts {
  readonly access: TransactionAccess
  readonly writing: TransactionWriting | undefined
  readonly context: WriteContext
  /** Called once, when the transaction has ended. */
  readonly ended: () => void
}

/** A transaction that has begun on its connection. */
export class DuckdbTransaction extends DuckdbSession implements EngineTransaction {
  readonly #access: TransactionAccess
  readonly #writing: TransactionWriting | undefined
  readonly #context: WriteContext
  readonly #ended: () => void
  #changedSchema = false

  constructor(parts: TransactionParts) {
    super(parts)
    this.#access = parts.access
    this.#writing = parts.writing
    this.#context = parts.context
    this.#ended = parts.ended
  }

  async commit(): Promise<void> {
    try {
      await this.#access.commit()
      this.#context.protect()
    } catch (error) {
      await this.#undone()
      throw error
    } finally {
      this.#ended()
    }
  }

  async rollback(): Promise<void> {
    try {
      await this.#access.rollBack()
      await this.#undone()
    } finally {
      this.#ended()
    }
  }

  async savepoint(): Promise<Savepoint> {
    const writing = this.#writing
    if (writing === undefined) return { release: nothing, rollback: nothing }
    const depth = await writing.run(async () => writing.openSavepoint())
    return { release: () => writing.release(depth), rollback: () => writing.rollBackTo(depth) }
  }

  createTable(table: TableDefinition): Promise<void> {
    return this.#changeSchema(() =>
      this.writing.run((connection) => createTable(connection, table, this.#context)),
    )
  }

  dropTable(name: string): Promise<void> {
    return this.#changeSchema(() =>
      this.writing.run((connection) => dropTable(connection, name, this.#context)),
    )
  }

  async #changeSchema(change: () => Promise<void>): Promise<void> {
    if (this.#writing?.nested === true) {
      throw new HoldfastError(
        'UNSUPPORTED',
        'DuckDB cannot undo a change of the schema by itself: make it outside of nested transactions.',
      )
    }
    this.#changedSchema = true
    await change()
  }

  async #undone(): Promise<void> {
    this.#context.keys.forgetWritten()
    if (!this.#changedSchema) return
    this.#context.keys.forget()
    await this.#access.afterwards((connection) => this.#context.schema.read(connection))
  }
}

function nothing(): void {}
