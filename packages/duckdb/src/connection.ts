import { DuckDBTypeId } from '@duckdb/node-api'
import type {
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBMaterializedResult,
  DuckDBPreparedStatement,
  DuckDBResult,
} from '@duckdb/node-api'
import type { DataChunk } from '@duckdb/node-bindings'
import type { Batch } from '@holdfast/core/backend'
import type { Binding } from './codec/bindings.js'
import { rowReader } from './codec/rows.js'
import type { NamedColumn, ReadRows } from './codec/rows.js'
import { kindOf } from './errors.js'

/** Prepared statements kept by each connection. */
const statementsKept = 200

/** Between interrupts. */
const milliseconds = 10

/** A statement with its bound values. */
export interface Command {
  readonly sql: string
  readonly bindings: readonly Binding[]
}

/** A statement that gives rows of these columns. */
export interface RowCommand extends Command {
  readonly columns: readonly NamedColumn[]
}

/** One connection of the driver with its prepared statements. Used by one call at a time. */
export class Connection {
  readonly driver: DuckDBConnection
  readonly #statements = new Map<string, DuckDBPreparedStatement>()
  #inTransaction = false
  #ending = false

  constructor(driver: DuckDBConnection) {
    this.driver = driver
  }

  /** Runs statements without values, one after another. */
  async execute(sql: string): Promise<void> {
    await this.driver.run(sql)
  }

  /** Runs a statement of which nothing is asked but that it succeeds. */
  async run(command: Command): Promise<void> {
    await this.#run(command)
  }

  /** Runs a statement; returns how many rows it changed. */
  async change(command: Command): Promise<number> {
    const result = await this.#run(command)
    return result.rowsChanged
  }

  /** All rows at once. */
  async all(command: RowCommand): Promise<Batch> {
    const result = await this.#run(command)
    const read = readerOf(result, command.columns)
    // What a single chunk holds is in memory: to fetch it in the background would take longer.
    return result.chunkCount === 1 ? read(result.getChunk(0).chunk) : new KeptRows(result, read).rest()
  }

  /** The rows, kept in memory by DuckDB until they are read: the connection is free for other statements meanwhile. */
  async rows(command: RowCommand): Promise<Rows> {
    const result = await this.#run(command)
    return new KeptRows(result, readerOf(result, command.columns))
  }

  /**
   * The rows, computed as they are read: until the end no other statement may be run. Inside a transaction only, so that the
   * statement is planned by what it sees: see `#run`.
   */
  async stream({ sql, bindings, columns }: RowCommand): Promise<StreamedRows> {
    const result =
      bindings.length > 0 ? await (await this.#bound(sql, bindings)).stream() : await this.driver.stream(sql)
    return new StreamedRows(result, readerOf(result, columns))
  }

  /** Whether a transaction was begun that is not known to have ended. */
  get inTransaction(): boolean {
    return this.#inTransaction
  }

  async begin(sql: string): Promise<void> {
    this.#inTransaction = true
    await this.driver.run(sql)
  }

  /** Ends the transaction; nothing interrupts that. */
  async end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    this.#ending = true
    try {
      await this.driver.run(how)
      this.#inTransaction = false
    } catch (error) {
      // A failed commit has ended it already.
      if (how === 'COMMIT' || kindOf(error) !== 'TransactionContext Error') throw error
      this.#inTransaction = false
    } finally {
      this.#ending = false
    }
  }

