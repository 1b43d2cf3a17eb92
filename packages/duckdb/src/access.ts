import { HoldfastError, Sequence, throwIfAborted } from '@holdfast/core/backend'
import type { Batch } from '@holdfast/core/backend'
import type { NamedColumn } from './codec/rows.js'
import type { Connection, RowCommand, Rows, StreamedRows } from './connection.js'
import type { Connections } from './connections.js'
import { guarded, kindOf, toHoldfastError } from './errors.js'

type Work<Result> = (connection: Connection) => Promise<Result>

/** A query to be streamed. */
export interface StreamCommand {
  readonly command: RowCommand
  /** How it may be run instead, if a statement finds that nothing speaks against it: gives no row. */
  readonly instead?: { readonly unless: string; readonly command: RowCommand }
}

/** How reads reach a connection that sees what they are to see. */
export interface Access {
  /** Runs work of one or a few statements with a connection of its own. */
  use<Result>(work: Work<Result>, signal?: AbortSignal): Promise<Result>
  /** Yields the rows of a query as it was when the first batch was asked for. */
  stream(command: StreamCommand, signal?: AbortSignal): AsyncGenerator<Batch, void, void>
}

/** Every read on a connection from the pool. An abort stops DuckDB's work. */
export class PooledAccess implements Access {
  readonly #connections: Connections

  constructor(connections: Connections) {
    this.#connections = connections
  }

  async use<Result>(work: Work<Result>, signal?: AbortSignal): Promise<Result> {
    return this.#connections.use((connection) => interruptible(connection, () => work(connection), signal))
  }

  async *stream(command: StreamCommand, signal?: AbortSignal): AsyncGenerator<Batch, void, void> {
    throwIfAborted(signal)
    const connection = await this.#connections.lease()
    try {
      yield* streamed(connection, command, signal)
    } finally {
      this.#connections.release(connection)
    }
  }
}

/**
 * Reads a result as it is computed. The driver does not tell a stream that broke off from one that has ended: both give an
 * empty chunk. So it is read inside a transaction, which a failure aborts and an end does not.
 */
