import { isHoldfastError, openToReadOnly } from '@holdfast/core/backend'
import type {
  BeginOptions,
  Changes,
  Engine,
  EngineTransaction,
  IndexDefinition,
  Key,
  MaybePromise,
  Parameters,
  Relation,
  Statistics,
  StoredRow,
  TableDefinition,
  WriteResult,
} from '@holdfast/core/backend'
import { takes } from '@holdfast/sql'
import type { Database } from 'better-sqlite3'
import type { Lease } from './access.js'
import { createIndex, createTable, dropIndex, dropTable } from './catalog/catalog.js'
import type { Connection } from './connection.js'
import { guarded } from './errors.js'
import { explainQuery } from './explain.js'
import { GroupCommit } from './group-commit.js'
import type { ResolvedOptions } from './options.js'
import type { Readers } from './readers.js'
import { retrying } from './retry.js'
import type { Schema } from './schema.js'
import { SqliteSession } from './session.js'
import type { MapError, SessionParts } from './session.js'
import { readStatistics } from './statistics.js'
import { NoThreads } from './threads/thread.js'
import type { Threads } from './threads/threads.js'
import type { ChangingStatement } from './threads/writes-apart.js'
import type { TextIndex } from './search/text-index.js'
import { SqliteTransaction } from './transaction.js'
import { TransactionAccess, TransactionGuard } from './transaction-guard.js'
import { WriteQueue } from './write-queue.js'
import { savepointBracket, transactionBracket, Writing } from './writing.js'

/** Never passes: a turn inside a transaction is as long as its calls. */
const noTimeout = 2 ** 31 - 1

export interface EngineParts extends SessionParts {
  readonly options: ResolvedOptions
  readonly connection: Connection
  /** Absent where one connection does everything. */
  readonly readers: Readers | undefined
  readonly turns: WriteQueue
  readonly schema: Schema
  /** Absent where everything is done on the event loop. */
  readonly threads: Threads | undefined
}

export class SqliteEngine extends SqliteSession implements Engine<Database> {
  readonly #options: ResolvedOptions
  readonly #connection: Connection
  readonly #readers: Readers | undefined
  readonly #turns: WriteQueue
  readonly #schema: Schema
  readonly #grouped: GroupCommit | undefined
  readonly #threads: Threads | undefined
  /** With one connection, the tables as they were before the transaction that holds it. */
  #tablesBefore: readonly TableDefinition[] | undefined

  constructor(parts: EngineParts) {
    super(parts)
    this.#options = parts.options
    this.#connection = parts.connection
    this.#readers = parts.readers
    this.#turns = parts.turns
    this.#schema = parts.schema
    this.#threads = parts.threads
    this.#grouped = parts.writing && new GroupCommit(parts.writing)
  }

  /** The connection that writes. What is done with it is seen by reads that begin afterwards. */
  get native(): Database {
    this.#readers?.neverShare()
    this.#threads?.writes?.forbid()
    this.#schema.watch()
    return this.#connection.database
  }

