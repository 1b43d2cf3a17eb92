import type { Batch, Key, OpenContext, StoredRow, TableDefinition } from '@holdfast/core/backend'
import type { Database, RunResult, Statement } from 'better-sqlite3'
import { Cursor } from './cursor.js'
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

  readonly #context: OpenContext

  constructor(database: Database, context: OpenContext) {
    this.database = database
    this.#context = context
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

  /** All rows of a statement. */
  all(sql: string, wide: boolean, values: readonly unknown[]): Batch {
    const statement = this.prepare(sql, wide)
    if (!this.reporting) return statement.all(...values) as Batch
    const start = performance.now()
    const rows = statement.all(...values) as Batch
    this.report(sql, rows.length, start)
    return rows
  }

  /** Runs a statement that changes something. Requires that no cursor is open: see `settle`. */
  execute(sql: string, values: readonly unknown[], wide = false): RunResult {
    // Spread: the driver binds arguments faster than an array.
    const statement = this.prepare(sql, wide)
    if (!this.reporting) return statement.run(...values)
    const start = performance.now()
    const result = statement.run(...values)
    this.report(sql, result.changes, start)
    return result
  }

  /** Runs a statement that is not kept. */
  define(sql: string): void {
    const start = performance.now()
    this.database.exec(sql)
    if (this.reporting) this.report(sql, 0, start)
  }

  /** Runs a statement whatever is open. */
  run(sql: string, ...values: readonly unknown[]): number {
    this.settle()
    return this.execute(sql, values).changes
  }

  get reporting(): boolean {
    return this.#context.reporting()
  }

  report(sql: string, rows: number, start: number): void {
    this.#context.report({ sql, rows, milliseconds: performance.now() - start })
  }

  /** Opens a cursor over the rows of a query. */
  open(query: PreparedQuery, values: readonly unknown[]): Cursor {
    const { sql, form } = query
    const kept = explained(this, query, () => this.prepare(sql, form.wide))
    // A statement steps through one result at a time.
    const statement = kept.busy ? this.compile(sql, form.wide) : kept
    const start = performance.now()
    const rows = statement.iterate(...values) as IterableIterator<StoredRow>
    if (this.reporting) this.report(sql, 0, start)
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
