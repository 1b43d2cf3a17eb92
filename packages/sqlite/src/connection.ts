import type { Batch, StoredRow } from '@holdfast/core/backend'
import type { Database, Statement } from 'better-sqlite3'
import { hasResultCode } from './errors.js'

/** Rows of one batch of a stream. */
export const batchSize = 1000

/** Prepared statements kept by each connection. */
const statementsKept = 500

/** One connection of the driver with its prepared statements and its open cursors. */
export class Connection {
  readonly database: Database
  readonly #statements = new Map<string, Statement>()
  readonly #cursors = new Set<Cursor>()

  constructor(database: Database) {
    this.database = database
  }

  /**
   * The prepared statement of a text, the most recently used ones kept.
   *
   * @param wide whether integers come as bigints, for columns that may hold more than 2^53
   */
  prepare(sql: string, wide = false): Statement {
    const name = wide ? `${sql}\0` : sql
    let statement = this.#statements.get(name)
    if (statement === undefined) {
      statement = this.#compile(sql, wide)
      if (this.#statements.size >= statementsKept) {
        this.#statements.delete(this.#statements.keys().next().value!)
      }
    } else this.#statements.delete(name)
    this.#statements.set(name, statement)
    return statement
  }

  #compile(sql: string, wide: boolean): Statement {
    const statement = this.database.prepare(sql)
    return wide ? statement.safeIntegers() : statement
  }

  run(sql: string, ...values: readonly unknown[]): number {
    this.settle()
    return this.prepare(sql).run(...values).changes
  }

  /**
   * Opens a cursor over the rows of a query.
   *
   * @param explain what an error of the statement means
   */
  open(
    sql: string,
    wide: boolean,
    values: readonly unknown[],
    decode: DecodeRow | undefined,
    explain: (error: unknown) => Error,
  ): Cursor {
    const kept = this.prepare(sql, wide)
    // A statement steps through one result at a time.
    const statement = kept.busy ? this.#compile(sql, wide) : kept
    const rows = statement.iterate(...values) as IterableIterator<StoredRow>
    const cursor = new Cursor(rows, { decode, explain, ended: () => this.#cursors.delete(cursor) })
    this.#cursors.add(cursor)
    return cursor
  }

  /** Takes the rows of all open cursors into memory: the driver writes on no connection that is reading. */
  settle(): void {
    if (this.#cursors.size > 0) for (const cursor of this.#cursors) cursor.drain()
  }

  close(): void {
    for (const cursor of this.#cursors) cursor.close()
    this.database.close()
  }
}

/** Turns a row as the driver gives it into a stored one, in place. */
export type DecodeRow = (row: StoredRow) => StoredRow

interface CursorParts {
  readonly decode: DecodeRow | undefined
  readonly explain: (error: unknown) => Error
  readonly ended: () => void
}

/** The rows of a query that have not been taken yet. */
export class Cursor {
  readonly #parts: CursorParts
  #rows: IterableIterator<StoredRow> | undefined
  #drained: Batch[] = []

  constructor(rows: IterableIterator<StoredRow>, parts: CursorParts) {
    this.#rows = rows
    this.#parts = parts
  }

  /** The next rows; undefined at the end. */
  next(): Batch | undefined {
    return this.#drained.shift() ?? this.#read()
  }

  drain(): void {
    for (let batch = this.#read(); batch !== undefined; batch = this.#read()) this.#drained.push(batch)
  }

  close(): void {
    this.#drained = []
    this.#rows?.return?.()
    this.#end()
  }

  #end(): void {
    if (this.#rows === undefined) return
    this.#rows = undefined
    this.#parts.ended()
  }

  #read(): Batch | undefined {
    const rows = this.#rows
    if (rows === undefined) return undefined
    const batch: Batch = []
    const { decode } = this.#parts
    try {
      while (batch.length < batchSize) {
        const { done, value } = rows.next()
        if (done === true) {
          this.#end()
          break
        }
        batch.push(decode === undefined ? value : decode(value as StoredRow))
      }
    } catch (error) {
      this.close()
      throw hasResultCode(error, 'SQLITE_BUSY') ? error : this.#parts.explain(error)
    }
    return batch.length > 0 ? batch : undefined
  }
}
