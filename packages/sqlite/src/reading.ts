import { isHoldfastError } from '@holdfast/core/backend'
import type {
  Batch,
  Batches,
  Expression,
  Key,
  MaybePromise,
  OpenContext,
  Parameters,
  Relation,
  RunOptions,
  Scan,
  StoredRow,
  TableDefinition,
} from '@holdfast/core/backend'
import type { Dialect } from '@holdfast/sql'
import type { Access } from './access.js'
import { batchSize } from './connection.js'
import type { Connection } from './connection.js'
import { hasResultCode } from './errors.js'
import { layoutOf } from './layout.js'
import { prepareQuery } from './prepared.js'
import type { Schema } from './schema.js'
import type { PreparedQuery } from './prepared.js'

/** Keys looked up by one statement. */
const keysAtOnce = 1000

/** What all reads of an engine share: statements by relation and table, made once. */
export class Queries {
  readonly #context: OpenContext
  readonly #byRelation = new WeakMap<Relation, PreparedQuery>()
  readonly #exact = new WeakMap<Relation, PreparedQuery>()
  readonly #gets = new WeakMap<TableDefinition, PreparedQuery>()
  readonly #schema: Schema

  constructor(schema: Schema, context: OpenContext) {
    this.#schema = schema
    this.#context = context
  }

  get dialect(): Dialect {
    return this.#schema.dialect
  }

  forgetSchema(): void {
    this.#schema.forget()
  }

  query(relation: Relation): PreparedQuery {
    let query = this.#byRelation.get(relation)
    if (query === undefined) {
      this.#byRelation.set(relation, (query = prepareQuery(relation, this.dialect)))
    }
    return query
  }

  /** The same with sums that do not overflow on the way. */
  exactQuery(relation: Relation): PreparedQuery {
    let query = this.#exact.get(relation)
    if (query === undefined) {
      this.#exact.set(relation, (query = prepareQuery(relation, this.#schema.exactDialect)))
    }
    return query
  }

  /** The whole row by its key. */
  get(table: TableDefinition): PreparedQuery {
    let query = this.#gets.get(table)
    if (query === undefined) {
      this.#gets.set(table, (query = prepareQuery(byKey(table), this.dialect)))
    }
    return query
  }