  /**
   * Interrupts what is running until the work has settled. Once is not enough: DuckDB forgets an interrupt that comes before
   * it has begun the statement.
   */
  interrupt(work: Promise<unknown>): void {
    const interrupt = () => {
      if (!this.#ending) this.driver.interrupt()
    }
    interrupt()
    const again = setInterval(interrupt, milliseconds)
    const settled = () => clearInterval(again)
    work.then(settled, settled)
  }

  close(): void {
    this.driver.closeSync()
  }

  /**
   * DuckDB plans a statement that has parameters each time that it runs. The plan of one without would be kept, together with
   * what the statistics of the tables said by then: run after the data has changed, it gives wrong rows, or crashes. So such
   * a statement is never prepared, but planned and run in one go.
   */
  async #run({ sql, bindings }: Command): Promise<DuckDBMaterializedResult> {
    if (bindings.length === 0) return this.driver.run(sql)
    return (await this.#bound(sql, bindings)).run()
  }

  async #bound(sql: string, bindings: readonly Binding[]): Promise<DuckDBPreparedStatement> {
    const statement = this.#statements.get(sql) ?? (await this.#prepare(sql))
    for (let index = 0; index < bindings.length; index++) bindings[index]!(statement, index + 1)
    return statement
  }

  /** The most recently prepared statements are kept. */
  async #prepare(sql: string): Promise<DuckDBPreparedStatement> {
    const statement = await this.driver.prepare(sql)
    if (this.#statements.size >= statementsKept) {
      const [oldest, given] = this.#statements.entries().next().value!
      this.#statements.delete(oldest)
      given.destroySync()
    }
    this.#statements.set(sql, statement)
    return statement
  }
}

/** How rows were read as these columns, by the physical types that they had. */
const readers = new WeakMap<readonly NamedColumn[], Map<string, ReadRows>>()

/** The types of a statement's result may be others than when it ran last. */
function readerOf(result: DuckDBResult, columns: readonly NamedColumn[]): ReadRows {
  let known = readers.get(columns)
  if (known === undefined) readers.set(columns, (known = new Map<string, ReadRows>()))
  const signature = signatureOf(result, columns.length)
  let read = known.get(signature)
  if (read === undefined) known.set(signature, (read = rowReader(columns, result.columnTypes())))
  return read
}

function signatureOf(result: DuckDBResult, count: number): string {
  let signature = ''
  for (let index = 0; index < count; index++) {
    const typeId = result.columnTypeId(index)
    signature += `${typeId},`
    if (typeId === DuckDBTypeId.DECIMAL) signature += `${String(result.columnType(index))},`
  }
  return signature
}

/** The rows of a result that were not read yet. */
export interface Rows {
  /** The next rows, about 2,000; undefined at the end. */
  next(): Promise<Batch | undefined>
}

/** Rows that are computed as they are read. */
export class StreamedRows implements Rows {
  readonly #result: DuckDBResult
  readonly #read: ReadRows

  constructor(result: DuckDBResult, read: ReadRows) {
    this.#result = result
    this.#read = read
  }

  async next(): Promise<Batch | undefined> {
    const chunk = await this.#result.fetchChunk()
    return isEnd(chunk) ? undefined : this.#read(chunk.chunk)
  }

  /** Reads on to the end and keeps nothing. */
  async discard(): Promise<void> {
    while (!isEnd(await this.#result.fetchChunk()));
  }
}

const isEnd = (chunk: DuckDBDataChunk | null): chunk is null => chunk === null || chunk.rowCount === 0

/** Rows that DuckDB keeps in memory. */
class KeptRows implements Rows {
  readonly #result: DuckDBMaterializedResult
  readonly #read: ReadRows
  #chunksLeft: number

  constructor(result: DuckDBMaterializedResult, read: ReadRows) {
    this.#result = result
    this.#read = read
    this.#chunksLeft = result.chunkCount
  }

  async next(): Promise<Batch | undefined> {
    const chunk = await this.#nextChunk()
    return chunk && this.#read(chunk)
  }

  async rest(): Promise<Batch> {
    const chunks: DataChunk[] = []
    for (let chunk = await this.#nextChunk(); chunk !== undefined; chunk = await this.#nextChunk()) {
      chunks.push(chunk)
    }
    return chunks.flatMap((chunk) => this.#read(chunk))
  }

  async #nextChunk(): Promise<DataChunk | undefined> {
    if (this.#chunksLeft === 0) return undefined
    this.#chunksLeft--
    return (await this.#result.fetchChunk())?.chunk
  }
}
