import { HoldfastError } from '@holdfast/core/backend'
import type {
  BeginOptions,
  Engine,
  EngineTransaction,
  IndexDefinition,
  MaybePromise,
  OpenContext,
  Parameters,
  Relation,
  Statistics,
  TableDefinition,
} from '@holdfast/core/backend'
import { takes } from '@holdfast/sql'
import type { Database } from 'better-sqlite3'
import { SeparateAccess, SharedAccess } from './access.js'
import { createIndex, createTable, dropIndex, dropTable, unknownTable } from './catalog/catalog.js'
import { Connection } from './connection.js'
import { guarded } from './errors.js'
import { explainQuery } from './explain.js'
import { openWriter } from './open-database.js'
import type { ResolvedOptions } from './options.js'
import { Readers } from './readers.js'
import { Queries } from './reading.js'
import { retrying } from './retry.js'
import { Schema } from './schema.js'
import { SqliteSession } from './session.js'
import type { SessionParts } from './session.js'
import { readStatistics } from './statistics.js'
import { SqliteTransaction } from './transaction.js'
import { WriteQueue } from './write-queue.js'
import { savepointBracket, transactionBracket, Writing } from './writing.js'

/** Never passes: a turn inside a transaction is as long as its calls. */
const noTimeout = 2 ** 31 - 1

interface EngineParts extends SessionParts {
  readonly options: ResolvedOptions
  readonly connection: Connection
  /** Absent where one connection does everything. */
  readonly readers: Readers | undefined
  readonly turns: WriteQueue
  readonly schema: Schema
}

export async function openEngine(options: ResolvedOptions, context: OpenContext): Promise<SqliteEngine> {
  const connection = new Connection(await openWriter(options, context.signal))
  const { timeout } = options
  const turns = new WriteQueue(timeout)
  const schema = new Schema(() => connection)
  const readers = isConcurrent(options) ? new Readers(options) : undefined
  const access =
    readers === undefined
      ? new SharedAccess(connection, turns, timeout)
      : new SeparateAccess(() => readers.primary, () => readers.lease(), timeout)
  const writing = options.readOnly ? undefined : new Writing(connection, turns, transactionBracket, timeout)
  const queries = new Queries(schema, context)
  return new SqliteEngine({ options, connection, readers, turns, schema, access, writing, queries })
}

/** Whether reads have connections of their own: a writer keeps none of them waiting in WAL only. */
export function isConcurrent({ memory, journalMode }: ResolvedOptions): boolean {
  return !memory && journalMode === 'wal'
}

export class SqliteEngine extends SqliteSession implements Engine<Database> {
  readonly native: Database
  readonly #options: ResolvedOptions
  readonly #connection: Connection
  readonly #readers: Readers | undefined
  readonly #turns: WriteQueue
  readonly #schema: Schema

  constructor(parts: EngineParts) {
    super(parts)
    this.#options = parts.options
    this.#connection = parts.connection
    this.#readers = parts.readers
    this.#turns = parts.turns
    this.#schema = parts.schema
    this.native = parts.connection.database
  }

  tables(): MaybePromise<readonly TableDefinition[]> {
    return this.access.read((connection) => guarded(() => this.#schema.read(connection)))
  }

  takes(relation: Relation): 'exact' | 'no' {
    return takes(relation, this.queries.dialect)
  }

  createTable(table: TableDefinition): MaybePromise<void> {
    return this.#changeSchema((database) => createTable(database, table))
  }

  dropTable(name: string): MaybePromise<void> {
    return this.#changeSchema((database) => dropTable(database, name))
  }

  createIndex(table: string, index: IndexDefinition): MaybePromise<void> {
    return this.#changeSchema((database) => createIndex(database, this.#tableNamed(table), index))
  }

  dropIndex(table: string, name: string): MaybePromise<void> {
    return this.#changeSchema((database) => dropIndex(database, this.#tableNamed(table), name))
  }

  explain(relation: Relation, parameters: Parameters): MaybePromise<{ readonly sql: string; readonly plan: string }> {
    const query = this.queries.query(relation)
    return this.access.read((connection) => guarded(() => explainQuery(connection, query, parameters)))
  }

  stats(): MaybePromise<Statistics> {
    return this.access.read((connection) => guarded(() => readStatistics(connection, this.#schema)))
  }

  async begin({ readOnly, signal }: BeginOptions): Promise<EngineTransaction> {
    if (!readOnly) return this.#beginWriting(signal)
    return this.#beginReading(signal)
  }

  async close(): Promise<void> {
    this.#readers?.close()
    this.#connection.close()
  }

  async #beginWriting(signal: AbortSignal | undefined): Promise<EngineTransaction> {
    if (this.#options.readOnly) throw new HoldfastError('READ_ONLY', 'The database is open to read only.')
    await this.#turns.enter(signal)
    try {
      await retrying(() => this.#connection.run(transactionBracket.begin), this.#options.timeout, signal)
    } catch (error) {
      this.#turns.leave()
      throw error
    }
    return this.#transaction(this.#connection, true, () => this.#turns.leave())
  }

  async #beginReading(signal: AbortSignal | undefined): Promise<EngineTransaction> {
    const lease = this.#readers?.lease() ?? (await this.#shared(signal))
    try {
      await retrying(() => beginSnapshot(lease.connection), this.#options.timeout, signal)
    } catch (error) {
      lease.release()
      throw error
    }
    return this.#transaction(lease.connection, false, () => lease.release())
  }

  async #shared(signal: AbortSignal | undefined) {
    await this.#turns.enter(signal)
    return { connection: this.#connection, release: () => this.#turns.leave() }
  }

  #transaction(connection: Connection, writable: boolean, ended: () => void): EngineTransaction {
    const { timeout } = this.#options
    const turns = new WriteQueue(noTimeout)
    const access = new SharedAccess(connection, turns, timeout)
    const bracket = savepointBracket('holdfast_write')
    const writing = writable ? new Writing(connection, turns, bracket, timeout) : undefined
    return new SqliteTransaction({ connection, timeout, ended, access, writing, queries: this.queries })
  }

  #changeSchema(change: (database: Database) => void): MaybePromise<void> {
    const { queries } = this
    return this.writing.run({
      *work(connection) {
        connection.settle()
        guarded(() => change(connection.database))
        queries.forgetSchema()
      },
      single: false,
    })
  }

  #tableNamed(name: string): TableDefinition {
    const found = this.#schema.read(this.#connection).find((table) => table.name === name)
    if (found === undefined) throw unknownTable(name)
    return found
  }
}

/** A transaction sees what is there at its first read: that is now. */
function beginSnapshot(connection: Connection): void {
  connection.run('BEGIN')
  try {
    connection.prepare('SELECT count(*) FROM sqlite_schema').get()
  } catch (error) {
    connection.run('ROLLBACK')
    throw error
  }
}