  /** Reports a statement whose rows will come by and by. */
  reportOpened(sql: string, start: number): void {
    if (!this.#context.reporting()) return
    this.#context.report({ sql, rows: 0, milliseconds: performance.now() - start })
  }

  /** Runs a statement and reports it to whoever listens. */
  report<Result extends readonly unknown[]>(sql: string, run: () => Result): Result {
    if (!this.#context.reporting()) return run()
    const start = performance.now()
    const rows = run()
    this.#context.report({ sql, rows: rows.length, milliseconds: performance.now() - start })
    return rows
  }
}

function scanOf(table: TableDefinition): Relation {
  return { node: 'scan', table, database: '' }
}

/** Parameters are the values of the key. */
function byKey(table: TableDefinition): Relation {
  const conditions = table.primaryKey.map((name, index): Expression => {
    const { type } = table.columns.find((column) => column.name === name)!
    const column = { kind: 'column', name } as const
    const parameter = { kind: 'parameter', index, type } as const
    return { kind: 'call', function: 'equal', arguments: [column, parameter] }
  })
  const [only, ...more] = conditions
  const condition: Expression =
    more.length === 0 ? only! : { kind: 'call', function: 'and', arguments: conditions }
  return { node: 'filter', input: scanOf(table), condition }
}

/** The reads of a session over one way to reach a connection. */
export class Reading {
  readonly #queries: Queries
  readonly #access: Access

  constructor(queries: Queries, access: Access) {
    this.#queries = queries
    this.#access = access
  }

  get(table: TableDefinition, key: Key): MaybePromise<StoredRow | undefined> {
    const query = this.#queries.get(table)
    const values = layoutOf(table).bindKey(key)
    return this.#access.read((connection) => this.#all(connection, query, values)[0])
  }

  run(relation: Relation, parameters: Parameters, { signal, whole }: RunOptions): Batches {
    const query = this.#queries.query(relation)
    if (whole) return this.#whole(relation, query, parameters, signal)
    // Of a stream some rows may be gone when a sum fails: it is to fail only if it must.
    return this.#stream(query.sums ? this.#queries.exactQuery(relation) : query, parameters, signal)
  }

  scan({ table, columns, keys, signal }: Scan): Batches {
    if (keys !== undefined) return this.#scanKeys(table, columns, keys, signal)
    return this.#stream(this.#queries.query(scanRelation(table, columns)), [], signal)
  }

  #whole(
    relation: Relation,
    query: PreparedQuery,
    parameters: Parameters,
    signal: AbortSignal | undefined,
  ): Batches {
    const rows = this.#access.read((connection) => {
      try {
        return this.#all(connection, query, query.bind(parameters))
      } catch (error) {
        if (!query.sums || !isHoldfastError(error) || error.code !== 'NUMERIC_OVERFLOW') throw error
        const exact = this.#queries.exactQuery(relation)
        return this.#all(connection, exact, exact.bind(parameters))
      }
    }, signal)
    return rows instanceof Promise ? later(rows) : asBatches(rows)
  }

  #stream(query: PreparedQuery, parameters: Parameters, signal: AbortSignal | undefined): Batches {
    const { sql, form } = query
    return this.#access.stream((connection) => {
      const start = performance.now()
      const cursor = connection.open(sql, form.wide, query.bind(parameters), form.decode, query.explainError)
      this.#queries.reportOpened(sql, start)
      return cursor
    }, signal)
  }

  async *#scanKeys(
    table: TableDefinition,
    columns: readonly string[],
    keys: readonly Key[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Batch, void, void> {
    const query = this.#queries.query(keysRelation(table, columns))
    for (let start = 0; start < keys.length; start += keysAtOnce) {
      const part = keys.slice(start, start + keysAtOnce)
      const rows = await this.#access.read((connection) => this.#byKeys(connection, query, table, part), signal)
      for (let from = 0; from < rows.length; from += batchSize) yield rows.slice(from, from + batchSize)
    }
  }

  #byKeys(connection: Connection, query: PreparedQuery, table: TableDefinition, keys: readonly Key[]): Batch {
    if (table.primaryKey.length === 1) return this.#all(connection, query, query.bind([keys.map(([key]) => key!)]))
    return keys.flatMap((key) => this.#all(connection, query, query.bind(key)))
  }

  #all(connection: Connection, query: PreparedQuery, values: readonly unknown[]): Batch {
    const { sql, form } = query
    try {
      const statement = connection.prepare(sql, form.wide)
      const rows = this.#queries.report(sql, () => statement.all(...values) as Batch)
      const { decode } = form
      if (decode !== undefined) for (const row of rows) decode(row)
      return rows
    } catch (error) {
      // What may be tried again is left to whoever tries.
      throw hasResultCode(error, 'SQLITE_BUSY') ? error : query.explainError(error)
    }
  }
}

function asBatches(rows: Batch): readonly Batch[] {
  return rows.length > 0 ? [rows] : []
}

async function* later(rows: Promise<Batch>): AsyncGenerator<Batch, void, void> {
  yield* asBatches(await rows)
}

const scans = new WeakMap<TableDefinition, Map<string, Relation>>()

/** One relation for each table, set of columns and purpose, so that its statement is found again. */
function remembered(table: TableDefinition, name: string, make: () => Relation): Relation {
  let relations = scans.get(table)
  if (relations === undefined) scans.set(table, (relations = new Map<string, Relation>()))
  let relation = relations.get(name)
  if (relation === undefined) relations.set(name, (relation = make()))
  return relation
}

function projected(input: Relation, columns: readonly string[]): Relation {
  return {
    node: 'project',
    input,
    columns: columns.map((name) => ({ name, expression: { kind: 'column', name } })),
  }
}

/** All rows in the order of the key. */
function scanRelation(table: TableDefinition, columns: readonly string[]): Relation {
  return remembered(table, `scan ${columns.join()}`, () => {
    const rows = scanOf(table)
    if (table.primaryKey.length === 0) return projected(rows, columns)
    const terms = table.primaryKey.map(
      (name) =>
        ({ expression: { kind: 'column', name }, direction: 'ascending', nulls: 'last' }) as const,
    )
    return projected({ node: 'sort', input: rows, terms }, columns)
  })
}

/** The rows of a list of keys, or of one key where it has several columns. */
function keysRelation(table: TableDefinition, columns: readonly string[]): Relation {
  return remembered(table, `keys ${columns.join()}`, () => {
    const [name, second] = table.primaryKey
    if (second !== undefined) return projected(byKey(table), columns)
    const { type } = table.columns.find((column) => column.name === name)!
    const condition: Expression = {
      kind: 'call',
      function: 'in',
      arguments: [
        { kind: 'column', name: name! },
        { kind: 'parameter', index: 0, type, list: true },
      ],
    }
    return projected({ node: 'filter', input: scanOf(table), condition }, columns)
  })
}
