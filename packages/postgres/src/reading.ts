import type { Buffer } from 'node:buffer'
import type {
  Batch,
  Batches,
  Key,
  Parameters,
  Relation,
  RunOptions,
  Scan,
  StoredRow,
  TableDefinition,
} from '@holdfast/core/backend'
import { isHoldfastError, writeLayoutOf } from '@holdfast/core/backend'
import {
  quoteIdentifier as quote,
  rowByKey,
  rowsByKeys,
  tableInKeyOrder,
  tableRows,
  tablesOf,
} from '@holdfast/sql'
import type { Access } from './access.js'
import { unknownTable } from './catalog/catalog.js'
import { listEncoder } from './codec/encode-text.js'
import { mark, withPlaceholders } from './codec/literals.js'
import { Gathering } from './gathering.js'
import type { BoundQuery } from './prepared.js'
import type { Queries } from './queries.js'
import { batchSize } from './row-stream.js'
import { valueTypeOf } from './types.js'

/** The reads of a session over one way to reach a connection. */
export class Reading {
  readonly #queries: Queries
  readonly #access: Access
  readonly #gets = new WeakMap<TableDefinition, Gathering<Key, StoredRow | undefined>>()

  constructor(queries: Queries, access: Access) {
    this.#queries = queries
    this.#access = access
  }

  get(table: TableDefinition, key: Key): Promise<StoredRow | undefined> {
    let gets = this.#gets.get(table)
    if (gets === undefined) {
      const one = (wanted: Key) => this.#get(table, wanted)
      const many = (wanted: readonly Key[]) => this.#getMany(table, wanted)
      this.#gets.set(table, (gets = new Gathering(one, many)))
    }
    return gets.add(key)
  }

  async #get(table: TableDefinition, key: Key): Promise<StoredRow | undefined> {
    if (!this.#queries.schema.knows(table)) await this.#queries.require(table)
    const rows = await this.all(this.#queries.scan(rowByKey(table), table).bind(key), undefined, table)
    return rows[0]
  }

  /** A row for each key, none of them for two. */
  async #getMany(table: TableDefinition, keys: readonly Key[]): Promise<readonly (StoredRow | undefined)[]> {
    if (!this.#queries.schema.knows(table)) await this.#queries.require(table)
    const { identityOf, keyOf } = writeLayoutOf(table)
    const wanted = new Map(keys.map((key) => [identityOf(key), key]))
    const columns = table.columns.map(({ name }) => name)
    const rows = await this.all(this.#byKeys(table, columns, [...wanted.values()]), undefined, table)
    const found = new Map(rows.map((row) => [identityOf(keyOf(row)), row]))
    const given = new Set<StoredRow>()
    return keys.map((key) => {
      const row = found.get(identityOf(key))
      if (row === undefined || !given.has(row)) return row && (given.add(row), row)
      return { ...row }
    })
  }

  async *run(
    relation: Relation,
    parameters: Parameters,
    { signal, whole }: RunOptions,
  ): AsyncGenerator<Batch, void, void> {
    yield* this.#rows(this.#queries.query(relation).bind(parameters), whole, signal, tableOf(relation))
  }

  scan(request: Scan): Batches {
    return request.keys === undefined ? this.#scan(request) : this.#scanKeys(request, request.keys)
  }

  async *#scan({ table, columns, signal }: Scan): AsyncGenerator<Batch, void, void> {
    if (!this.#queries.schema.knows(table)) await this.#queries.require(table)
    const query = this.#queries.scan(tableInKeyOrder(table, columns), table)
    yield* this.#rows(query.bind([]), false, signal, table)
  }

  async *#scanKeys(
    { table, columns, signal }: Scan,
    keys: readonly Key[],
  ): AsyncGenerator<Batch, void, void> {
    if (!this.#queries.schema.knows(table)) await this.#queries.require(table)
    const rows = await this.all(this.#byKeys(table, columns, keys), signal, table)
    for (let from = 0; from < rows.length; from += batchSize) yield rows.slice(from, from + batchSize)
  }

  #byKeys(table: TableDefinition, columns: readonly string[], keys: readonly Key[]): BoundQuery {
    return table.primaryKey.length === 1
      ? this.#byKeyList(table, columns, keys)
      : this.#byKeyTuples(table, columns, keys)
  }

  #byKeyList(table: TableDefinition, columns: readonly string[], keys: readonly Key[]): BoundQuery {
    const query = this.#queries.scan(rowsByKeys(table, columns), table)
    return query.bind([keys.map(([key]) => key!)])
  }

  /** Keys of several columns: each column of them as one array. */
  #byKeyTuples(table: TableDefinition, columns: readonly string[], keys: readonly Key[]): BoundQuery {
    const wider = [...new Set([...columns, ...table.primaryKey])]
    const inner = this.#queries.scan(tableRows(table, wider), table).sql
    const read = this.#queries.scan(tableRows(table, columns), table).bind([])
    const types = table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!.type)
    const arrays = types.map((type, index) => `${mark(index + 1)}::${valueTypeOf(type)}[]`).join(', ')
    const key = table.primaryKey.map(quote).join(', ')
    const marked = `SELECT ${columns.map(quote).join(', ')} FROM (${inner}) AS "rows" WHERE (${key}) IN (SELECT * FROM unnest(${arrays}))`
    const values = types.map((type, index) => listEncoder(type)(keys.map((one) => one[index]!)) as string)
    return { sql: withPlaceholders(marked), values, decode: read.decode }
  }

  async *#rows(
    query: BoundQuery,
    whole: boolean,
    signal: AbortSignal | undefined,
    table?: TableDefinition,
  ): AsyncGenerator<Batch, void, void> {
    if (whole) {
      const rows = await this.all(query, signal, table)
      if (rows.length > 0) yield rows
      return
    }
    try {
      yield* this.#access.stream(query, signal)
    } catch (error) {
      throw table === undefined ? error : withTable(error, table)
    }
  }

  /** All rows of a query. */
  async all(query: BoundQuery, signal?: AbortSignal, table?: TableDefinition): Promise<Batch> {
    const { sql: text, values, decode } = query
    try {
      return await this.#access.read(async (run) => {
        const rows: Batch = []
        const onBinaryRow = (bytes: Buffer, at: number) => rows.push(decode(bytes, at))
        await run([{ text, values, prepared: true, onBinaryRow }])
        return rows
      }, signal)
    } catch (error) {
      throw table === undefined ? error : withTable(error, table)
    }
  }
}

function withTable(error: unknown, { name }: TableDefinition): unknown {
  return isHoldfastError(error) && error.code === 'UNKNOWN_TABLE' ? unknownTable(name) : error
}

/** The table that a relation reads, if it is one. */
function tableOf(relation: Relation): TableDefinition | undefined {
  const [only, another] = tablesOf(relation)
  return another === undefined ? only : undefined
}
