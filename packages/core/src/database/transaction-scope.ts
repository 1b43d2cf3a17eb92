import { AsyncLocalStorage } from 'node:async_hooks'
import { HoldfastError } from '../backend/errors.js'
import type { BeginOptions, EngineTransaction, MaybePromise, Savepoint, Session } from '../backend/types.js'
import type { PlanDatabase } from '../plan/index.js'
import type { TableDefinition } from '../schema/types.js'
import { closedError } from './connection.js'
import type { Abandonable, Connection } from './connection.js'
import { knownTables, trusting } from './known-tables.js'
import type { KnownTables } from './known-tables.js'
import { SchemaChanges } from './schema-changes.js'
import { Scope } from './scope.js'

/** How a transaction, or a savepoint in one, ends. Ended it is also when this rejects. */
interface Ending {
  commit(): MaybePromise<void>
  rollback(): MaybePromise<void>
}

interface TransactionSettings {
  readonly readOnly: boolean
  readonly parent?: TransactionScope
}

/**
 * One transaction, or one savepoint in it. While it ends nothing new is let in and what is under way is waited for; code
 * of the user's is never waited for.
 */
export class TransactionScope extends Scope implements Abandonable {
  readonly engine: EngineTransaction
  readonly planDatabase: PlanDatabase
  readonly countsCalls = true
  /** Tables made and dropped here, which the engine does not show outside. */
  readonly schemaChanges: SchemaChanges
  /** Once tables were changed here. */
  #definitions: KnownTables | undefined
  readonly #readOnly: boolean
  readonly #ending: Ending
  readonly #parent: TransactionScope | undefined
  /** The savepoint that is open, or about to be. */
  #nested: TransactionScope | 'opening' | undefined
  /** Present once it ends. */
  #end: Promise<void> | undefined

  private constructor(
    connection: Connection,
    engine: EngineTransaction,
    ending: Ending,
    settings: TransactionSettings,
  ) {
    super(connection)
    this.engine = engine
    this.planDatabase = connection.planDatabase(engine)
    this.schemaChanges = new SchemaChanges(settings.parent?.schemaChanges)
    this.#ending = ending
    this.#readOnly = settings.readOnly
    this.#parent = settings.parent
  }

  /** Begins a transaction: to be given to `run`, or to `abandon`. */
  static async begin(connection: Connection, options: BeginOptions): Promise<TransactionScope> {
    const { transaction, commit, release } = await connection.begin(options)
    const releasing = async (end: () => MaybePromise<void>) => {
      try {
        await end()
      } finally {
        release()
      }
    }
    const ending: Ending = {
      commit: () => releasing(commit),
      rollback: () => releasing(() => transaction.rollback()),
    }
    return new TransactionScope(connection, transaction, ending, options)
  }

  /** Runs work in this transaction and commits; undoes everything when the work throws. */
  async run<Result>(work: (scope: TransactionScope) => Promise<Result>): Promise<Result> {
    try {
      const result = await work(this)
      await this.#commit()
      return result
    } catch (error) {
      await this.#rollback()
      throw error
    }
  }

