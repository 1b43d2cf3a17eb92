import type { Batch, MaybePromise } from '@holdfast/core/backend'
import { throwIfAborted } from '@holdfast/core/backend'
import type { Connection } from './connection.js'
import { toHoldfastError } from './errors.js'
import { retrying } from './retry.js'
import { Pace } from './steps.js'
import type { WriteQueue } from './write-queue.js'

/** Rows that come by and by. */
export interface BatchSource {
  /** The next rows; undefined at the end. */
  next(): Batch | undefined
  close(): void
}

/** A connection that is lent to one stream. */
export interface Lease {
  readonly connection: Connection
  release(): void
}

/** How reads reach a connection that sees what they are to see. */
export interface Access {
  /** The connection for a short read that runs at once; undefined where it must wait. */
  readonly ready: Connection | undefined
  /** Runs a short read: at once where nothing stands in its way. */
  read<Result>(work: (connection: Connection) => Result, signal?: AbortSignal): MaybePromise<Result>
  /** Whether a stream has its connection for itself. */
  readonly separate: boolean
  /** Yields the rows of a source, which is opened when the first batch is asked for. */
  stream(
    open: (connection: Connection) => BatchSource,
    signal?: AbortSignal,
  ): AsyncGenerator<Batch, void, void>
}

/** Connections that only read. */
export interface ReadingConnections {
  /** For reads that are over when the call returns. */
  readonly primary: Connection
  /** Lends a connection to a stream. */
  lease(): Lease
}

/** Reads on connections of their own: never kept waiting by a writer. */
export class SeparateAccess implements Access {
  readonly separate = true
  readonly #readers: ReadingConnections
  readonly #timeout: number

  constructor(readers: ReadingConnections, timeout: number) {
    this.#readers = readers
    this.#timeout = timeout
  }

  get ready(): Connection {
    return this.#readers.primary
  }

  read<Result>(work: (connection: Connection) => Result, signal?: AbortSignal): MaybePromise<Result> {
    return retrying(() => work(this.#readers.primary), this.#timeout, signal)
  }

  async *stream(
    open: (connection: Connection) => BatchSource,
    signal?: AbortSignal,
  ): AsyncGenerator<Batch, void, void> {
    throwIfAborted(signal)
    const lease = this.#readers.lease()
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
  readonly separate = false
  readonly #connection: Connection
  readonly #turns: WriteQueue
  readonly #timeout: number

  constructor(connection: Connection, turns: WriteQueue, timeout: number) {
    this.#connection = connection
    this.#turns = turns
    this.#timeout = timeout
  }

  get ready(): Connection | undefined {
    return this.#turns.held ? undefined : this.#connection
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

  async *stream(
    open: (connection: Connection) => BatchSource,
    signal?: AbortSignal,
  ): AsyncGenerator<Batch, void, void> {
    throwIfAborted(signal)
    // The first rows are read in the turn: a cursor takes its snapshot with them.
    yield* batches(await this.read((connection) => primed(open(connection)), signal), signal)
  }
}

function primed(source: BatchSource): BatchSource {
  let first = source.next()
  return {
    next: () => {
      const batch = first ?? source.next()
      first = undefined
      return batch
    },
    close: () => source.close(),
  }
}

async function* batches(
  source: BatchSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch, void, void> {
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
