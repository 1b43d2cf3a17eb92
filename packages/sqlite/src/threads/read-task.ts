import type { MaybePromise } from '@holdfast/core/backend'
import type { Database, Statement } from 'better-sqlite3'
import { batchSize } from '../connection.js'
import { openReader } from '../open-database.js'
import type { ResolvedOptions } from '../options.js'
import { retrying } from '../retry.js'
import { packRows } from './columns.js'
import type { PackedRows } from './columns.js'
import { batchesAhead } from './messages.js'
import type { ReadRequest } from './messages.js'

/** Connections kept for the next read. */
const connectionsKept = 2

/** Connections of a thread: each open read has one for itself, so that it keeps its own state of the file. */
export class SourceConnections {
  readonly #options: ResolvedOptions
  readonly #idle: Database[] = []

  constructor(options: ResolvedOptions) {
    this.#options = options
  }

  take(): Database {
    return this.#idle.pop() ?? openReader(this.#options)
  }

  /** Lends one for as long as the work takes. */
  use<Result>(work: (database: Database) => Result): Result {
    const database = this.take()
    try {
      return work(database)
    } finally {
      this.giveBack(database)
    }
  }

  giveBack(database: Database): void {
    if (this.#idle.length < connectionsKept) this.#idle.push(database)
    else database.close()
  }
}

/** Rows as arrays, by and by. */
interface Source {
  readonly names: readonly string[]
  /** The next rows, and whether they are the last. */
  next(): { readonly rows: readonly (readonly unknown[])[]; readonly last: boolean }
  close(): void
}

export interface ReadListener {
  rows(rows: PackedRows, last: boolean, milliseconds: number): void
  failed(error: unknown): void
}

/** A read of a thread: makes batches as long as somebody is to take them, and hears of other requests between two. */
export class ReadTask {
  readonly #request: ReadRequest
  readonly #connections: SourceConnections
  readonly #timeout: number
  readonly #listener: ReadListener
  #source: Source | undefined
  #credit = batchesAhead
  #running = false
  #ended = false

  constructor(request: ReadRequest, connections: SourceConnections, timeout: number, listener: ReadListener) {
    this.#request = request
    this.#connections = connections
    this.#timeout = timeout
    this.#listener = listener
  }

  start(): void {
    this.#run()
  }

  more(): void {
    this.#credit++
    this.#run()
  }

  end(): void {
    this.#ended = true
    this.#close()
  }

  #run(): void {
    if (this.#running || this.#ended || this.#credit === 0) return
    this.#running = true
    const start = performance.now()
    void this.#step(start)
  }

  async #step(start: number): Promise<void> {
    try {
      const source = (this.#source ??= await this.#open())
      if (this.#ended) return this.#close()
      const { names } = source
      const { rows, last } = source.next()
      this.#credit--
      if (last) this.end()
      this.#listener.rows(packRows(names, rows), last, performance.now() - start)
    } catch (error) {
      this.end()
      this.#listener.failed(error)
    } finally {
      this.#running = false
    }
    setImmediate(() => this.#run())
  }

  #open(): MaybePromise<Source> {
    return retrying(() => {
      const database = this.#connections.take()
      try {
        const source = new Rows(database, this.#request)
        const close = () => {
          source.close()
          this.#connections.giveBack(database)
        }
        // With its first rows it takes its state of the file.
        return primed({ names: source.names, next: () => source.next(), close })
      } catch (error) {
        database.close()
        throw error
      }
    }, this.#timeout)
  }

  #close(): void {
    const source = this.#source
    this.#source = undefined
    source?.close()
  }
}

function primed(source: Source): Source {
  let first: ReturnType<Source['next']> | undefined = source.next()
  const next = () => {
    const rows = first ?? source.next()
    first = undefined
    return rows
  }
  return { names: source.names, next, close: () => source.close() }
}

function prepared(database: Database, sql: string, wide: boolean): Statement {
  const statement = database.prepare(sql).raw()
  return wide ? statement.safeIntegers() : statement
}

const namesOf = (statement: Statement) => statement.columns().map(({ name }) => name)

/** The rows of a statement. */
class Rows implements Source {
  readonly names: readonly string[]
  readonly #rows: IterableIterator<readonly unknown[]>

  constructor(database: Database, { sql, wide, values }: ReadRequest) {
    const statement = prepared(database, sql, wide)
    this.names = namesOf(statement)
    this.#rows = statement.iterate(...values) as IterableIterator<readonly unknown[]>
  }

  next() {
    const rows: (readonly unknown[])[] = []
    while (rows.length < batchSize) {
      const next: IteratorResult<readonly unknown[], unknown> = this.#rows.next()
      if (next.done === true) return { rows, last: true }
      rows.push(next.value)
    }
    return { rows, last: false }
  }

  close(): void {
    this.#rows.return?.()
  }
}