  /** Runs work in a savepoint. Only the scope that the work receives may be used meanwhile. */
  async nest<Result>(work: (scope: TransactionScope) => Promise<Result>): Promise<Result> {
    this.usable()
    if (this.busy) throw unfinished('before a nested transaction begins')
    this.#nested = 'opening'
    try {
      const savepoint = await this.#savepoint()
      const ending: Ending = { commit: () => savepoint.release(), rollback: () => savepoint.rollback() }
      const settings = { readOnly: this.#readOnly, parent: this }
      const nested = new TransactionScope(this.connection, this.engine, ending, settings)
      this.#nested = nested
      const result = await nested.run(work)
      this.schemaChanges.merge(nested.schemaChanges)
      this.#definitions = nested.#definitions ?? this.#definitions
      return result
    } finally {
      this.#nested = undefined
    }
  }

  get definitions(): KnownTables {
    return this.#definitions ?? this.#parent?.definitions ?? this.connection.definitions
  }

  /** Tables that were changed by SQL are known to nobody where the transaction cannot list them. */
  forgetTables(bySql = false): void {
    const unknown = (bySql && this.engine.tables === undefined) || this.definitions === trusting
    this.#definitions = unknown ? trusting : knownTables()
  }

  usable(): Session {
    this.#requireActive()
    if (this.#nested !== undefined) throw outerTransaction()
    return this.engine
  }

  changeable(): Session {
    const session = this.usable()
    if (this.#readOnly) throw readOnly()
    return session
  }

  change<Result>(work: (session: Session) => MaybePromise<Result>): MaybePromise<Result> {
    return work(this.usable())
  }

  atomically<Result>(work: (scope: Scope) => Promise<Result>): Promise<Result> {
    return work(this)
  }

  together<Result>(work: (scope: Scope) => Promise<Result>): Promise<Result> {
    return this.nest(work)
  }

  async tables(): Promise<readonly TableDefinition[]> {
    this.usable()
    if (this.engine.tables !== undefined) return this.engine.tables()
    return this.schemaChanges.apply(await this.connection.engine.tables())
  }

  async createTable(table: TableDefinition): Promise<void> {
    this.changeable()
    if (!this.connection.capabilities.transactionalSchema || this.engine.createTable === undefined)
      throw this.#noSchema()
    await this.engine.createTable(table)
    this.schemaChanges.created(table)
    this.forgetTables()
  }

  async dropTable(name: string): Promise<void> {
    this.changeable()
    if (!this.connection.capabilities.transactionalSchema || this.engine.dropTable === undefined)
      throw this.#noSchema()
    await this.engine.dropTable(name)
    this.schemaChanges.dropped(name)
    this.forgetTables()
  }

  async createIndex(): Promise<void> {
    this.changeable()
    throw this.#noSchema()
  }

  /**
   * To be called as soon as the callback has ended: what a call that was not awaited says later nobody would hear.
   *
   * @throws HoldfastError `TRANSACTION_MISUSE`
   */
  refuseUnanswered(): void {
    if (this.#end === undefined && this.unanswered) throw unfinished('before its callback ends')
  }

  /** Rolls back what is still open; resolves when it has ended, however that was. */
  async abandon(): Promise<void> {
    await this.#rollback()
    await this.#end?.catch(() => undefined)
  }

  #requireActive(): void {
    if (this.#end !== undefined) throw this.#ended()
    if (this.#parent !== undefined) this.#parent.#requireActive()
  }

  async #savepoint(): Promise<Savepoint> {
    const savepoint = await this.track(() => this.engine.savepoint(), this.engine)
    this.#requireActive()
    return savepoint
  }

  async #commit(): Promise<void> {
    this.#requireActive()
    if (this.busy || this.#nested !== undefined) throw unfinished('before its callback ends')
    this.#end = this.#finish(() => this.#ending.commit())
    try {
      await this.#end
    } finally {
      if (this.#definitions !== undefined && this.#parent === undefined) this.connection.forgetTables()
    }
  }

  /** What went wrong already is the error that counts: one of the rollback itself is dropped. */
  async #rollback(): Promise<void> {
    if (this.#end !== undefined) return
    this.#end = this.#finish(() => this.#ending.rollback())
    await this.#end.catch(() => undefined)
  }

  async #finish(end: () => MaybePromise<void>): Promise<void> {
    if (this.#nested instanceof TransactionScope) await this.#nested.abandon()
    await this.endStreams(this.#ended())
    await this.whenIdle()
    await end()
  }

  #noSchema(): HoldfastError {
    return new HoldfastError(
      'UNSUPPORTED',
      `The engine "${this.connection.backendName}" cannot undo this change of the schema: make it outside a transaction.`,
    )
  }

  #ended(): HoldfastError {
    const { closed, name } = this.connection
    if (closed) return closedError(name)
    return new HoldfastError(
      'TRANSACTION_CLOSED',
      'The transaction has ended: its handles cannot be used any more.',
    )
  }
}

/** The transactions of users whose callbacks enclose the code that is running, innermost first. */
interface Enclosing {
  readonly connection: Connection
  readonly outer: Enclosing | undefined
  open: boolean
}

const enclosing = new AsyncLocalStorage<Enclosing>()

/** Whether the code that is running belongs to the callback of an open transaction of this connection. */
export function enclosingTransaction(connection: Connection): boolean {
  for (let place = enclosing.getStore(); place !== undefined; place = place.outer) {
    if (place.open && place.connection === connection) return true
  }
  return false
}

/** Runs the callback of a transaction so that `enclosingTransaction` is true in it, and all that it starts, until it ends. */
export async function enclosed<Result>(connection: Connection, work: () => Promise<Result>): Promise<Result> {
  const place: Enclosing = { connection, outer: enclosing.getStore(), open: true }
  try {
    return await enclosing.run(place, work)
  } finally {
    place.open = false
  }
}

function outerTransaction(): HoldfastError {
  return new HoldfastError(
    'TRANSACTION_MISUSE',
    'A nested transaction is open: until it ends, use the handle that its callback receives.',
  )
}

function unfinished(when: string): HoldfastError {
  return new HoldfastError(
    'TRANSACTION_MISUSE',
    `A call of the transaction was still under way. Await every call ${when}.`,
  )
}

function readOnly(): HoldfastError {
  return new HoldfastError('READ_ONLY', 'The transaction was begun to read only.')
}
