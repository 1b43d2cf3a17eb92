import type {
  Batch,
  Batches,
  Expression,
  Key,
  Parameters,
  Relation,
  RunOptions,
  Scan,
  StoredRow,
  TableDefinition,
} from '@holdfast/core/backend'
import { isHoldfastError, writeLayoutOf } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Dialect } from '@holdfast/sql'
import type { Access } from './access.js'
import { unknownTable } from './catalog/catalog.js'
import type { CatalogTable } from './catalog/catalog.js'
import { listEncoder } from './codec/encode-text.js'
import { mark, withLiterals, withPlaceholders } from './codec/literals.js'
import { Gathering } from './gathering.js'
import { prepareQuery } from './prepared.js'
import type { BoundQuery, PreparedQuery } from './prepared.js'
import { batchSize } from './copy-stream.js'
import type { Schema } from './schema.js'
import { valueTypeOf } from './types.js'

interface Prepared {
  readonly byRelation: WeakMap<Relation, PreparedQuery>
  readonly gets: WeakMap<TableDefinition, PreparedQuery>
}

type PreparedByDialect = WeakMap<Dialect, Prepared>

/** What a session knows of tables, and statements by relation and table, which all sessions of an engine share. */
export class Queries {
  /** A transaction that changes tables has one of its own from then on. */
  schema: Schema
  readonly #access: Access
  /** Another dialect means that tables have changed. */
  readonly #prepared: PreparedByDialect

  constructor(schema: Schema, access: Access, prepared: PreparedByDialect = new WeakMap()) {
    this.schema = schema
    this.#access = access
    this.#prepared = prepared
  }

  /** The same for a transaction, which reads through its own connection. */
  within(access: Access): Queries {
    return new Queries(this.schema, access, this.#prepared)
  }

  /** What is known of a table; throws `UNKNOWN_TABLE`. */
  async require({ name }: Pick<TableDefinition, 'name'>): Promise<CatalogTable> {
    const known = this.schema.find(name)
    if (known !== undefined) return known
    await this.schema.load(this.#access)
    const found = this.schema.find(name)
    if (found === undefined) throw unknownTable(name)
    return found
  }

  /** A relation that the engine takes. */
  query(relation: Relation): PreparedQuery {
    const { byRelation } = this.#preparedBy(this.schema.dialect)
    let query = byRelation.get(relation)
    if (query === undefined) byRelation.set(relation, (query = prepareQuery(relation, this.schema.dialect)))
    return query
  }

  /** Rows of a table as they are. */
  scan(relation: Relation, table: TableDefinition): PreparedQuery {
    const { byRelation } = this.#preparedBy(this.schema.scanDialect)
    let query = byRelation.get(relation)
    if (query === undefined) byRelation.set(relation, (query = this.#prepareScan(relation, table)))
    return query
  }

  /** The whole row by its key. */
  get(table: TableDefinition): PreparedQuery {
    const { gets } = this.#preparedBy(this.schema.scanDialect)
    let query = gets.get(table)
    if (query === undefined) gets.set(table, (query = this.#prepareScan(byKey(table), table)))
    return query
  }

  #prepareScan(relation: Relation, table: TableDefinition): PreparedQuery {
    return prepareQuery(relation, this.schema.scanDialect, this.schema.decoderOf(table))
  }

  #preparedBy(dialect: Dialect): Prepared {
    let prepared = this.#prepared.get(dialect)
    if (prepared === undefined) {
      this.#prepared.set(dialect, (prepared = { byRelation: new WeakMap(), gets: new WeakMap() }))
    }
    return prepared
  }
}

/** An answer that had so many rows the last time is fetched by COPY: dearer to ask for, cheaper to read. */
const leastForCopy = 1000

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
    const rows = await this.all(this.#queries.get(table).bind(key), undefined, table)
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
    const query = this.#queries.scan(scanRelation(table, columns), table)
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
    const query = this.#queries.scan(keysRelation(table, columns), table)
    return query.bind([keys.map(([key]) => key!)])
  }

  /** Keys of several columns: each column of them as one array. */
  #byKeyTuples(table: TableDefinition, columns: readonly string[], keys: readonly Key[]): BoundQuery {
    const wider = [...new Set([...columns, ...table.primaryKey])]
    const inner = this.#queries.scan(plainRelation(table, wider), table).sql
    const read = this.#queries.scan(plainRelation(table, columns), table).bind([])
    const types = table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!.type)
    const arrays = types.map((type, index) => `${mark(index + 1)}::${valueTypeOf(type)}[]`).join(', ')
    const key = table.primaryKey.map(quote).join(', ')
    const marked = `SELECT ${columns.map(quote).join(', ')} FROM (${inner}) AS "rows" WHERE (${key}) IN (SELECT * FROM unnest(${arrays}))`
    const values = types.map((type, index) => listEncoder(type)(keys.map((one) => one[index]!)) as string)
    return {
      size: read.size,
      sql: withPlaceholders(marked),
      values,
      decode: read.decode,
      decodeBinary: read.decodeBinary,
      literal: () => withLiterals(marked, values),
    }
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
    const { sql, values, decode } = query
    try {
      const rows = await (query.size.rows < leastForCopy || this.#access.copy === undefined
        ? this.#access.read(async (run) => {
            const found: Batch = []
            await run([{ text: sql, values, prepared: true, onRow: (fields) => found.push(decode(fields)) }])
            return found
          }, signal)
        : this.#access.copy(query, signal))
      query.size.rows = rows.length
      return rows
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
  if (relation.node === 'scan') return relation.table
  return relation.node === 'join' ? undefined : tableOf(relation.input)
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

const relations = new WeakMap<TableDefinition, Map<string, Relation>>()

/** One relation for each table, set of columns and purpose, so that its statement is found again. */
function remembered(table: TableDefinition, name: string, make: () => Relation): Relation {
  let known = relations.get(table)
  if (known === undefined) relations.set(table, (known = new Map<string, Relation>()))
  let relation = known.get(name)
  if (relation === undefined) known.set(name, (relation = make()))
  return relation
}

function projected(input: Relation, columns: readonly string[]): Relation {
  return {
    node: 'project',
    input,
    columns: columns.map((name) => ({ name, expression: { kind: 'column', name } })),
  }
}

/** All rows in no certain order. */
function plainRelation(table: TableDefinition, columns: readonly string[]): Relation {
  return remembered(table, `plain ${columns.join()}`, () => projected(scanOf(table), columns))
}

/** All rows in the order of the key. */
function scanRelation(table: TableDefinition, columns: readonly string[]): Relation {
  return remembered(table, `scan ${columns.join()}`, () => {
    const rows = scanOf(table)
    if (table.primaryKey.length === 0) return projected(rows, columns)
    const terms = table.primaryKey.map(
      (name) => ({ expression: { kind: 'column', name }, direction: 'ascending', nulls: 'last' }) as const,
    )
    return projected({ node: 'sort', input: rows, terms }, columns)
  })
}

/** The rows of a list of keys of one column. */
function keysRelation(table: TableDefinition, columns: readonly string[]): Relation {
  return remembered(table, `keys ${columns.join()}`, () => {
    const [name] = table.primaryKey
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
