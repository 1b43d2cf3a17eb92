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
import { rowByKey, tableRows } from '@holdfast/sql'
import type { Access } from './access.js'
import { isFile } from './files/file-sql.js'
import type { Files } from './files/files.js'
import type { KeyOrder } from './key-order.js'
import type { PreparedQuery } from './prepared.js'
import type { Queries } from './queries.js'

/** The rows of so many keys are fetched at once; of more they are streamed. */
const keysAtOnce = 2000

/** The reads of a session over one way to reach a connection. */
export class Reading {
  readonly #queries: Queries
  readonly #access: Access
  readonly #files: Files

  constructor(queries: Queries, access: Access, files: Files) {
    this.#queries = queries
    this.#access = access
    this.#files = files
  }

  async get(table: TableDefinition, key: Key): Promise<StoredRow | undefined> {
    const query = this.#queries.query(rowByKey(table))
    const rows = await this.#access.use((connection) => this.#queries.all(connection, query, key))
    return rows[0]
  }

  run(relation: Relation, parameters: Parameters, { signal, whole }: RunOptions): Batches {
    const query = this.#queries.query(relation)
    if (query.tables.some(isFile)) return this.#overFiles(query, parameters, signal)
    if (whole) return this.#whole(query, parameters, signal)
    return this.#stream(query, parameters, signal, { order: this.#queries.keyOrder(relation) })
  }

  scan({ table, columns, keys, signal }: Scan): Batches {
    if (keys !== undefined) return this.#scanKeys(table, columns, keys, signal)
    const query = this.#queries.query(tableRows(table, columns))
    return isFile(table) ? this.#overFiles(query, [], signal) : this.#stream(query, [], signal)
  }

  async *#whole(
    query: PreparedQuery,
    parameters: Parameters,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Batch, void, void> {
    const rows = await this.#access.use(
      (connection) => this.#queries.all(connection, query, parameters),
      signal,
    )
    if (rows.length > 0) yield rows
  }

  #stream(
    query: PreparedQuery,
    parameters: Parameters,
    signal: AbortSignal | undefined,
    {
      order,
      access = this.#access,
    }: { readonly order?: KeyOrder | undefined; readonly access?: Access } = {},
  ): AsyncGenerator<Batch, void, void> {
    const instead = order && { unless: order.disorder, command: order.unsorted.command(parameters) }
    const command = { command: query.command(parameters), ...(instead && { instead }) }
    return this.#queries.watched(query, access.stream(command, signal))
  }

  #overFiles(
    query: PreparedQuery,
    parameters: Parameters,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Batch, void, void> {
    const read = (only: boolean) =>
      this.#stream(query, parameters, signal, only ? { access: this.#files.access } : {})
    return this.#files.reading(query.tables, read, signal)
  }

  #scanKeys(
    table: TableDefinition,
    columns: readonly string[],
    keys: readonly Key[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Batch, void, void> {
    const query = this.#queries.byKeys(table, columns)
    const lists = table.primaryKey.map((_, index) => keys.map((key) => key[index]!))
    return keys.length <= keysAtOnce ? this.#whole(query, lists, signal) : this.#stream(query, lists, signal)
  }
}