async function* streamed(
  connection: Connection,
  asked: StreamCommand,
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch, void, void> {
  await interruptible(connection, () => connection.begin('BEGIN TRANSACTION READ ONLY'), signal)
  let ended = false
  let command = asked.command
  let rows: StreamedRows | undefined
  try {
    command = await interruptible(connection, () => chosen(connection, asked), signal)
    rows = await interruptible(connection, () => connection.stream(command), signal)
    for (;;) {
      const batch = await interruptible(connection, nextOf(rows), signal)
      if (batch === undefined) break
      yield batch
    }
    ended = await isIntact(connection)
  } finally {
    if (!ended) await breakOff(connection, rows)
    await connection.end(ended ? 'COMMIT' : 'ROLLBACK')
  }
  if (!ended) throw await reasonOf(connection, command, signal)
}

async function chosen(connection: Connection, { command, instead }: StreamCommand): Promise<RowCommand> {
  if (instead === undefined) return command
  const found = await connection.all({ sql: instead.unless, columns: [flag], bindings: [] })
  return found.length === 0 ? instead.command : command
}

const flag: NamedColumn = { name: 'flag', type: { name: 'boolean' }, nullable: true }

const nextOf = (rows: Rows) => () => rows.next()

/** A result that was not read to its end holds the database open, even when its connection is closed. */
async function breakOff(connection: Connection, rows: StreamedRows | undefined): Promise<void> {
  if (rows === undefined) return
  const discarded = rows.discard()
  connection.interrupt(discarded)
  await discarded.catch(() => undefined)
}

async function isIntact(connection: Connection): Promise<boolean> {
  try {
    await connection.execute('SELECT 1')
    return true
  } catch (error) {
    if (kindOf(error) === 'TransactionContext Error') return false
    throw error
  }
}

/** Runs the query to its failure once more, without keeping rows: this time the driver says why. */
async function reasonOf(
  connection: Connection,
  { sql, bindings }: RowCommand,
  signal: AbortSignal | undefined,
): Promise<Error> {
  throwIfAborted(signal)
  try {
    await interruptible(connection, () => connection.run({ sql: `EXPLAIN ANALYZE ${sql}`, bindings }), signal)
  } catch (error) {
    return toHoldfastError(error)
  }
  return new HoldfastError('ENGINE', 'DuckDB broke the result off and does not say why. Read it again.')
}

/** All statements of a transaction on its one connection, one after another. */
export class TransactionAccess implements Access {
  readonly #connection: Connection
  readonly #turns = new Sequence()
  /** What made DuckDB end the transaction: since then it does nothing any more, and would keep nothing. */
  #failure: HoldfastError | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * An abort does not stop DuckDB's work, for that would end the transaction: the caller is told at once, and the next
   * statement waits.
   */
  async use<Result>(work: Work<Result>, signal?: AbortSignal): Promise<Result> {
    const result = this.change(work, signal)
    return signal === undefined ? result : Promise.race([result, rejectedBy(signal, result)])
  }

  /** Work that, once begun, is told of only when it is done. */
  async change<Result>(work: Work<Result>, signal?: AbortSignal): Promise<Result> {
    return this.#turns.run(async () => {
      throwIfAborted(signal)
      if (this.#failure !== undefined) throw ended(this.#failure)
      try {
        return await work(this.#connection)
      } catch (error) {
        const failure = toHoldfastError(error)
        if (!(await isIntact(this.#connection))) this.#failure = failure
        throw failure
      }
    })
  }

  async *stream(command: StreamCommand, signal?: AbortSignal): AsyncGenerator<Batch, void, void> {
    // Kept by DuckDB in memory: other statements may be run before the end.
    const rows: Rows = await this.use(
      async (connection) => connection.rows(await chosen(connection, command)),
      signal,
    )
    for (;;) {
      throwIfAborted(signal)
      const batch = await rows.next()
      if (batch === undefined) return
      yield batch
    }
  }

  /** A failed transaction must not be committed: DuckDB would roll it back without a word. */
  commit(): Promise<void> {
    return this.#turns.run(() =>
      guarded(async () => {
        try {
          if (this.#failure !== undefined) throw ended(this.#failure)
          await this.#connection.end('COMMIT')
        } catch (error) {
          await this.#connection.end('ROLLBACK').catch(() => undefined)
          throw error
        }
      }),
    )
  }

  /** Stops what is still running. */
  rollBack(): Promise<void> {
    this.#connection.interrupt(this.#turns.run(() => Promise.resolve()))
    return this.#turns.run(() => guarded(() => this.#connection.end('ROLLBACK')))
  }

  /** Runs work on the connection once the transaction has ended. */
  afterwards<Result>(work: Work<Result>): Promise<Result> {
    return this.#turns.run(() => guarded(() => work(this.#connection)))
  }
}

function ended(failure: HoldfastError): HoldfastError {
  return new HoldfastError(failure.code, `An earlier failure has ended the transaction: ${failure.message}`, {
    cause: failure,
  })
}

/** Rejects as soon as the signal aborts, unless the work has settled by then. */
function rejectedBy(signal: AbortSignal, work: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () =>
      reject(new HoldfastError('ABORTED', 'The call was aborted.', { cause: signal.reason }))
    const settled = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort, { once: true })
    work.then(settled, settled)
  })
}

/** Runs work that an abort interrupts; what it throws is Holdfast's error. */
export async function interruptible<Result>(
  connection: Connection,
  work: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  throwIfAborted(signal)
  const working = work()
  const interrupt = () => connection.interrupt(working)
  signal?.addEventListener('abort', interrupt, { once: true })
  try {
    return await working
  } catch (error) {
    throwIfAborted(signal)
    throw toHoldfastError(error)
  } finally {
    signal?.removeEventListener('abort', interrupt)
  }
}
