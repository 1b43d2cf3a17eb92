import { openToReadOnly } from '@holdfast/core/backend'
import type {
  BeginOptions,
  DescribeFile,
  Engine,
  EngineTransaction,
  FileColumn,
  ImportFile,
  IndexDefinition,
  OpenContext,
  Parameters,
  Relation,
  Statistics,
  TableDefinition,
} from '@holdfast/core/backend'
import type { DuckDBConnection } from '@duckdb/node-api'
import { takes } from '@holdfast/sql'
import { interruptible, PooledAccess, TransactionAccess } from './access.js'
import { createIndex, createTable, dropIndex, dropTable } from './catalog/catalog.js'
import type { Connection } from './connection.js'
import { Connections } from './connections.js'
import { guarded } from './errors.js'
import { explainQuery } from './explain.js'
import { Files } from './files/files.js'
import { importFile } from './files/import.js'
import { openDatabase } from './open-database.js'
import type { DatabaseLease } from './open-database.js'
import type { ResolvedOptions } from './options.js'
import { Queries } from './queries.js'
import { Schema } from './schema.js'
import { DuckdbSession } from './session.js'
import type { SessionParts } from './session.js'
import { connectionSetUp } from './settings.js'
import { readStatistics } from './statistics.js'
import { DuckdbTransaction } from './transaction.js'
import type { WriteContext } from './writes/apply.js'
import { beginSql, SeparateWriting, TransactionWriting } from './writing.js'

interface EngineParts extends SessionParts {
  readonly options: ResolvedOptions
  readonly lease: DatabaseLease
  readonly connections: Connections
  /** The driver's own handle, for the caller alone. */
  readonly native: DuckDBConnection
  readonly context: WriteContext
}

export async function openEngine(options: ResolvedOptions, openContext: OpenContext): Promise<DuckdbEngine> {
  const lease = await openDatabase(options, openContext.signal)
  const { instance, overflows, writers, keys, protect } = lease.database
  const connections = new Connections(instance, options.connections, connectionSetUp(options))
  try {
    const schema = new Schema()
    await connections.use((connection) =>
      guarded(async () => {
        await schema.read(connection)
        if (!options.readOnly) await schema.load(connection)
      }),
    )
    const queries = new Queries(schema, openContext, overflows)
    const context = { queries, keys, schema, writers, protect }
    const access = new PooledAccess(connections)
    const files = new Files(access, options.externalAccess)
    const writing = options.readOnly ? undefined : new SeparateWriting(connections, context, options.timeout)
    const native = await instance.connect()
    return new DuckdbEngine({ options, lease, connections, native, context, queries, access, files, writing })
  } catch (error) {
    connections.close()
    lease.release()
    throw error
  }
}

export class DuckdbEngine extends DuckdbSession implements Engine<DuckDBConnection> {
  readonly native: DuckDBConnection
  readonly #options: ResolvedOptions
  readonly #lease: DatabaseLease
  readonly #connections: Connections
  readonly #context: WriteContext

  constructor(parts: EngineParts) {
    super(parts)
    this.native = parts.native
    this.#options = parts.options
    this.#lease = parts.lease
    this.#connections = parts.connections
    this.#context = parts.context
  }

  tables(): Promise<readonly TableDefinition[]> {
    return this.access.use((connection) => this.#context.schema.read(connection))
  }

  takes(relation: Relation): 'exact' | 'no' {
    return takes(relation, this.queries.dialect)
  }

  createTable(table: TableDefinition): Promise<void> {
    return this.writing.run((connection) => createTable(connection, table, this.#context))
  }

  dropTable(name: string): Promise<void> {
    return this.writing.run((connection) => dropTable(connection, name, this.#context))
  }

  createIndex(table: string, index: IndexDefinition): Promise<void> {
    return this.writing.run((connection) => createIndex(connection, table, index, this.#context))
  }

  dropIndex(table: string, name: string): Promise<void> {
    return this.writing.run((connection) => dropIndex(connection, table, name, this.#context))
  }

  explain(
    relation: Relation,
    parameters: Parameters,
  ): Promise<{ readonly sql: string; readonly plan: string }> {
    const query = this.queries.query(relation)
    return this.access.use((connection) => explainQuery(connection, query, parameters))
  }

  async stats(): Promise<Statistics> {
    // Before one is taken to ask the rest.
    const connections = this.#connections.count
    const statistics = await this.access.use((connection) => readStatistics(connection, this.#context.schema))
    return { ...statistics, engine: { ...statistics.engine, connections } }
  }

  describeFile(request: DescribeFile): Promise<readonly FileColumn[]> {
    return this.files.describe(request)
  }

  async importFile(request: ImportFile): Promise<number | undefined> {
    return importFile(request, this.queries, this.files, this.writing)
  }

  async begin({ readOnly, signal }: BeginOptions): Promise<EngineTransaction> {
    if (!readOnly && this.#options.readOnly) throw openToReadOnly()
    if (readOnly) return this.#transaction(await this.#begin(signal), readOnly, nothing)
    const { writers } = this.#context
    await writers.enter('transaction', { timeout: this.#options.timeout, signal })
    const leave = () => writers.release()
    try {
      return this.#transaction(await this.#begin(signal), readOnly, leave)
    } catch (error) {
      leave()
      throw error
    }
  }

  /** Lends a connection in a transaction. */
  async #begin(signal: AbortSignal | undefined): Promise<Connection> {
    const connection = await guarded(async () => this.#connections.lease())
    try {
      await interruptible(connection, () => connection.begin(beginSql), signal)
      return connection
    } catch (error) {
      this.#connections.discard(connection)
      throw error
    }
  }

  async close(): Promise<void> {
    try {
      if (!this.#options.readOnly && this.#lease.isLast && this.#context.keys.unwritten) {
        const { keys, schema } = this.#context
        await this.writing.run((connection) => keys.rememberAll(connection, schema.definitions))
      }
    } finally {
      this.native.closeSync()
      this.#connections.close()
      this.#lease.release()
    }
  }

  #transaction(connection: Connection, readOnly: boolean, leave: () => void): EngineTransaction {
    const access = new TransactionAccess(connection)
    return new DuckdbTransaction({
      access,
      writing: readOnly ? undefined : new TransactionWriting(access, this.#context),
      queries: this.queries,
      files: this.files,
      context: this.#context,
      ended: () => {
        leave()
        this.#connections.release(connection)
      },
    })
  }
}

function nothing(): void {}
