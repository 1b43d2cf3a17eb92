import { HoldfastError } from '@holdfast/core/backend'
import type { Batch, OpenContext, Parameters, Relation, TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote, tableRows } from '@holdfast/sql'
import type { Dialect } from '@holdfast/sql'
import type { Connection, RowCommand } from './connection.js'
import { foreignTableError } from './errors.js'
import { keyOrderOf } from './key-order.js'
import type { KeyOrder } from './key-order.js'
import { layoutOf } from './layout.js'
import type { OverflowFlag } from './overflow-flag.js'
import { explainError, prepareQuery } from './prepared.js'
import type { PreparedQuery } from './prepared.js'
import type { Schema } from './schema.js'

/** What all reads of an engine share: statements by relation and table, made once, and the running of them. */
export class Queries {
  readonly #schema: Schema
  readonly #context: OpenContext
  readonly #overflows: OverflowFlag
  readonly #byRelation = new WeakMap<Relation, PreparedQuery>()
  readonly #keyOrders = new WeakMap<Relation, KeyOrder | null>()
  /** By the relation that reads the same columns of all rows. */
  readonly #byKeys = new WeakMap<Relation, PreparedQuery>()

  constructor(schema: Schema, context: OpenContext, overflows: OverflowFlag) {
    this.#schema = schema
    this.#context = context
    this.#overflows = overflows
  }

  get dialect(): Dialect {
    return this.#schema.dialect
  }

  /** Whether the table's columns have exactly the types of its definition. */
  isOwn(table: TableDefinition): boolean {
    return this.#schema.isOwn(table)
  }

  query(relation: Relation): PreparedQuery {
    let query = this.#byRelation.get(relation)
    if (query === undefined) {
      this.#byRelation.set(relation, (query = prepareQuery(relation, this.dialect)))
    }
    return query
  }

  /** How a query of one of our own tables may be run without sorting. */
  keyOrder(relation: Relation): KeyOrder | undefined {
    let order = this.#keyOrders.get(relation)
    if (order === undefined) {
      this.#keyOrders.set(relation, (order = keyOrderOf(relation, this.dialect) ?? null))
    }
    return order !== null && this.isOwn(order.table) ? order : undefined
  }

  /** All rows of a query at once. */
  async all(connection: Connection, query: PreparedQuery, parameters: Parameters): Promise<Batch> {
    const overflows = this.#overflows.count
    try {
      const rows = await this.reported(connection, query.command(parameters))
      if (query.canOverflow) this.#refuseOverflow(overflows)
      return rows
    } catch (error) {
      throw this.explainError(error, query)
    }
  }

  /** Passes on the batches of a query while they are right. */
  async *watched(query: PreparedQuery, batches: AsyncIterable<Batch>): AsyncGenerator<Batch, void, void> {
    const overflows = this.#overflows.count
    const start = performance.now()
    let rows = 0
    try {
      for await (const batch of batches) {
        if (query.canOverflow) this.#refuseOverflow(overflows)
        rows += batch.length
        yield batch
      }
    } catch (error) {
      throw this.explainError(error, query)
    }
    this.report(query.sql, rows, start)
  }

  /** What an error of a compiled statement means. */
  explainError(error: unknown, { sql, tables }: Pick<PreparedQuery, 'sql' | 'tables'>): HoldfastError {
    return explainError(error, sql, this.#schema.missing(tables))
  }

  /** Waits for a change of a table; what it throws says what the table refuses. */
  async changing<Result>(table: TableDefinition, change: () => Promise<Result>, sql = ''): Promise<Result> {
    try {
      return await change()
    } catch (error) {
      const failure = this.explainError(error, { sql, tables: [table] })
      if (this.isOwn(table) || failure.code === 'INVALID_DATA') throw failure
      throw foreignTableError(error, table.name)
    }
  }

  /** Columns of the rows with certain keys, in any order. Parameters are one list for each column of the key. */
  byKeys(table: TableDefinition, columns: readonly string[]): PreparedQuery {
    const rows = tableRows(table, columns)
    let query = this.#byKeys.get(rows)
    if (query === undefined) this.#byKeys.set(rows, (query = this.#prepareByKeys(table, columns)))
    return query
  }

  /** Tells of a statement that was run, if anybody listens. */
  report(sql: string, rows: number, start: number): void {
    if (!this.#context.reporting()) return
    this.#context.report({ sql, rows, milliseconds: performance.now() - start })
  }

  /** Runs a statement and reports it to whoever listens. */
  async reported(connection: Connection, command: RowCommand): Promise<Batch> {
    if (!this.#context.reporting()) return connection.all(command)
    const start = performance.now()
    const rows = await connection.all(command)
    this.report(command.sql, rows.length, start)
    return rows
  }

  #prepareByKeys(table: TableDefinition, columns: readonly string[]): PreparedQuery {
    const readable = prepareQuery(
      tableRows(table, [...new Set([...columns, ...table.primaryKey])]),
      this.dialect,
    )
    const layout = layoutOf(table)
    const sql = `SELECT ${columns.map(quote).join(', ')} FROM (${readable.sql}) WHERE ${layout.keysCondition}`
    const named = columns.map((name) => layout.column(name))
    return {
      sql,
      columns: named,
      canOverflow: false,
      command: (lists) => ({ sql, columns: named, bindings: layout.bindLists(lists) }),
      tables: readable.tables,
    }
  }

  #refuseOverflow(before: number): void {
    if (this.#overflows.count === before) return
    throw new HoldfastError('NUMERIC_OVERFLOW', 'An aggregate does not fit its type.')
  }
}
