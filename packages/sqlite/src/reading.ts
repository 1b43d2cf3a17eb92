import { isHoldfastError } from '@holdfast/core/backend'
import type {
  Batch,
  Batches,
  Key,
  MaybePromise,
  Parameters,
  Relation,
  RunOptions,
  Scan,
  StoredRow,
  TableDefinition,
} from '@holdfast/core/backend'
import { rowByKey, tableInKeyOrder } from '@holdfast/sql'
import type { Access } from './access.js'
import type { Connection, PointRead } from './connection.js'
import { hasResultCode, toHoldfastError } from './errors.js'
import { keyedQuery } from './keyed-query.js'
import { KeyList, keysAtOnce } from './key-list.js'
import { canPage, KeyPages } from './key-pages.js'
import type { PageReader } from './key-pages.js'
import { layoutOf } from './layout.js'
import { explained } from './prepared.js'
import type { PreparedQuery } from './prepared.js'
import type { Queries } from './queries.js'
import type { ReadsApart } from './threads/reads-apart.js'
import { wholeTableOf } from './whole-table.js'
import type { WholeTable } from './whole-table.js'

/** The reads of a session over one way to reach a connection. */
export class Reading {
  readonly #queries: Queries
  readonly #access: Access
  readonly #apart: ReadsApart | undefined
  readonly #pages: PageReader = {
    query: (relation) => this.#queries.query(relation),
    all: (connection, query, values) => this.#all(connection, query, values),
  }

  /** @param apart where reads may go that take long, if there is such a place */
  constructor(queries: Queries, access: Access, apart?: ReadsApart) {
    this.#queries = queries
    this.#access = access
    this.#apart = apart
  }

  get(table: TableDefinition, key: Key): MaybePromise<StoredRow | undefined> {
    try {
      const connection = this.#access.ready
      if (connection !== undefined) return this.#get(connection, table, key)
    } catch (error) {
      if (!hasResultCode(error, 'SQLITE_BUSY')) throw toHoldfastError(error)
    }
    return this.#getLater(table, key)
  }

  #getLater(table: TableDefinition, key: Key): MaybePromise<StoredRow | undefined> {
    return this.#access.read((connection) => this.#get(connection, table, key))
  }

  /** The short way: one look-up, one statement, and the columns that are not as they are stored. */
  #get(connection: Connection, table: TableDefinition, key: Key): StoredRow | undefined {
    const known = connection.pointReads(this.#queries.epoch())
    let read = known.get(table)
    if (read === undefined) known.set(table, (read = this.#pointRead(connection, table)))
    return read(key)
  }

  #pointRead(connection: Connection, table: TableDefinition): PointRead {
    const query = this.#queries.query(rowByKey(table))
    const { sql, form } = query
    const { decode } = form
    const { bindKey } = layoutOf(table)
    const statement = explained(connection, query, () => connection.compile(sql, form.wide))
    const find = (values: readonly unknown[]) =>
      explained(connection, query, () => statement.get(...values) as StoredRow | undefined)
    return (key) => {
      const start = connection.reporting ? performance.now() : undefined
      const row = find(bindKey(key))
      if (start !== undefined) connection.report(sql, row === undefined ? 0 : 1, start)
      return row === undefined || decode === undefined ? row : decode(row)
    }
  }

  run(relation: Relation, parameters: Parameters, options: RunOptions): Batches {
    const query = this.#queries.query(relation)
    if (this.#apart?.isLong(query, parameters) !== true)
      return this.#run(relation, query, parameters, options)
    // Each page is short, and quicker here than there.
    const table = wholeTableOf(relation)
    const pages = table && this.#paged(table, options.signal)
    if (pages !== undefined) return pages
    return this.#apart.orElse(this.#runApart(this.#apart, relation, query, parameters, options), () =>
      this.#run(relation, query, parameters, options),
    )
  }

  #run(
    relation: Relation,
    query: PreparedQuery,
    parameters: Parameters,
    { signal, whole }: RunOptions,
  ): Batches {
    if (whole) return this.#whole(relation, query, parameters, signal)
    const table = wholeTableOf(relation)
    const pages = table && this.#paged(table, signal)
    if (pages !== undefined) return pages
    // Of a stream some rows may be gone when a sum fails: it is to fail only if it must.
    const lasting = query.sums ? this.#queries.exactQuery(relation) : query
    if (lasting === undefined) return this.#whole(relation, query, parameters, signal)
    return this.#stream(lasting, parameters, signal)
  }

  async *#runApart(
    apart: ReadsApart,
    relation: Relation,
    query: PreparedQuery,
    parameters: Parameters,
    { signal, whole }: RunOptions,
  ): AsyncGenerator<Batch, void, void> {
    const exact = query.sums ? this.#queries.exactQuery(relation) : undefined
    if (exact === undefined) return yield* apart.rows(query, query.bind(parameters), signal)
    if (!whole) return yield* apart.rows(exact, exact.bind(parameters), signal)
    const batches: Batch[] = []
    try {
      for await (const batch of apart.rows(query, query.bind(parameters), signal)) batches.push(batch)
    } catch (error) {
      if (!isOverflow(error)) throw error
      return yield* apart.rows(exact, exact.bind(parameters), signal)
    }
    yield* batches
  }

  scan({ table, columns, keys, signal }: Scan): Batches {
    if (keys !== undefined) return this.#scanKeys(table, columns, keys, signal)
    return (
      this.#paged({ table, columns }, signal) ??
      this.#stream(this.#queries.query(tableInKeyOrder(table, columns)), [], signal)
    )
  }

  /** Reads a table page by page, where that is possible. */
  #paged({ table, columns }: WholeTable, signal: AbortSignal | undefined): Batches | undefined {
    if (!this.#access.separate || !canPage(table, columns)) return undefined
    return this.#access.stream((connection) => new KeyPages(connection, this.#pages, table, columns), signal)
  }

  #whole(
    relation: Relation,
    query: PreparedQuery,
    parameters: Parameters,
    signal: AbortSignal | undefined,
  ): Batches {
    const rows = this.#access.read((connection) => {
      try {
        const all = () => this.#all(connection, query, query.bind(parameters))
        return this.#apart === undefined ? all() : this.#apart.measure(query, all)
      } catch (error) {
        if (!query.sums || !isOverflow(error)) throw error
        const exact = this.#queries.exactQuery(relation)
        if (exact === undefined) throw error
        return this.#all(connection, exact, exact.bind(parameters))
      }
    }, signal)
    return rows instanceof Promise ? later(rows) : asBatches(rows)
  }

  #stream(query: PreparedQuery, parameters: Parameters, signal: AbortSignal | undefined): Batches {
    const open = (connection: Connection) => connection.open(query, query.bind(parameters))
    const apart = this.#apart
    if (apart === undefined) return this.#access.stream(open, signal)
    return this.#access.stream((connection) => apart.measured(query, open(connection)), signal)
  }

  #scanKeys(
    table: TableDefinition,
    columns: readonly string[],
    keys: readonly Key[],
    signal: AbortSignal | undefined,
  ): Batches {
    const query = keyedQuery(this.#queries, table, columns)
    if (keys.length > keysAtOnce) {
      return this.#access.stream(
        (connection) => new KeyList(connection, keys, (part) => this.#byKeys(connection, query, table, part)),
        signal,
      )
    }
    const rows = this.#access.read((connection) => this.#byKeys(connection, query, table, keys), signal)
    return rows instanceof Promise ? later(rows) : asBatches(rows)
  }

  #byKeys(connection: Connection, query: PreparedQuery, table: TableDefinition, keys: readonly Key[]): Batch {
    if (table.primaryKey.length === 1)
      return this.#all(connection, query, query.bind([keys.map(([key]) => key!)]))
    return keys.flatMap((key) => this.#all(connection, query, query.bind(key)))
  }

  #all(connection: Connection, query: PreparedQuery, values: readonly unknown[]): Batch {
    const { sql, form } = query
    return explained(connection, query, () => {
      const rows = connection.all(sql, form.wide, values)
      const { decode } = form
      if (decode !== undefined) for (const row of rows) decode(row)
      return rows
    })
  }
}

function isOverflow(error: unknown): boolean {
  return isHoldfastError(error) && error.code === 'NUMERIC_OVERFLOW'
}

function asBatches(rows: Batch): readonly Batch[] {
  return rows.length > 0 ? [rows] : []
}

async function* later(rows: Promise<Batch>): AsyncGenerator<Batch, void, void> {
  yield* asBatches(await rows)
}
