import { HoldfastError } from '@holdfast/core/backend'
import type {
  Batch,
  Expression,
  OpenContext,
  Parameters,
  Relation,
  TableDefinition,
} from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
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
  readonly #gets = new WeakMap<TableDefinition, PreparedQuery>()
  readonly #byKeys = new WeakMap<TableDefinition, Map<string, PreparedQuery>>()

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

  /** The whole row by its key. */
  get(table: TableDefinition): PreparedQuery {
    let query = this.#gets.get(table)
    if (query === undefined) this.#gets.set(table, (query = prepareQuery(byKey(table), this.dialect)))
    return query
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
    let queries = this.#byKeys.get(table)
    if (queries === undefined) this.#byKeys.set(table, (queries = new Map<string, PreparedQuery>()))
    const name = columns.join()
    let query = queries.get(name)
    if (query === undefined) queries.set(name, (query = this.#prepareByKeys(table, columns)))
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
      columnsRelation(table, [...new Set([...columns, ...table.primaryKey])]),
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

function scanOf(table: TableDefinition): Relation {
  return { node: 'scan', table, database: '' }
}

/** Parameters are the values of the key. */
function byKey(table: TableDefinition): Relation {
  const conditions = table.primaryKey.map((name, index): Expression => {
    const { type } = layoutOf(table).column(name)
    const column = { kind: 'column', name } as const
    const parameter = { kind: 'parameter', index, type } as const
    return { kind: 'call', function: 'equal', arguments: [column, parameter] }
  })
  const [only, ...more] = conditions
  const condition: Expression =
    more.length === 0 ? only! : { kind: 'call', function: 'and', arguments: conditions }
  return { node: 'filter', input: scanOf(table), condition }
}

const relations = new WeakMap<TableDefinition, Map<string, Relation>>()

/** Some columns of all rows; one relation for each table and set of columns, so that its statement is found again. */
export function columnsRelation(table: TableDefinition, columns: readonly string[]): Relation {
  let known = relations.get(table)
  if (known === undefined) relations.set(table, (known = new Map<string, Relation>()))
  const name = columns.join()
  let relation = known.get(name)
  if (relation === undefined) {
    relation = {
      node: 'project',
      input: scanOf(table),
      columns: columns.map((column) => ({ name: column, expression: { kind: 'column', name: column } })),
    }
    known.set(name, relation)
  }
  return relation
}
