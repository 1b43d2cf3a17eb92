import type { DuckDBInstance } from '@duckdb/node-api'
import { Connection } from './connection.js'

/** The connections of an engine. Each belongs to one call, stream or transaction at a time. */
export class Connections {
  readonly #instance: DuckDBInstance
  readonly #kept: number
  readonly #setUp: string
  /** The one used last is lent first: its statements are most likely prepared. */
  readonly #idle: Connection[] = []
  readonly #lent = new Set<Connection>()

  /**
   * @param kept how many stay open when nobody uses them
   * @param setUp statements that every connection runs first
   */
  constructor(instance: DuckDBInstance, kept: number, setUp: string) {
    this.#instance = instance
    this.#kept = kept
    this.#setUp = setUp
  }

  get count(): { readonly inUse: number; readonly idle: number } {
    return { inUse: this.#lent.size, idle: this.#idle.length }
  }

  /** Lends a connection, opening one if none is idle. */
  lease(): Connection | Promise<Connection> {
    const connection = this.#idle.pop()
    if (connection === undefined) return this.#open()
    this.#lent.add(connection)
    return connection
  }

  /** Takes a connection back. One that may still be in a transaction is not lent again. */
  release(connection: Connection): void {
    if (!this.#lent.delete(connection)) return
    if (this.#idle.length < this.#kept && !connection.inTransaction) this.#idle.push(connection)
    else connection.close()
  }

  /** Gives up a connection whose state is unknown. */
  discard(connection: Connection): void {
    if (this.#lent.delete(connection)) connection.close()
  }

  /** Runs work with a connection of its own. */
  async use<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    const leased = this.lease()
    const connection = leased instanceof Promise ? await leased : leased
    try {
      return await work(connection)
    } finally {
      this.release(connection)
    }
  }

  close(): void {
    for (const connection of [...this.#idle, ...this.#lent]) connection.close()
    this.#idle.length = 0
    this.#lent.clear()
  }

  async #open(): Promise<Connection> {
    const connection = new Connection(await this.#instance.connect())
    this.#lent.add(connection)
    try {
      if (this.#setUp !== '') await connection.execute(this.#setUp)
      return connection
    } catch (error) {
      this.discard(connection)
      throw error
    }
  }
}
