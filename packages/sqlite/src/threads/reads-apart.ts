import { isHoldfastError } from '@holdfast/core/backend'
import type { Batch, Batches, OpenContext, Parameters, TableDefinition } from '@holdfast/core/backend'
import { keyPage } from '@holdfast/sql'
import type { BatchSource } from '../access.js'
import type { DecodeRow } from '../codec.js'
import { batchSize } from '../connection.js'
import type { Connection } from '../connection.js'
import { resultCodeOf } from '../errors.js'
import type { PageReader } from '../key-pages.js'
import { explained } from '../prepared.js'
import type { PreparedQuery } from '../prepared.js'
import type { WholeTable } from '../whole-table.js'
import { rowUnpacker } from './columns.js'
import type { UnpackRows } from './columns.js'
import type { Lengths } from './lengths.js'
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
}

/** Reads that take long, in threads: the connection of the others, and the event loop, stay free. */
export class ReadsApart {
  readonly #parts: Parts
  readonly #unpackers = new WeakMap<PreparedQuery, UnpackRows>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Whether a query is to be run in a thread. */
  isLong(query: PreparedQuery, parameters: Parameters): boolean {
    const { pool, lengths, connection } = this.#parts
    return pool.usable && lengths.isLong(connection, query, () => query.bind(parameters))
  }

  /** Whether all rows of a table are to be read in a thread. */
  isLarge({ name }: TableDefinition): boolean {
    const { pool, lengths, connection } = this.#parts
    return pool.usable && lengths.isLarge(connection(), name)
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
    yield* this.#read(query, { sql, wide: form.wide, values }, signal)
  }

  /** Some columns of all rows of a table, in the order of the key, which is one column and among them. */
  async *pages(
    { query }: PageReader,
    { table, columns }: WholeTable,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Batch, void, void> {
    const first = query(keyPage(table, columns, batchSize, 'first'))
    const next = query(keyPage(table, columns, batchSize, 'next'))
    const { sql, form } = first
    const pages = {
      following: next.sql,
      values: next.bind([null]),
      key: columns.indexOf(table.primaryKey[0]!),
      size: batchSize,
    }
    yield* this.#read(first, { sql, wide: form.wide, values: first.bind([]), pages }, signal)
  }

  async *#read(
    query: PreparedQuery,
    request: ReadRequest,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Batch, void, void> {
    const { pool, lengths, context } = this.#parts
    const { decode } = query.form
    let count = 0
    let longest = 0
    let spent = 0
    try {
      for await (const { rows, milliseconds } of readInThread(pool, request, signal)) {
        longest = Math.max(longest, milliseconds)
        spent += milliseconds
        count += rows.count
        yield decoded(this.#unpacker(query, rows.names)(rows), decode)
      }
      if (request.pages === undefined) lengths.took(query, longest)
      if (context.reporting()) context.report({ sql: query.sql, rows: count, milliseconds: spent })
    } catch (error) {
      throw this.#explained(query, error)
    }
  }

  #unpacker(query: PreparedQuery, names: readonly string[]): UnpackRows {
    let unpack = this.#unpackers.get(query)
    if (unpack === undefined) this.#unpackers.set(query, (unpack = rowUnpacker(names)))
    return unpack
  }

  /** What an error of the driver means for this query. */
  #explained(query: PreparedQuery, error: unknown): unknown {
    const native = isHoldfastError(error) && error.code !== 'BUSY' ? error.cause : undefined
    if (resultCodeOf(native) === undefined) return error
    try {
      return explained(this.#parts.connection(), query, () => {
        throw native
      })
    } catch (meaning) {
      return meaning
    }
  }
}

function decoded(rows: Batch, decode: DecodeRow | undefined): Batch {
  if (decode !== undefined) for (const row of rows) decode(row)
  return rows
}
