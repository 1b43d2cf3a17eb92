import { HoldfastError } from '../backend/errors.js'
import type { BeginOptions, Engine, MaybePromise, Session } from '../backend/types.js'
import type { PlanDatabase } from '../plan/index.js'
import type { IndexDefinition, TableDefinition } from '../schema/types.js'
import { closedError } from './connection.js'
import type { Connection } from './connection.js'
import type { KnownTables } from './known-tables.js'
import { defaultRetry, retrying } from './retry.js'
import { Scope } from './scope.js'
import { enclosingTransaction, TransactionScope } from './transaction-scope.js'

/** The open database itself. */
export class DatabaseScope extends Scope {
  readonly planDatabase: PlanDatabase
  readonly countsCalls = false

  constructor(connection: Connection) {
    super(connection)
    this.planDatabase = {
      ...connection.planDatabase(connection.engine),
      snapshot: (signal) => connection.snapshot(signal),
    }
  }

  get definitions(): KnownTables {
    return this.connection.definitions
  }

  forgetTables(): void {
    this.connection.forgetTables()
  }

  usable(): Session {
    const { connection } = this
    if (connection.closed) throw closedError(connection.name)
    // Asking which transaction encloses the caller is dear, and needless while none is open.
    if (connection.transactions.size > 0 && enclosingTransaction(connection)) throw outerHandle()
    return connection.engine
  }

  changeable(): Session {
    return this.usable()
  }

  async tables(): Promise<readonly TableDefinition[]> {
    return this.connection.engine.tables()
  }

  async createTable(table: TableDefinition): Promise<void> {
    await this.#changeSchema(table.name, (engine) => engine.createTable(table))
  }

  async dropTable(name: string): Promise<void> {
    await this.#changeSchema(name, (engine) => engine.dropTable(name))
  }

  async createIndex(table: string, index: IndexDefinition): Promise<void> {
    const { backendName } = this.connection
    await this.#changeSchema(table, (engine) => {
      if (engine.createIndex !== undefined) return engine.createIndex(table, index)
      throw new HoldfastError(
        'SCHEMA_MISMATCH',
        `The table "${table}" is there without the index "${index.name}", which the engine "${backendName}" cannot add.`,
        { table },
      )
    })
  }

  change<Result>(
    work: (session: Session) => MaybePromise<Result>,
    signal?: AbortSignal,
  ): MaybePromise<Result> {
    return this.connection.change(work, signal)
  }

  atomically<Result>(work: (scope: Scope) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const options = { readOnly: false, ...(signal && { signal }) }
    return retrying(defaultRetry, signal, async () => {
      const scope = await TransactionScope.begin(this.connection, options)
      return scope.run(work)
    })
  }

  together<Result>(work: (scope: Scope) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    return this.begun({ readOnly: false, ...(signal && { signal }) }, work)
  }

  /** Runs work in a transaction that ends with it, or with the connection. */
  async begun<Result>(
    options: BeginOptions,
    work: (scope: TransactionScope) => Promise<Result>,
  ): Promise<Result> {
    const { connection } = this
    const scope = await this.track(async () => {
      const begun = await TransactionScope.begin(connection, options)
      if (connection.closed) {
        await begun.abandon()
        throw closedError(connection.name)
      }
      connection.transactions.add(begun)
      return begun
    })
    try {
      return await scope.run(work)
    } finally {
      connection.transactions.delete(scope)
    }
  }

  async #changeSchema(table: string, change: (engine: Engine) => MaybePromise<void>): Promise<void> {
    try {
      await this.connection.change(change)
    } finally {
      this.connection.forgetTables(table)
    }
  }
}

function outerHandle(): HoldfastError {
  return new HoldfastError(
    'TRANSACTION_MISUSE',
    'The database was used inside the callback of its own transaction. Use the handle that the callback receives.',
  )
}
