import type { Batch, Key, OpenContext, StoredRow, TableDefinition } from '@holdfast/core/backend'
import type { Database, RunResult, Statement } from 'better-sqlite3'
import { Cursor } from './cursor.js'
import { layoutOf } from './layout.js'
import type { TableLayout } from './layout.js'
import { explained } from './prepared.js'
import type { PreparedQuery } from './prepared.js'

/** Rows of one batch of a stream. */
export const batchSize = 1000

/** Prepared statements kept by each connection. */
const statementsKept = 500

/** A read that is not over. */
export interface OpenRead {
  /** Takes all rows that are left into memory. */
  drain(): void
  close(): void
}

export interface Layouts {
  layoutOf(table: TableDefinition): TableLayout
}

export type PointRead = (key: Key) => StoredRow | undefined

/** One connection of the driver with its prepared statements and its open cursors. */
export class Connection {
  readonly database: Database
  readonly #statements = new Map<string, Statement>()
  readonly #wideStatements = new Map<string, Statement>()
  readonly #open = new Set<OpenRead>()
  #pointReads = new WeakMap<TableDefinition, PointRead>()
  #epoch = 0

  readonly #context: OpenContext
  readonly #layouts: Layouts

  /** @param layouts of the tables that are written, where any are */
  constructor(database: Database, context: OpenContext, layouts: Layouts = { layoutOf }) {
    this.database = database
    this.#context = context
    this.#layouts = layouts
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
    const sql = "SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND name = ?"
    return this.prepare(sql).get(name) !== undefined
  }

  /** Whether there is a table of the name or of one that SQLite takes for the same. */
  isNameTaken(name: string): boolean {
    const sql = "SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE"
    return this.prepare(sql).get(name) !== undefined
  }

  /** What writing to a table takes, as the table is now. */
  layoutOf(table: TableDefinition): TableLayout {
    return this.#layouts.layoutOf(table)
  }

  /** How rows are read by key, so that it is found with one look-up; nothing is kept from an earlier state of the schema. */
  pointReads(epoch: number): WeakMap<TableDefinition, PointRead> {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#pointReads = new WeakMap()
    }
    return this.#pointReads
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
    const cursor = new Cursor(this, rows, query, () => this.ended(cursor))
    this.began(cursor)
    return cursor
  }

  began(read: OpenRead): void {
    this.#open.add(read)
  }

  ended(read: OpenRead): void {
    this.#open.delete(read)
  }

  /** Takes the rows of all open reads into memory: the driver writes on no connection that is reading. */
  settle(): void {
    if (this.#open.size > 0) for (const read of this.#open) read.drain()
  }

  close(): void {
    for (const read of this.#open) read.close()
    this.database.close()
  }
}
