import type { Capabilities, Statistics } from '../backend/types.js'
import type { Connection } from './connection.js'
import { DatabaseScope } from './database-scope.js'
import type { Database, Transaction, TransactionOptions } from './database-types.js'
import type { Call } from './diagnostics.js'
import { publicError } from './faults.js'
import { readCallOptions } from './options.js'
import type { CallOptions } from './options.js'
import { statistics } from './statistics.js'
import { callbackOf, transact } from './transact.js'
import { handleOfTransaction } from './transaction.js'
import { ScopeVerbs } from './verbs.js'

/** An open database as its user holds it. */
export class DatabaseHandle<Native> extends ScopeVerbs implements Database<Native> {
  readonly name: string
  readonly capabilities: Capabilities
  readonly #connection: Connection
  readonly #scope: DatabaseScope

  constructor(connection: Connection) {
    const scope = new DatabaseScope(connection)
    super(scope)
    this.#connection = connection
    this.#scope = scope
    this.name = connection.name
    this.capabilities = connection.capabilities
  }

  /** Asked of the engine each time, so that it knows when its handle is in use. */
  get native(): Native {
    return this.#connection.engine.native as Native
  }

  async transaction<Result>(
    work: (transaction: Transaction) => Promise<Result> | Result,
    options?: TransactionOptions,
  ): Promise<Result> {
    return transact(this.#scope, callbackOf<Result>(work, handleOfTransaction), options)
  }

  async stats(options?: CallOptions): Promise<Statistics> {
    const call: Call = { verb: 'stats', signal: readCallOptions(options).signal }
    return this.#scope.perform(call, () => statistics(this.#scope, call))
  }

  async close(): Promise<void> {
    // Not from inside a transaction of its own, for whose end it would wait.
    if (!this.#connection.closed) this.#scope.usable()
    const { diagnostics, backendName } = this.#connection
    const close = async () => {
      try {
        await this.#connection.close(this.#scope)
      } catch (error) {
        throw publicError(error, backendName)
      }
    }
    return diagnostics.listening ? diagnostics.observe({ verb: 'close' }, close) : close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
