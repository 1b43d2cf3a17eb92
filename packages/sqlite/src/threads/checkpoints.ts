import type { Connection } from '../connection.js'
import { askToWrite } from './ask.js'
import type { ThreadPool } from './pool.js'
import type { ThreadRules } from './rules.js'

/** Pages in the log after which SQLite's own writes move them into the file. */
const usualPages = 1000

/**
 * Moves what a large write of the event loop has left in the log into the file, in a thread: SQLite would do it within the
 * commit. Other writes wait meanwhile, as they would have, or the log could grow without end.
 */
export class Checkpoints {
  readonly #pool: ThreadPool
  readonly #connection: Connection
  readonly #rules: ThreadRules

  /** @param connection the one that writes on the event loop */
  constructor(pool: ThreadPool, connection: Connection, rules: ThreadRules) {
    this.#pool = pool
    this.#connection = connection
    this.#rules = rules
  }

  /** Whether a write of so many rows is to leave its checkpoint to `run`, which must follow: then its commit makes none. */
  defer(rows: number): boolean {
    if (rows < this.#rules.checkpointedRows || !this.#pool.usable) return false
    this.#automatic(0)
    return true
  }

  /** Settles when the checkpoint is made; one that fails is made by a later write. */
  async run(): Promise<void> {
    try {
      await askToWrite(await this.#pool.take(), { kind: 'checkpoint' })
    } catch {
      // Nothing is lost: what is in the log counts, and the next commit tries again.
    } finally {
      if (this.#connection.database.open) this.#automatic(usualPages)
    }
  }

  #automatic(pages: number): void {
    this.#connection.settle()
    this.#connection.prepare(`PRAGMA wal_autocheckpoint = ${pages}`).get()
  }
}
