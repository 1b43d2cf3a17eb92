import type { Buffer } from 'node:buffer'
import type { Batch } from '@holdfast/core/backend'
import { toHoldfastError } from './errors.js'
import type { BoundQuery } from './prepared.js'
import type { Connection, RunningExchange } from './wire/connection.js'
import type { Pool } from './wire/pool.js'

/** Rows of one batch. */
export const batchSize = 1000

/** Batches that wait for whoever reads them; with more the server is kept waiting. */
const ahead = 2

/**
 * The rows of a query, as they come. The connection goes back as soon as the server has sent all, so that short streams hold
 * none while they are read.
 */
export async function* rowStream(
  pool: Pool,
  query: BoundQuery,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch, void, void> {
  let rows = await begin(pool, query, signal)
  try {
    let batch: Batch | undefined
    try {
      batch = await rows.next()
    } catch (error) {
      if (!pool.brokeUnused(rows.connection, error)) throw error
      rows = await begin(pool, query, signal)
      batch = await rows.next()
    }
    for (; batch !== undefined; batch = await rows.next()) yield batch
  } finally {
    await rows.stop()
  }
}

async function begin(pool: Pool, query: BoundQuery, signal: AbortSignal | undefined): Promise<RowsUnderWay> {
  const connection = await pool.acquire(signal)
  const rows = new RowsUnderWay(connection, query, signal)
  void rows.ended.then(() => pool.release(connection))
  return rows
}

class RowsUnderWay {
  /** Resolves when the connection is free again. */
  readonly ended: Promise<void>
  readonly connection: Connection
  readonly #decode: BoundQuery['decode']
  readonly #running: RunningExchange
  readonly #ready: Batch[] = []
  #batch: Batch = []
  #done = false
  /** Nobody wants what still comes. */
  #left = false
  #error: unknown
  #wake: () => void = () => undefined

  constructor(connection: Connection, query: BoundQuery, signal: AbortSignal | undefined) {
    this.connection = connection
    this.#decode = query.decode
    // Not prepared: its plan is made for its values, and cannot be outdated.
    const step = {
      text: query.sql,
      values: query.values,
      onBinaryRow: (bytes: Buffer, at: number) => this.#take(bytes, at),
    }
    this.#running = connection.start([step], signal)
    this.ended = this.#running.done.then(
      () => this.#end(),
      (error: unknown) => this.#end(error),
    )
  }

  /** The next rows; undefined at the end. */
  async next(): Promise<Batch | undefined> {
    while (this.#ready.length === 0 && !this.#done && this.#error === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    const batch = this.#ready.shift()
    if (batch !== undefined) {
      if (this.#ready.length < ahead) this.#running.exchange.resume()
      return batch
    }
    if (this.#error !== undefined) throw toHoldfastError(this.#error)
    return undefined
  }

  /** Ends the statement, if it has not ended. */
  async stop(): Promise<void> {
    this.#left = true
    if (!this.#done) {
      this.#running.exchange.resume()
      this.#running.cancel()
    }
    await this.ended
  }

  #take(bytes: Buffer, at: number): void {
    if (this.#left || this.#error !== undefined) return
    try {
      this.#batch.push(this.#decode(bytes, at))
    } catch (error) {
      this.#error = error
      this.#running.cancel()
      return this.#wake()
    }
    if (this.#batch.length === batchSize) this.#flush()
  }

  #flush(): void {
    this.#ready.push(this.#batch)
    this.#batch = []
    if (this.#ready.length >= ahead) this.#running.exchange.pause()
    this.#wake()
  }

  #end(error?: unknown): void {
    this.#done = true
    this.#error ??= error
    if (this.#batch.length > 0 && this.#error === undefined) this.#ready.push(this.#batch)
    this.#wake()
  }
}
