import type { MaybePromise } from '@holdfast/core/backend'
import type { Connection } from './connection.js'
import { isBusy, retrying } from './retry.js'
import { runSteps } from './steps.js'
import type { Steps } from './steps.js'
import type { Checkpoints } from './threads/checkpoints.js'
import type { TransactionGuard } from './transaction-guard.js'
import type { WriteQueue } from './write-queue.js'

/** The statements around a write of several statements, so that it happens wholly or not at all. */
export interface Bracket {
  readonly begin: string
  readonly commit: string
  readonly rollback: readonly string[]
}

export const transactionBracket: Bracket = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: ['ROLLBACK'],
}

export function savepointBracket(name: string): Bracket {
  return {
    begin: `SAVEPOINT ${name}`,
    commit: `RELEASE ${name}`,
    rollback: [`ROLLBACK TO ${name}`, `RELEASE ${name}`],
  }
}

export interface WritingParts {
  readonly connection: Connection
  readonly turns: WriteQueue
  readonly bracket: Bracket
  readonly timeout: number
  /** Called when a write is done, before anybody is told. */
  readonly written: () => void
  /** Of the transaction that the writes are part of, if they are. */
  readonly guard?: TransactionGuard
  /** Where checkpoints after large writes are made, if not by their commits. */
  readonly checkpoints?: Checkpoints | undefined
}

/** What came of one of the writes that shared a transaction. */
export type Settled = { readonly value: unknown } | { readonly error: unknown }

/** Runs writes on the one connection that writes: one after the other, each wholly or not at all. */
export class Writing {
  readonly #parts: WritingParts

  constructor(parts: WritingParts) {
    this.#parts = parts
  }

  /** Runs a write of one statement: at once if nobody else writes. */
  one<Result>(work: (connection: Connection) => Result, signal?: AbortSignal): MaybePromise<Result> {
    const { turns } = this.#parts
    if (!turns.tryEnter()) return this.#inTurn(() => this.#one(work, signal), signal)
    let waiting = false
    try {
      const outcome = this.#one(work, signal)
      if (!(outcome instanceof Promise)) return outcome
      waiting = true
      return outcome.finally(() => turns.leave())
    } finally {
      if (!waiting) turns.leave()
    }
  }

  /** Runs a write of so many rows, by several statements, in pieces. */
  async many<Result>(
    work: (connection: Connection) => Steps<Result>,
    rows: number,
    signal?: AbortSignal,
  ): Promise<Result> {
    const { connection, turns, checkpoints } = this.#parts
    await turns.enter(signal)
    let deferred = false
    try {
      deferred = (await checkpoints?.defer(rows)) === true
      return await this.#bracketed(() => runSteps(work(connection), signal), signal)
    } finally {
      if (deferred) checkpoints!.run()
      turns.leave()
    }
  }

  /** Runs a write of several statements, in one piece. */
  whole<Result>(work: (connection: Connection) => Result): Promise<Result> {
    return this.#inTurn(() =>
      this.#bracketed(() => {
        const { connection } = this.#parts
        connection.settle()
        return work(connection)
      }),
    )
  }

  /**
   * Runs writes of one statement each in one transaction: one that fails leaves the others alone. Tells what came of them
   * as soon as they are committed; throws when none of them happened. While another connection holds the file all of them
   * are undone, so that any may be given up.
   */
  together(
    works: readonly ((connection: Connection) => unknown)[],
    committed: (outcomes: readonly Settled[]) => void,
  ): Promise<void> {
    return this.#inTurn(() => retrying(() => committed(this.#shared(works)), this.#parts.timeout))
  }

  #one<Result>(work: (connection: Connection) => Result, signal?: AbortSignal): MaybePromise<Result> {
    const { connection, timeout, written, guard } = this.#parts
    const attempt = () => {
      connection.settle()
      const result = work(connection)
      written()
      return result
    }
    return retrying(guard === undefined ? attempt : () => guard.run(attempt), timeout, signal)
  }

  #shared(works: readonly ((connection: Connection) => unknown)[]): readonly Settled[] {
    const { connection, bracket, written } = this.#parts
    connection.run(bracket.begin)
    try {
      const outcomes = works.map((work) => this.#settle(work))
      connection.run(bracket.commit)
      written()
      return outcomes
    } catch (error) {
      rollBack(connection, bracket)
      throw error
    }
  }

  #settle(work: (connection: Connection) => unknown): Settled {
    const { connection } = this.#parts
    try {
      return { value: work(connection) }
    } catch (error) {
      // After some failures SQLite has undone the whole transaction: then nobody's write happened.
      if (!connection.database.inTransaction || isBusy(error)) throw error
      return { error }
    }
  }

  async #inTurn<Result>(work: () => MaybePromise<Result>, signal?: AbortSignal): Promise<Result> {
    const { turns } = this.#parts
    await turns.enter(signal)
    try {
      return await work()
    } finally {
      turns.leave()
    }
  }

  async #bracketed<Result>(work: () => MaybePromise<Result>, signal?: AbortSignal): Promise<Result> {
    const { connection, bracket, timeout, written, guard } = this.#parts
    await retrying(
      () => {
        // What begins a savepoint would else begin a transaction of its own.
        guard?.check()
        connection.run(bracket.begin)
      },
      timeout,
      signal,
    )
    try {
      const result = await work()
      await retrying(() => connection.run(bracket.commit), timeout, signal)
      written()
      return result
    } catch (error) {
      rollBack(connection, bracket)
      guard?.failed(error)
      throw error
    }
  }
}

/** Undoes what was begun; some failures have made SQLite do so already. */
export function rollBack(connection: Connection, { rollback }: Bracket): void {
  if (!connection.database.inTransaction) return
  for (const sql of rollback) connection.run(sql)
}