  tables(): MaybePromise<readonly TableDefinition[]> {
    // Asked within a transaction as well, which must not wait for its own end.
    if (this.#tablesBefore !== undefined) return this.#tablesBefore
    return this.access.read((connection) => guarded(() => this.#schema.read(connection)))
  }

  takes(relation: Relation): 'exact' | 'no' {
    return takes(relation, this.queries.dialect)
  }

  createTable(table: TableDefinition): MaybePromise<void> {
    return this.#changeSchema((connection) => createTable(connection, table))
  }

  dropTable(name: string): MaybePromise<void> {
    return this.#changeSchema((connection) => dropTable(connection, name))
  }

  createIndex(table: string, index: IndexDefinition): MaybePromise<void> {
    const here = () => this.#changeSchema((connection) => createIndex(connection, table, index))
    const writes = this.#threads?.writes
    if (writes?.isLarge(table) !== true) return here()
    const made = writes.define({ kind: 'index', table, index }).finally(() => this.queries.forgetSchema())
    return orElse(made, here)
  }

  dropIndex(table: string, name: string): MaybePromise<void> {
    return this.#changeSchema((connection) => dropIndex(connection, table, name))
  }

  explain(
    relation: Relation,
    parameters: Parameters,
  ): MaybePromise<{ readonly sql: string; readonly plan: string }> {
    const query = this.queries.query(relation)
    const explain = (connection: Connection) => guarded(() => explainQuery(connection, query, parameters))
    // Reads no rows, and so need not wait for the transaction that may be asking.
    return this.#readers === undefined ? explain(this.#connection) : this.access.read(explain)
  }

  stats(): MaybePromise<Statistics> {
    const here = () =>
      this.access.read((connection) => guarded(() => readStatistics(connection, this.#schema)))
    return this.#threads?.reads.hasMuch() === true ? orElse(this.#threads.reads.statistics(), here) : here()
  }

  async begin({ readOnly, signal }: BeginOptions): Promise<EngineTransaction> {
    if (!readOnly) return this.#beginWriting(signal)
    return this.#beginReading(signal)
  }

  async close(): Promise<void> {
    await this.#threads?.close()
    this.#readers?.close()
    this.#connection.close()
  }

  protected override writeRow<Result>(
    work: (connection: Connection) => Result,
    signal?: AbortSignal,
  ): MaybePromise<Result> {
    return this.#grouped === undefined ? super.writeRow(work, signal) : this.#grouped.one(work, signal)
  }

  override get(table: TableDefinition, key: Key): MaybePromise<StoredRow | undefined> {
    this.#threads?.writes?.read()
    return super.get(table, key)
  }

  protected override writeRows(changes: Changes): MaybePromise<WriteResult> {
    const writes = this.#threads?.writes
    const thread = writes?.forChanges(changes)
    return writes !== undefined && thread !== undefined
      ? writes.change(thread, changes)
      : super.writeRows(changes)
  }

  protected override changeWhere(
    statement: ChangingStatement,
    values: readonly unknown[],
    map?: MapError,
  ): MaybePromise<number> {
    const here = () => super.changeWhere(statement, values, map)
    const writes = this.#threads?.writes
    if (writes === undefined) return here()
    if (!writes.isLong(statement, values)) return writes.measure(statement, here)
    const changed = writes.statement(statement, values).catch((error: unknown) => {
      throw map?.(isHoldfastError(error) ? error.cause : error) ?? error
    })
    return orElse(changed, here)
  }

  protected override makeTextIndex(index: TextIndex): Promise<void> {
    const here = () => super.makeTextIndex(index)
    const writes = this.#threads?.writes
    if (writes?.isLarge(index.table.name) !== true) return here()
    return orElse(writes.define({ kind: 'textIndex', index }), here)
  }

  async #beginWriting(signal: AbortSignal | undefined): Promise<EngineTransaction> {
    if (this.#options.readOnly) throw openToReadOnly()
    await this.#turns.enter(signal)
    try {
      await retrying(() => this.#connection.run(transactionBracket.begin), this.#options.timeout, signal)
    } catch (error) {
      this.#endTurn()
      throw error
    }
    this.#keepTables()
    const checkpoints = this.#threads?.checkpoints
    let deferred = false
    const committing = async (rows: number) => {
      deferred = (await checkpoints?.defer(rows)) === true
    }
    const ended = () => {
      this.#readers?.written()
      if (deferred) checkpoints!.run()
      this.#endTurn()
    }
    return this.#transaction(this.#connection, ended, committing)
  }

  async #beginReading(signal: AbortSignal | undefined): Promise<EngineTransaction> {
    const lease = this.#readers?.lease() ?? (await this.#shared(signal))
    try {
      await retrying(() => beginSnapshot(lease.connection), this.#options.timeout, signal)
      this.#keepTables()
    } catch (error) {
      lease.release()
      throw error
    }
    return this.#transaction(lease.connection, () => lease.release())
  }

  async #shared(signal: AbortSignal | undefined): Promise<Lease> {
    await this.#turns.enter(signal)
    return { connection: this.#connection, release: () => this.#endTurn() }
  }

  #keepTables(): void {
    if (this.#readers === undefined) this.#tablesBefore = this.#schema.read(this.#connection)
  }

  #endTurn(): void {
    this.#tablesBefore = undefined
    this.#turns.leave()
  }

  /** @param committing absent where nothing may be written */
  #transaction(
    connection: Connection,
    ended: () => void,
    committing?: (rows: number) => Promise<void>,
  ): EngineTransaction {
    const { timeout } = this.#options
    const turns = new WriteQueue(noTimeout)
    const guard = new TransactionGuard(connection)
    const access = new TransactionAccess(connection, turns, timeout, guard)
    const bracket = savepointBracket('holdfast_write')
    const parts = { connection, turns, bracket, timeout, guard, written: () => undefined }
    const shared = { connection, timeout, guard, ended, access, queries: this.queries }
    if (committing === undefined) return new SqliteTransaction({ ...shared, writing: undefined })
    return new SqliteTransaction({ ...shared, writing: new Writing(parts), committing })
  }

  #changeSchema(change: (connection: Connection) => void): MaybePromise<void> {
    return this.writing.whole((connection) => {
      guarded(() => change(connection))
      this.queries.forgetSchema()
    })
  }
}

/** What a thread answers; where there can be none, what is done here instead. */
async function orElse<Result>(answer: Promise<Result>, here: () => MaybePromise<Result>): Promise<Result> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof NoThreads) return here()
    throw error
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
