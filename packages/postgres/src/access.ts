import type { Batch } from '@holdfast/core/backend'
import { throwIfAborted } from '@holdfast/core/backend'
import { toHoldfastError } from './errors.js'
import type { BoundQuery } from './prepared.js'
import { rowStream } from './row-stream.js'
import type { Connection } from './wire/connection.js'
import { isOutdated } from './wire/exchange-error.js'
import type { Pool } from './wire/pool.js'
import type { Completion, Step } from './wire/step.js'

/** Runs statements in one round trip. Rejects with an `ExchangeError`. */
export type Run = (steps: readonly Step[]) => Promise<readonly Completion[]>

/** How reads reach a connection that sees what they are to see. Errors are Holdfast's. */
export interface Access {
  /** Runs a short read. It may be begun again where a connection turns out to be of no use. */
  read<Result>(work: (run: Run) => Promise<Result>, signal?: AbortSignal): Promise<Result>
  /** Yields the rows of a query, which begins when the first batch is asked for. */
  stream(query: BoundQuery, signal?: AbortSignal): AsyncGenerator<Batch, void, void>
}

/** Reads on connections of a pool, outside of transactions. */
export class PoolAccess implements Access {
  readonly #pool: Pool
  readonly #mayWrite: boolean

  /** @param mayWrite whether what is asked for may also write: that is never begun again when its connection broke */
  constructor(pool: Pool, mayWrite = false) {
    this.#pool = pool
    this.#mayWrite = mayWrite
  }

  async read<Result>(work: (run: Run) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const lent = this.#pool.acquire(signal)
    const connection = lent instanceof Promise ? await lent : lent
    try {
      return await readOn(connection, work, signal)
    } catch (error) {
      if (this.#mayWrite || !this.#pool.brokeUnused(connection, error)) throw error
    } finally {
      this.#pool.release(connection)
    }
    const another = await this.#pool.acquire(signal)
    try {
      return await readOn(another, work, signal)
    } finally {
      this.#pool.release(another)
    }
  }

  async *stream(query: BoundQuery, signal?: AbortSignal): AsyncGenerator<Batch, void, void> {
    throwIfAborted(signal)
    yield* rowStream(this.#pool, query, signal)
  }
}

async function readOn<Result>(
  connection: Connection,
  work: (run: Run) => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const run: Run = (steps) => connection.run(steps, signal)
  try {
    return await work(run)
  } catch (error) {
    if (!isOutdated(error)) throw toHoldfastError(error)
  }
  // A table has changed since the statement was prepared.
  connection.forgetStatements()
  try {
    return await work(run)
  } catch (error) {
    throw toHoldfastError(error)
  }
}
