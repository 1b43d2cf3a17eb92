import type { Client } from 'pg'
import type { Pool } from './wire/pool.js'

/** The driver itself. */
export class NativeClients {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * Lends a connected client of `pg` to a function, and takes it back when the function has ended. Whoever changes the
   * session, by `SET` for example, changes it back. A client with an open transaction is closed.
   */
  async use<Result>(work: (client: Client) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const connection = await this.#pool.acquire(signal)
    try {
      return await work(connection.client)
    } finally {
      this.#pool.release(connection)
    }
  }
}
