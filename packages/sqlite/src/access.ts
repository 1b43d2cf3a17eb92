import type { Batch, MaybePromise } from '@holdfast/core/backend'
import { throwIfAborted } from '@holdfast/core/backend'
import type { Connection, Cursor } from './connection.js'
import { toHoldfastError } from './errors.js'
import { retrying } from './retry.js'
import { Pace } from './steps.js'
import type { WriteQueue } from './write-queue.js'

/** A connection that is lent to one stream. */
export interface Lease {
  readonly connection: Connection
  release(): void
}

/** How reads reach a connection that sees what they are to see. */
export interface Access {
  /** Runs a short read: at once where nothing stands in its way. */
  read<Result>(work: (connection: Connection) => Result, signal?: AbortSignal): MaybePromise<Result>
  /** Yields the rows of a cursor, which is opened when the first batch is asked for. */
  stream(open: (connection: Connection) => Cursor, signal?: AbortSignal): AsyncGenerator<Batch, void, void>
}

/** Reads on connections of their own: never kept waiting by a writer. */
export class SeparateAccess implements Access {
  readonly #reader: () => Connection
  readonly #lease: () => Lease
  readonly #timeout: number

  /**
   * @param reader the connection for short reads
   * @param lease lends a connection to a stream
   */
  constructor(reader: () => Connection, lease: () => Lease, timeout: number) {
    this.#reader = reader
    this.#lease = lease
    this.#timeout = timeout
  }

  read<Result>(work: (connection: Connection) => Result, signal?: AbortSignal): MaybePromise<Result> {
    return retrying(() => work(this.#reader()), this.#timeout, signal)
  }

  async *stream(open: (connection: Connection) => Cursor, signal?: AbortSignal): AsyncGenerator<Batch, void, void> {
    throwIfAborted(signal)
    const lease = this.#lease()
    try {
      yield* batches(await retrying(() => open(lease.connection), this.#timeout, signal), signal)
    } finally {
      lease.release()
    }
  }
}

/**
 * Reads on the connection that writes, whose turn is asked for: inside a transaction, or where the whole database has but
 * one connection. Cursors stay open between turns; a write takes their rows into memory first.
 */
export class SharedAccess implements Access {
  readonly #connection: Connection
  readonly #turns: WriteQueue
  readonly #timeout: number

  constructor(connection: Connection, turns: WriteQueue, timeout: number) {
    this.#connection = connection
    this.#turns = turns
    this.#timeout = timeout
  }

  read<Result>(work: (connection: Connection) => Result, signal?: AbortSignal): MaybePromise<Result> {
    if (!this.#turns.held) return retrying(() => work(this.#connection), this.#timeout, signal)
    return this.#readLater(work, signal)
  }

  async #readLater<Result>(work: (connection: Connection) => Result, signal?: AbortSignal): Promise<Result> {
    await this.#turns.enter(signal)
    try {
      return await retrying(() => work(this.#connection), this.#timeout, signal)
    } finally {
      this.#turns.leave()
    }
  }

  async *stream(open: (connection: Connection) => Cursor, signal?: AbortSignal): AsyncGenerator<Batch, void, void> {
    throwIfAborted(signal)
    // The first rows are read in the turn: a cursor takes its snapshot with them.
    yield* batches(await this.read((connection) => primed(open(connection)), signal), signal)
  }
}

interface BatchSource {
  next(): Batch | undefined
  close(): void
}

function primed(cursor: Cursor): BatchSource {
  let first = cursor.next()
  return {
    next: () => {
      const batch = first ?? cursor.next()
      first = undefined
      return batch
    },
    close: () => cursor.close(),
  }
}

async function* batches(source: BatchSource, signal: AbortSignal | undefined): AsyncGenerator<Batch, void, void> {
  const pace = new Pace()
  try {
    for (;;) {
      throwIfAborted(signal)
      const batch = nextOf(source)
      if (batch === undefined) return
      yield batch
      await pace.rest()
    }
  } finally {
    source.close()
  }
}

function nextOf(source: BatchSource): Batch | undefined {
  try {
    return source.next()
  } catch (error) {
    throw toHoldfastError(error)
  }
}
