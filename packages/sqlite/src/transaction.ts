import type {
  Changes,
  EngineTransaction,
  MaybePromise,
  Savepoint,
  TableDefinition,
  WriteResult,
} from '@holdfast/core/backend'
import { createTable, dropTable } from './catalog/catalog.js'
import type { Connection } from './connection.js'
import { guarded } from './errors.js'
import { retrying } from './retry.js'
import { SqliteSession } from './session.js'
import type { SessionParts } from './session.js'
import type { TransactionGuard } from './transaction-guard.js'
import { rowsOf } from './writes/changes.js'
import { rollBack, savepointBracket, transactionBracket } from './writing.js'

export interface TransactionParts extends SessionParts {
  readonly connection: Connection
  readonly timeout: number
  readonly guard: TransactionGuard
  /** Called once, when the transaction has ended. */
  readonly ended: () => void
  /** Called before the commit, with the number of rows that were written. */
  readonly committing?: (rows: number) => Promise<void>
}

/** A transaction that has begun on its connection. */
export class SqliteTransaction extends SqliteSession implements EngineTransaction {
  readonly #connection: Connection
  readonly #timeout: number
  readonly #guard: TransactionGuard
  readonly #ended: () => void
  readonly #committing: TransactionParts['committing']
  #savepoints = 0
  #written = 0

  constructor(parts: TransactionParts) {
    super(parts)
    this.#connection = parts.connection
    this.#timeout = parts.timeout
    this.#guard = parts.guard
    this.#ended = parts.ended
    this.#committing = parts.committing
  }

  async commit(): Promise<void> {
    try {
      this.#guard.check()
      await this.#committing?.(this.#written)
      await retrying(() => this.#connection.run(transactionBracket.commit), this.#timeout)
    } catch (error) {
      rollBack(this.#connection, transactionBracket)
      this.queries.forgetSchema()
      throw error
    } finally {
      this.#ended()
    }
  }

  rollback(): void {
    try {
      guarded(() => rollBack(this.#connection, transactionBracket))
    } finally {
      this.queries.forgetSchema()
      this.#ended()
    }
  }

  savepoint(): Savepoint {
    const bracket = savepointBracket(`holdfast_${++this.#savepoints}`)
    guarded(() => this.#guard.run(() => this.#connection.run(bracket.begin)))
    return {
      release: () => void guarded(() => this.#guard.run(() => this.#connection.run(bracket.commit))),
      rollback: () => {
        guarded(() => rollBack(this.#connection, bracket))
        this.queries.forgetSchema()
      },
    }
  }

  protected override writeRows(changes: Changes): MaybePromise<WriteResult> {
    this.#written += rowsOf(changes.changes)
    return super.writeRows(changes)
  }

  createTable(table: TableDefinition): MaybePromise<void> {
    return this.#changeSchema((connection) => createTable(connection, table))
  }

  dropTable(name: string): MaybePromise<void> {
    return this.#changeSchema((connection) => dropTable(connection, name))
  }

  #changeSchema(change: (connection: Connection) => void): MaybePromise<void> {
    return this.writing.whole((connection) => {
      guarded(() => change(connection))
      this.queries.forgetSchema()
    })
  }
}
