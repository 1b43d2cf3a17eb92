import { isHoldfastError } from '@holdfast/core/backend'
import type { Batch, Batches, OpenContext, Parameters, Statistics } from '@holdfast/core/backend'
import type { BatchSource } from '../access.js'
import type { DecodeRow } from '../codec.js'
import type { Connection } from '../connection.js'
import { resultCodeOf } from '../errors.js'
import { explained } from '../prepared.js'
import type { PreparedQuery } from '../prepared.js'
import { rowUnpacker } from './columns.js'
import type { UnpackRows } from './columns.js'
import { KnownStatements } from './lengths.js'
import type { Lengths, Measured } from './lengths.js'
import type { ReadRequest } from './messages.js'
import type { ThreadPool } from './pool.js'
import { NoThreads } from './thread.js'
import { readInThread } from './thread-reads.js'

interface Parts {
  readonly pool: ThreadPool
  readonly lengths: Lengths
  /** The connection for short reads. */
  readonly connection: () => Connection
  readonly context: OpenContext
  /** Called at each short read. */
  readonly short: () => void
}

/** Reads that take long, in threads: the connection of the others, and the event loop, stay free. */
export class ReadsApart {
  readonly #parts: Parts
  readonly #unpackers = new WeakMap<Measured, Unpacker>()
  readonly #statements = new KnownStatements()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Whether a query is to be run in a thread. */
  isLong(query: PreparedQuery, parameters: Parameters): boolean {
    const { pool, lengths, connection, short } = this.#parts
    if (pool.usable && lengths.isLong(connection, query, () => query.bind(parameters))) return true
    short()
    return false
  }

  /** Runs a query on the event loop, and keeps in mind how long that took. */
  measure<Result>(query: PreparedQuery, run: () => Result): Result {
    return this.#parts.lengths.measure(query, run)
  }

  measured(query: PreparedQuery, source: BatchSource): BatchSource {
    return { next: () => this.measure(query, () => source.next()), close: () => source.close() }
  }

  /** The batches, or others where it turns out that there can be no threads. */
  async *orElse(batches: Batches, here: () => Batches): AsyncGenerator<Batch, void, void> {
    try {
      yield* batches
    } catch (error) {
      if (!(error instanceof NoThreads)) throw error
      yield* here()
    }
  }

  /** The rows of a query. */
  async *rows(
    query: PreparedQuery,
    values: readonly unknown[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Batch, void, void> {
    const { sql, form } = query
    try {
      for await (const rows of this.#read(query, { sql, wide: form.wide, values }, signal)) {
        yield decoded(rows, form.decode)
      }
    } catch (error) {
      if (resultCodeOf(error) === undefined) throw error
      // What the code means for this query, another connection tells.
      explained(this.#parts.connection(), query, () => {
        throw error
      })
    }
  }

  /** Whether a statement of the user's own is to be run in a thread. */
  isLongSql(sql: string, values: readonly unknown[]): boolean {
    const { pool, lengths, connection } = this.#parts
    return pool.usable && lengths.isLong(connection, this.#statements.get({ sql }), () => values)
  }

  measureSql<Result>(sql: string, run: () => Result): Result {
    return this.#parts.lengths.measure(this.#statements.get({ sql }), run)
  }

  /** The rows of a statement of the user's own, integers as bigints. Throws what SQLite reports as it is. */
  sqlRows(
    sql: string,
    values: readonly unknown[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Batch, void, void> {
    return this.#read(this.#statements.get({ sql }), { sql, wide: true, values }, signal)
  }

  /** Whether to look at all of the file takes long. */
  hasMuch(): boolean {
    const { pool, lengths, connection } = this.#parts
    return pool.usable && !lengths.isSmall(connection())
  }

  /** @throws NoThreads where there can be no thread */
  async statistics(): Promise<Statistics> {
    const thread = await this.#parts.pool.take()
    return new Promise((resolve, reject) => {
      thread.ask((id) => ({ kind: 'statistics', id }), {
        done: (answer) => resolve(answer as Statistics),
        failed: reject,
      })
    })
  }

  async *#read(
    statement: Measured,
    request: ReadRequest,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Batch, void, void> {
    const { pool, lengths, context } = this.#parts
    let count = 0
    let longest = 0
    let spent = 0
    try {
      for await (const { rows, milliseconds } of readInThread(pool, request, signal)) {
        longest = Math.max(longest, milliseconds)
        spent += milliseconds
        count += rows.count
        yield this.#unpacker(statement, rows.names)(rows)
      }
    } catch (error) {
      throw nativeOf(error)
    }
    lengths.took(statement, longest)
    if (context.reporting()) context.report({ sql: request.sql, rows: count, milliseconds: spent })
  }

  #unpacker(statement: Measured, names: readonly string[]): UnpackRows {
    const known = this.#unpackers.get(statement)
    if (known !== undefined && sameNames(known.names, names)) return known.unpack
    const unpack = rowUnpacker(names)
    this.#unpackers.set(statement, { names, unpack })
    return unpack
  }
}

interface Unpacker {
  readonly names: readonly string[]
  readonly unpack: UnpackRows
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index])
}

/** What SQLite reported, where it is still to be told what that means. */
function nativeOf(error: unknown): unknown {
  const native = isHoldfastError(error) && error.code !== 'BUSY' ? error.cause : undefined
  return resultCodeOf(native) === undefined ? error : native
}

function decoded(rows: Batch, decode: DecodeRow | undefined): Batch {
  if (decode !== undefined) for (const row of rows) decode(row)
  return rows
}
