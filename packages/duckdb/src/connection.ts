import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import type { DataChunk } from '@duckdb/node-bindings'
import type { Batch } from '@holdfast/core/backend'
import type { Binding } from './codec/bindings.js'
import { rowReader } from './codec/rows.js'
import type { NamedColumn, ReadRows } from './codec/rows.js'

/** Prepared statements kept by each connection. */
const statementsKept = 200

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

  constructor(driver: DuckDBConnection) {
    this.driver = driver
  }

  /** Runs statements without values, one after another. */
  async execute(sql: string): Promise<void> {
    await this.driver.run(sql)
  }

  /** Runs a statement; returns how many rows it changed. */
  change(command: Command): Promise<number> {
    return this.#run(command, async ({ statement }) => (await statement.run()).rowsChanged)
  }

  /** All rows at once. */
  async all(command: RowCommand): Promise<Batch> {
    const rows = await this.rows(command)
    return rows.rest()
  }

  /** The rows, kept in memory by DuckDB until they are read: the connection is free for other statements meanwhile. */
  rows(command: RowCommand): Promise<Rows> {
    return this.#run(command, async (prepared) => {
      const result = await prepared.statement.run()
      return new Rows(result, readerOf(prepared, result, command.columns))
    })
  }

  /** The rows, computed as they are read: until the end no other statement may be run. */
  stream(command: RowCommand): Promise<Rows> {
    return this.#run(command, async (prepared) => {
      const result = await prepared.statement.stream()
      return new Rows(result, readerOf(prepared, result, command.columns))
    })
  }

  interrupt(): void {
    this.driver.interrupt()
  }

  close(): void {
    this.driver.closeSync()
  }

  async #run<Result>({ sql, bindings }: Command, run: (prepared: Prepared) => Promise<Result>): Promise<Result> {
    if (bindings.length === 0) return this.#runOnce(sql, run)
    const prepared = this.#statements.get(sql) ?? (await this.#prepare(sql))
    for (let index = 0; index < bindings.length; index++) bindings[index]!(prepared.statement, index + 1)
    return run(prepared)
  }

  /**
   * DuckDB plans a statement that has parameters each time that it runs. The plan of one without is kept, together with what
   * the statistics of the tables said by then: run again after the data has changed, it gives wrong rows, or crashes.
   */
  async #runOnce<Result>(sql: string, run: (prepared: Prepared) => Promise<Result>): Promise<Result> {
    const statement = await this.driver.prepare(sql)
    try {
      return await run({ statement })
    } finally {
      statement.destroySync()
    }
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

/** DuckDB plans a statement anew when a table has changed: the types of its result may then be others. */
function readerOf(prepared: Prepared, result: DuckDBResult, columns: readonly NamedColumn[]): ReadRows {
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
    if (typeId === decimalTypeId) signature += `${String(result.columnType(index))},`
  }
  return signature
}

const decimalTypeId = duckdb.Type.DECIMAL as number

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
