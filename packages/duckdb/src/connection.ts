import { DuckDBTypeId } from '@duckdb/node-api'
import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api'
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

interface Prepared {
  readonly statement: DuckDBPreparedStatement
  /** How the rows of its result were read last, as which columns and of which physical types. */
  reader?: { readonly columns: readonly NamedColumn[]; readonly signature: string; readonly read: ReadRows }
}

/** One connection of the driver with its prepared statements. Used by one call at a time. */
export class Connection {
  readonly driver: DuckDBConnection
  readonly #statements = new Map<string, Prepared>()
  #inTransaction = false
  #ending = false

  constructor(driver: DuckDBConnection) {
    this.driver = driver
  }

  /** Runs statements without values, one after another. */
  async execute(sql: string): Promise<void> {
    await this.driver.run(sql)
  }

  /** Runs a statement; returns how many rows it changed. */
  async change(command: Command): Promise<number> {
    const { result } = await this.#run(command)
    return result.rowsChanged
  }

  /** All rows at once. */
  async all(command: RowCommand): Promise<Batch> {
    const rows = await this.rows(command)
    return rows.rest()
  }

  /** The rows, kept in memory by DuckDB until they are read: the connection is free for other statements meanwhile. */
  async rows(command: RowCommand): Promise<Rows> {
    const { result, prepared } = await this.#run(command)
    return new Rows(result, readerOf(prepared, result, command.columns))
  }

  /**
   * The rows, computed as they are read: until the end no other statement may be run. Inside a transaction only, so that the
   * statement is planned by what it sees: see `#run`.
   */
  async stream({ sql, bindings, columns }: RowCommand): Promise<Rows> {
    if (bindings.length > 0) {
      const prepared = await this.#bound(sql, bindings)
      const result = await prepared.statement.stream()
      return new Rows(result, readerOf(prepared, result, columns))
    }
    const result = await this.driver.stream(sql)
    return new Rows(result, readerOf(undefined, result, columns))
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
  async #run({ sql, bindings }: Command): Promise<{ result: DuckDBResult; prepared: Prepared | undefined }> {
    if (bindings.length === 0) return { result: await this.driver.run(sql), prepared: undefined }
    const prepared = await this.#bound(sql, bindings)
    return { result: await prepared.statement.run(), prepared }
  }

  async #bound(sql: string, bindings: readonly Binding[]): Promise<Prepared> {
    const prepared = this.#statements.get(sql) ?? (await this.#prepare(sql))
    for (let index = 0; index < bindings.length; index++) bindings[index]!(prepared.statement, index + 1)
    return prepared
  }

  /** The most recently prepared statements are kept. */
  async #prepare(sql: string): Promise<Prepared> {
    const prepared = { statement: await this.driver.prepare(sql) }
    if (this.#statements.size >= statementsKept) {
      const [oldest, { statement }] = this.#statements.entries().next().value!
      this.#statements.delete(oldest)
      statement.destroySync()
    }
    this.#statements.set(sql, prepared)
    return prepared
  }
}

/** The types of a statement's result may be others than when it ran last. */
function readerOf(
  prepared: Prepared | undefined,
  result: DuckDBResult,
  columns: readonly NamedColumn[],
): ReadRows {
  if (prepared === undefined) return rowReader(columns, result.columnTypes())
  const signature = signatureOf(result, columns.length)
  const { reader } = prepared
  if (reader?.columns === columns && reader.signature === signature) return reader.read
  const read = rowReader(columns, result.columnTypes())
  prepared.reader = { columns, signature, read }
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
export class Rows {
  readonly #result: DuckDBResult
  readonly #read: ReadRows

  constructor(result: DuckDBResult, read: ReadRows) {
    this.#result = result
    this.#read = read
  }

  /** The next rows, about 2,000; undefined at the end. */
  async next(): Promise<Batch | undefined> {
    const chunk = await this.#result.fetchChunk()
    return chunk === null || chunk.rowCount === 0 ? undefined : this.#read(chunk.chunk)
  }

  /** Reads on to the end and keeps nothing. */
  async discard(): Promise<void> {
    for (;;) {
      const chunk = await this.#result.fetchChunk()
      if (chunk === null || chunk.rowCount === 0) return
    }
  }

  async rest(): Promise<Batch> {
    const chunks: DataChunk[] = []
    for (;;) {
      const chunk = await this.#result.fetchChunk()
      if (chunk === null || chunk.rowCount === 0) break
      chunks.push(chunk.chunk)
    }
    if (chunks.length === 1) return this.#read(chunks[0]!)
    return chunks.flatMap((chunk) => this.#read(chunk))
  }
}
