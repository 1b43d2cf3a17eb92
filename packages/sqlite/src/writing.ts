import type { MaybePromise } from '@holdfast/core/backend'
import type { Connection } from './connection.js'
import { retrying } from './retry.js'
import { runSteps } from './steps.js'
import type { Steps } from './steps.js'
import type { WriteQueue } from './write-queue.js'

/** The statements around a write of several statements, so that it happens wholly or not at all. */
export interface Bracket {
  readonly begin: string
  readonly commit: string
  readonly rollback: readonly string[]
}

export const transactionBracket: Bracket = { begin: 'BEGIN IMMEDIATE', commit: 'COMMIT', rollback: ['ROLLBACK'] }

export function savepointBracket(name: string): Bracket {
  return { begin: `SAVEPOINT ${name}`, commit: `RELEASE ${name}`, rollback: [`ROLLBACK TO ${name}`, `RELEASE ${name}`] }
}

export interface WriteRequest<Result> {
  readonly work: (connection: Connection) => Steps<Result>
  /** Whether the work is one statement, which needs no bracket. */
  readonly single: boolean
  readonly signal?: AbortSignal | undefined
}

/** Runs writes on the one connection that writes: one after the other, each wholly or not at all. */
export class Writing {
  readonly connection: Connection
  readonly #turns: WriteQueue
  readonly #bracket: Bracket
  readonly #timeout: number

  constructor(connection: Connection, turns: WriteQueue, bracket: Bracket, timeout: number) {
    this.connection = connection
    this.#turns = turns
    this.#bracket = bracket
    this.#timeout = timeout
  }

  /** Runs a write: at once if it is a single statement and nobody else writes. */
  run<Result>(request: WriteRequest<Result>): MaybePromise<Result> {
    if (!request.single || !this.#turns.tryEnter()) return this.#runLater(request)
    let waiting = false
    try {
      const outcome = this.#runSingle(request)
      if (!(outcome instanceof Promise)) return outcome
      waiting = true
      return outcome.finally(() => this.#turns.leave())
    } finally {
      if (!waiting) this.#turns.leave()
    }
  }

  async #runLater<Result>(request: WriteRequest<Result>): Promise<Result> {
    await this.#turns.enter(request.signal)
    try {
      return await (request.single ? this.#runSingle(request) : this.#runBracketed(request))
    } finally {
      this.#turns.leave()
    }
  }

  #runSingle<Result>({ work, signal }: WriteRequest<Result>): MaybePromise<Result> {
    return retrying(() => complete(work(this.connection)), this.#timeout, signal)
  }

  async #runBracketed<Result>({ work, signal }: WriteRequest<Result>): Promise<Result> {
    const { begin, commit } = this.#bracket
    await retrying(() => this.connection.run(begin), this.#timeout, signal)
    try {
      const result = await runSteps(work(this.connection), signal)
      await retrying(() => this.connection.run(commit), this.#timeout, signal)
      return result
    } catch (error) {
      rollBack(this.connection, this.#bracket)
      throw error
    }
  }
}

/** Undoes what was begun; some failures have made SQLite do so already. */
export function rollBack(connection: Connection, { rollback }: Bracket): void {
  if (!connection.database.inTransaction) return
  for (const sql of rollback) connection.run(sql)
}

function complete<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const outcome = steps.next()
    if (outcome.done === true) return outcome.value
  }
}
