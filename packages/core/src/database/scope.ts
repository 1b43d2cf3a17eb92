import { throwIfAborted } from '../backend/abort.js'
import type { HoldfastError } from '../backend/errors.js'
import type { MaybePromise, Session } from '../backend/types.js'
import type { PlanDatabase, PlanEnvironment } from '../plan/index.js'
import type { IndexDefinition, TableDefinition } from '../schema/types.js'
import type { Connection } from './connection.js'
import type { Call } from './diagnostics.js'
import type { KnownTables } from './known-tables.js'
import { compareTables } from './table-comparison.js'
import { publicError } from './faults.js'

/** Something that holds an engine's resources until it is read to its end. */
export interface Endable {
  /** Frees the resources; what is asked of it later fails with this error. */
  end(error: HoldfastError): Promise<void>
}

/**
 * What table handles and queries work through: the open database, or one transaction of it. Guards every call, counts
 * those under way and knows the streams that are open.
 */
export abstract class Scope implements PlanEnvironment {
  readonly connection: Connection
  /** Public calls whose promises are not settled. */
  #calls = 0
  #underWay = 0
  #inputs = 0
  #idle: (() => void)[] = []
  readonly #streams = new Set<Endable>()

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** Where calls go now. Throws `CLOSED`, `TRANSACTION_CLOSED` or `TRANSACTION_MISUSE` where they must not go anywhere. */
  abstract usable(): Session

  /** As `usable`, for calls that change something: throws `READ_ONLY` where nothing may be changed. */
  abstract changeable(): Session

  /** Runs a change by itself: alone, where the engine cannot keep writers apart. */
  abstract change<Result>(
    work: (session: Session) => MaybePromise<Result>,
    signal?: AbortSignal,
  ): MaybePromise<Result>

  /** Runs reads and the one change that follows from them as if nothing else happened meanwhile. */
  abstract atomically<Result>(work: (scope: Scope) => Promise<Result>, signal?: AbortSignal): Promise<Result>

  /** Runs work of many changes that are undone together when it fails. Once only: its input may be gone afterwards. */
  abstract together<Result>(work: (scope: Scope) => Promise<Result>, signal?: AbortSignal): Promise<Result>

  /** Every table there is. */
  abstract tables(): Promise<readonly TableDefinition[]>
  abstract createTable(table: TableDefinition): Promise<void>
  abstract dropTable(name: string): Promise<void>
  abstract createIndex(table: string, index: IndexDefinition): Promise<void>

  /** What is known of the tables as they are here. */
  abstract readonly definitions: KnownTables

  /** To be called when tables have come or gone here; `bySql` when it was not through this library's own calls. */
  abstract forgetTables(bySql?: boolean): void

  /** What the planner reads through. */
  abstract readonly planDatabase: PlanDatabase

  session(_database: string): PlanDatabase {
    return this.planDatabase
  }

  /** Whether it matters which calls have not been answered: else those that an engine answers at once need not be counted. */
  abstract readonly countsCalls: boolean

  /** Runs one public call: guarded, counted, observed, with every error made public. */
  perform<Result>(call: Call, work: (session: Session) => MaybePromise<Result>): Promise<Result> {
    return this.observe(call, () => this.track(work))
  }

  /** Runs one public call that is neither counted nor observed; its errors are made public. */
  uncounted<Result>(work: () => MaybePromise<Result>): MaybePromise<Result> {
    try {
      const outcome = work()
      return outcome instanceof Promise ? outcome.catch((error: unknown) => this.#fail(error)) : outcome
    } catch (error) {
      return this.#fail(error)
    }
  }

  #fail(error: unknown): never {
    throw publicError(error, this.connection.backendName)
  }

  /** Runs one public call that waits for code of the user's, for which the end of this scope must not wait. */
  observe<Result>(call: Call, work: () => MaybePromise<Result>): Promise<Result> {
    const { diagnostics } = this.connection
    if (!diagnostics.listening) return this.#observed(call, work)
    return diagnostics.observe(call, () => this.#observed(call, work))
  }

  async #observed<Result>(call: Call, work: () => MaybePromise<Result>): Promise<Result> {
    this.#calls++
    try {
      throwIfAborted(call.signal)
      return await work()
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#calls--
    }
  }

  /** Waits for what the user's own code gives to a call. */
  async input<Result>(given: MaybePromise<Result>): Promise<Result> {
    this.#inputs++
    try {
      return await given
    } finally {
      this.#inputs--
    }
  }

  /** Runs work that the end of this scope waits for; without a session given, guards it. */
  async track<Result>(
    work: (session: Session) => MaybePromise<Result>,
    session: Session = this.usable(),
  ): Promise<Result> {
    this.#underWay++
    try {
      return await work(session)
    } finally {
      this.#underWay--
      if (this.#underWay === 0) this.#becomeIdle()
    }
  }

  /** As `track`, for work that may be done at once: then there is nothing to wait for. */
  prompt<Result>(work: (session: Session) => MaybePromise<Result>): MaybePromise<Result> {
    const session = this.usable()
    const outcome = work(session)
    return outcome instanceof Promise ? this.track(() => outcome, session) : outcome
  }

  /** Whether a call has not been answered, even if it asks nothing of the engine any more. */
  get unanswered(): boolean {
    return this.#calls > 0 || this.busy
  }

  /** Whether a call has not come to its end. */
  get busy(): boolean {
    return this.#underWay > 0 || this.#inputs > 0
  }

  /** Resolves when nothing is asked of the engine any more. */
  whenIdle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }

  openStream(stream: Endable): void {
    this.#streams.add(stream)
  }

  closeStream(stream: Endable): void {
    this.#streams.delete(stream)
  }

  async endStreams(error: HoldfastError): Promise<void> {
    await Promise.all([...this.#streams].map((stream) => stream.end(error)))
  }

  /**
   * Runs work on tables, each compared at its first use with the one that is there: engines trust what they are told. A
   * table that is missing is left to the engine to tell.
   */
  withTables<Result>(
    tables: readonly TableDefinition[],
    work: () => MaybePromise<Result>,
  ): MaybePromise<Result> {
    const { definitions } = this
    for (const table of tables) if (!definitions.has(table)) return this.#compare(tables).then(work)
    return work()
  }

  async #compare(tables: readonly TableDefinition[]): Promise<void> {
    // Those of the time of asking: what changes meanwhile begins anew.
    const { definitions } = this
    const found = new Map((await this.tables()).map((table) => [table.name, table]))
    for (const table of tables) {
      const there = found.get(table.name)
      if (definitions.has(table) || there === undefined) continue
      compareTables(table, there)
      definitions.add(table)
    }
  }

  #becomeIdle(): void {
    const waiting = this.#idle
    this.#idle = []
    for (const resolve of waiting) resolve()
  }
}
