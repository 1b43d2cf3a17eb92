import { HoldfastError } from '../backend/errors.js'
import { bufferedTransaction } from '../backend/buffered-transaction.js'
import type { Backend, BeginOptions, Engine, EngineTransaction, MaybePromise } from '../backend/types.js'
import { Planner } from '../plan/index.js'
import type { PlanDatabase, Pushdown, Snapshot, WorkLimits } from '../plan/index.js'
import type { TableDefinition } from '../schema/types.js'
import type { Diagnostics } from './diagnostics.js'
import { knownTables } from './known-tables.js'
import { Lock } from '../backend/lock.js'
import type { Scope } from './scope.js'
import { TableCodec } from './table-codec.js'

/** A transaction that has begun, and what to do when it has ended. */
export interface Begun {
  readonly transaction: EngineTransaction
  readonly commit: () => MaybePromise<void>
  readonly release: () => void
}

/** A transaction that the end of the connection rolls back. */
export interface Abandonable {
  abandon(): Promise<void>
}

export interface ConnectionSettings {
  readonly name: string
  readonly pushdown: Pushdown
  readonly diagnostics: Diagnostics
  readonly work: WorkLimits
}

/** An open engine with all that its handles share. */
export class Connection {
  readonly name: string
  readonly backendName: string
  readonly capabilities: Backend['capabilities']
  readonly engine: Engine
  readonly pushdown: Pushdown
  readonly diagnostics: Diagnostics
  /** What core may hold for one query. */
  readonly work: WorkLimits
  readonly planner = new Planner()
  /** Keeps writers apart on engines that have no transactions of their own. */
  readonly writer = new Lock()
  /** On the same engines, keeps changes away from a query that reads more than once. */
  readonly #still = new Lock()
  /** What is known of the tables as they are outside transactions. */
  definitions = knownTables()
  /** Transactions of users that are open now. */
  readonly transactions = new Set<Abandonable>()
  readonly #codecs = new WeakMap<TableDefinition, TableCodec>()
  #closing: Promise<void> | undefined

  constructor(backend: Backend, engine: Engine, settings: ConnectionSettings) {
    this.name = settings.name
    this.pushdown = settings.pushdown
    this.diagnostics = settings.diagnostics
    this.work = settings.work
    this.backendName = backend.name
    this.capabilities = backend.capabilities
    this.engine = engine
  }

  get closed(): boolean {
    return this.#closing !== undefined
  }

  /** How rows, keys and patches of a table are turned into stored values and back, within this engine's limits. */
  codec(table: TableDefinition): TableCodec {
    let codec = this.#codecs.get(table)
    if (codec === undefined)
      this.#codecs.set(table, (codec = new TableCodec(table, this.capabilities.limits)))
    return codec
  }

  /** What the planner sees of this connection when it reads through a session of it. */
  planDatabase(session: PlanDatabase['session']): PlanDatabase {
    const { engine, capabilities, pushdown } = this
    return { session, engine, capabilities, pushdown }
  }

  /** Begins a transaction of the engine's or, where it has none, one that core buffers. */
  async begin(options: BeginOptions): Promise<Begun> {
    this.#requireIsolation(options)
    if (this.engine.begin !== undefined) {
      const transaction = await this.engine.begin(options)
      return { transaction, commit: () => transaction.commit(), release: nothing }
    }
    const release = await this.writer.acquire(options.signal)
    const transaction = bufferedTransaction(this.engine, options)
    return { transaction, commit: () => this.#still.run(() => transaction.commit()), release }
  }

  /** Makes a change outside transactions: alone, where the engine cannot keep writers apart. */
  change<Result>(work: (engine: Engine) => MaybePromise<Result>, signal?: AbortSignal): MaybePromise<Result> {
    const { engine } = this
    if (engine.begin !== undefined) return work(engine)
    return this.writer.run(() => this.#still.run(() => work(engine), signal), signal)
  }

  /** One state of the database for reads outside transactions. */
  async snapshot(signal?: AbortSignal): Promise<Snapshot> {
    const { engine, capabilities } = this
    if (engine.begin === undefined) {
      return { session: engine, exclusive: true, end: await this.#still.acquire(signal) }
    }
    const session = await engine.begin({ readOnly: true, ...(signal && { signal }) })
    return { session, exclusive: !capabilities.readsDuringTransaction, end: () => session.commit() }
  }

  /** To be called when a table has come, gone or changed; without its name when any may have. */
  forgetTables(name?: string): void {
    this.definitions = name === undefined ? knownTables() : this.definitions.except(name)
  }

  /** Ends everything, once: see `Database.close`. */
  close(root: Scope): Promise<void> {
    this.#closing ??= this.#close(root)
    return this.#closing
  }

  async #close(root: Scope): Promise<void> {
    await root.endStreams(closedError(this.name))
    await Promise.all([...this.transactions].map((transaction) => transaction.abandon()))
    await root.whenIdle()
    await this.engine.close()
  }

  #requireIsolation({ isolation }: BeginOptions): void {
    if (isolation !== 'serializable' || this.capabilities.transactions !== 'snapshot') return
    throw new HoldfastError(
      'UNSUPPORTED',
      `The engine "${this.backendName}" isolates transactions as snapshots only: ask for no more than 'snapshot'.`,
    )
  }
}

/** The error of every call to a closed database. */
export function closedError(name: string): HoldfastError {
  return new HoldfastError('CLOSED', `The database "${name}" is closed.`)
}

function nothing(): void {}
