import { openToReadOnly, throwIfAborted } from '@holdfast/core/backend'
import type {
  BeginOptions,
  Engine,
  EngineTransaction,
  IndexDefinition,
  OpenContext,
  Parameters,
  Relation,
  Statistics,
  TableDefinition,
} from '@holdfast/core/backend'
import { takes } from '@holdfast/sql'
import { PoolAccess } from './access.js'
import type { Access, Run } from './access.js'
import { createIndex, dropIndex, dropTable } from './catalog/catalog.js'
import { explainQuery } from './explain.js'
import { NativeClients } from './native.js'
import type { ResolvedOptions, Target } from './options/index.js'
import { completeTables, createDesignedTable } from './physical/apply.js'
import { prepareDatabase } from './prepare-database.js'
import { Queries } from './queries.js'
import { ReplicaAccess } from './replica.js'
import { Schema } from './schema.js'
import { PostgresSession } from './session.js'
import type { SessionParts } from './session.js'
import { readStatistics } from './statistics.js'
import { PostgresTransaction } from './transaction.js'
import { TransactionLine } from './transaction-line.js'
import { openConnection } from './wire/connect.js'
import { Pool } from './wire/pool.js'
import { PoolWriting } from './writing.js'

export async function openEngine(options: ResolvedOptions, context: OpenContext): Promise<PostgresEngine> {
  throwIfAborted(context.signal)
  const pool = poolOf(options, options.primary, context)
  const replica = options.replica && poolOf(options, options.replica, context)
  try {
    await prepareDatabase(options, pool, context)
    const primary = new PoolAccess(pool)
    const schema = new Schema(options.schema, options.designs)
    await schema.load(primary, context.signal)
    if (!options.readOnly) await completeTables(schema, primary, new PoolWriting(pool))
    const reads = replica && new ReplicaAccess(new PoolAccess(replica), primary)
    return new PostgresEngine({
      options,
      pool,
      replica: replica && reads && { pool: replica, reads },
      primary,
      access: reads ?? primary,
      queries: new Queries(schema, primary),
    })
  } catch (error) {
    await Promise.all([pool.close(), replica?.close()])
    throw error
  }
}

function poolOf(options: ResolvedOptions, target: Target, context: OpenContext): Pool {
  return new Pool(options, (onLost) => openConnection(options, target, onLost, context))
}

interface Replica {
  readonly pool: Pool
  readonly reads: ReplicaAccess
}

interface EngineParts extends Pick<SessionParts, 'queries' | 'access'> {
  readonly options: ResolvedOptions
  readonly pool: Pool
  readonly replica: Replica | undefined
  /** Reads that must not lag behind. */
  readonly primary: Access
}

export class PostgresEngine extends PostgresSession implements Engine<NativeClients> {
  readonly native: NativeClients
  readonly #options: ResolvedOptions
  readonly #pool: Pool
  readonly #replica: Replica | undefined
  readonly #primary: Access

  constructor({ options, pool, replica, primary, access, queries }: EngineParts) {
    super({
      queries,
      access,
      door: new PoolAccess(pool, true),
      writing: options.readOnly ? undefined : new PoolWriting(pool),
      schemaChanged: () => this.#reloadSchema(),
      shares: true,
    })
    this.#options = options
    this.#pool = pool
    this.#replica = replica
    this.#primary = primary
    this.native = new NativeClients(pool)
  }

  async tables(): Promise<readonly TableDefinition[]> {
    return this.queries.schema.load(this.#primary)
  }

  takes(relation: Relation): 'exact' | 'no' {
    return takes(relation, this.queries.schema.dialect)
  }

  async createTable(table: TableDefinition): Promise<void> {
    await this.#changeSchema((run) => createDesignedTable(run, this.queries.schema, table))
    this.#noteSchema(table)
  }

  async dropTable(name: string): Promise<void> {
    await this.#changeSchema((run, schema) => dropTable(run, schema, name))
    this.#noteSchema(name)
  }

  async createIndex(table: string, index: IndexDefinition): Promise<void> {
    const { definition, partitioning } = await this.queries.require({ name: table })
    await this.#changeSchema((run, schema) => createIndex(run, schema, definition, index, partitioning))
    await this.#reloadSchema()
  }

  async dropIndex(table: string, name: string): Promise<void> {
    const { definition } = await this.queries.require({ name: table })
    await this.#changeSchema((run, schema) => dropIndex(run, schema, definition, name))
    await this.#reloadSchema()
  }

  explain(
    relation: Relation,
    parameters: Parameters,
  ): Promise<{ readonly sql: string; readonly plan: string }> {
    return explainQuery(this.#primary, this.queries.query(relation).bind(parameters))
  }

  async stats(): Promise<Statistics> {
    const replica = this.#replica && { ...this.#replica.reads.counts, connections: this.#replica.pool.counts }
    const { name } = this.queries.schema
    return readStatistics(this.#primary, name, await this.tables(), {
      connections: this.#pool.counts,
      replica,
    })
  }

  async begin(options: BeginOptions): Promise<EngineTransaction> {
    if (this.#options.readOnly && !options.readOnly) throw openToReadOnly()
    const connection = await this.#pool.acquire(options.signal)
    const line = new TransactionLine(connection, options)
    return new PostgresTransaction({
      queries: this.queries.within(line),
      line,
      writable: !options.readOnly,
      ended: async ({ schemaChanged }) => {
        this.#pool.release(connection)
        if (schemaChanged) await this.#reloadSchema().catch(() => undefined)
      },
    })
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.close(), this.#replica?.pool.close()])
  }

  async #changeSchema(change: (run: Run, schema: string) => Promise<void>): Promise<void> {
    await this.writing.run({ work: (unit) => change((steps) => unit.run(steps), this.queries.schema.name) })
  }

  #noteSchema(changed: TableDefinition | string): void {
    this.queries.schema.note(changed)
    this.#forgetStatements()
  }

  async #reloadSchema(): Promise<void> {
    this.#forgetStatements()
    await this.queries.schema.load(this.#primary)
  }

  #forgetStatements(): void {
    for (const pool of [this.#pool, this.#replica?.pool]) {
      for (const connection of pool?.connections ?? []) connection.forgetStatements()
    }
  }
}
