import type { Batch, Key, StoredRow, TableDefinition } from '@holdfast/core/backend'
import type { Database, Statement } from 'better-sqlite3'
import { explained } from './prepared.js'
import type { PreparedQuery } from './prepared.js'

/** Rows of one batch of a stream. */
export const batchSize = 1000

/** Prepared statements kept by each connection. */
const statementsKept = 500

export type PointRead = (key: Key) => StoredRow | undefined

/** One connection of the driver with its prepared statements and its open cursors. */
export class Connection {
  readonly database: Database
  readonly #statements = new Map<string, Statement>()
  readonly #wideStatements = new Map<string, Statement>()
  readonly #cursors = new Set<Cursor>()
  /** How rows are read by key, so that it is found with one look-up. */
  readonly pointReads = new WeakMap<TableDefinition, PointRead>()

  constructor(database: Database) {
    this.database = database
  }

  /**
   * The prepared statement of a text; the last ones to be made are kept.
   *
   * @param wide whether integers come as bigints, for columns that may hold more than 2^53
   */
  prepare(sql: string, wide = false): Statement {
    const statements = wide ? this.#wideStatements : this.#statements
    return statements.get(sql) ?? this.#keep(statements, sql, wide)
  }

  #keep(statements: Map<string, Statement>, sql: string, wide: boolean): Statement {
    const statement = this.compile(sql, wide)
    if (statements.size >= statementsKept) statements.delete(statements.keys().next().value!)
    statements.set(sql, statement)
    return statement
  }

  /** A statement of one's own. */
  compile(sql: string, wide = false): Statement {
    const statement = this.database.prepare(sql)
    return wide ? statement.safeIntegers() : statement
  }

  hasTable(name: string): boolean {
    const sql = "SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE"
    return this.prepare(sql).get(name) !== undefined
  }

  run(sql: string, ...values: readonly unknown[]): number {
    this.settle()
    return this.prepare(sql).run(...values).changes
  }

  /** Opens a cursor over the rows of a query. */
  open(query: PreparedQuery, values: readonly unknown[]): Cursor {
    const { sql, form } = query
    const kept = explained(this, query, () => this.prepare(sql, form.wide))
    // A statement steps through one result at a time.
    const statement = kept.busy ? this.compile(sql, form.wide) : kept
    const rows = statement.iterate(...values) as IterableIterator<StoredRow>
    const cursor = new Cursor(this, rows, query, () => this.#cursors.delete(cursor))
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

/** The rows of a query that have not been taken yet. */
export class Cursor {
  readonly #connection: Connection
  readonly #query: PreparedQuery
  readonly #ended: () => void
  #rows: IterableIterator<StoredRow> | undefined
  #drained: Batch[] = []

  constructor(
    connection: Connection,
    rows: IterableIterator<StoredRow>,
    query: PreparedQuery,
    ended: () => void,
  ) {
    this.#connection = connection
    this.#rows = rows
    this.#query = query
    this.#ended = ended
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
    this.#ended()
  }

  #read(): Batch | undefined {
    const rows = this.#rows
    if (rows === undefined) return undefined
    try {
      return explained(this.#connection, this.#query, () => this.#take(rows))
    } catch (error) {
      this.close()
      throw error
    }
  }

  #take(rows: IterableIterator<StoredRow>): Batch | undefined {
    const { decode } = this.#query.form
    const batch: Batch = []
    while (batch.length < batchSize) {
      const next: IteratorResult<StoredRow, unknown> = rows.next()
      if (next.done === true) {
        this.#end()
        break
      }
      batch.push(decode === undefined ? next.value : decode(next.value))
    }
    return batch.length > 0 ? batch : undefined
  }
}
