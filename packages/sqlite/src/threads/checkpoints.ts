import type { MaybePromise } from '@holdfast/core/backend'
import type { Connection } from '../connection.js'
import { askToWrite } from './ask.js'
import type { ThreadPool } from './pool.js'
import type { ThreadRules } from './rules.js'

/** Pages in the log after which SQLite's own writes move them into the file. */
const usualPages = 1000

/**
 * Moves what a large write of the event loop has left in the log into the file, in a thread: SQLite would do it within the
 * commit. Small writes go on meanwhile; the next large one waits, or the log could grow without end.
 */
export class Checkpoints {
  readonly #pool: ThreadPool
  readonly #connection: Connection
  readonly #rules: ThreadRules
  #running: Promise<void> | undefined
  /** Writes that leave their checkpoint to a thread now. */
  #deferred = 0

  /** @param connection the one that writes on the event loop */
  constructor(pool: ThreadPool, connection: Connection, rules: ThreadRules) {
    this.#pool = pool
    this.#connection = connection
    this.#rules = rules
  }

  /** Whether a write of so many rows leaves its checkpoint to `run`, which must follow: then its commit makes none. */
  defer(rows: number): MaybePromise<boolean> {
    if (rows < this.#rules.checkpointedRows || !this.#pool.usable) return false
    return this.#running === undefined ? this.#defer() : this.#running.then(() => this.#defer())
  }

  /** Makes the checkpoint, by and by; one that fails is made by a later write. */
  run(): void {
    const running = this.#run().finally(() => {
      if (this.#running === running) this.#running = undefined
    })
    this.#running = running
  }

  #defer(): boolean {
    this.#deferred++
    this.#automatic(0)
    return true
  }

  async #run(): Promise<void> {
    try {
      await askToWrite(await this.#pool.take(), { kind: 'checkpoint' })
    } catch {
      // Nothing is lost: what is in the log counts, and the next commit tries again.
    } finally {
      this.#deferred--
      if (this.#deferred === 0 && this.#connection.database.open) this.#automatic(usualPages)
    }
  }

  #automatic(pages: number): void {
    this.#connection.settle()
    this.#connection.prepare(`PRAGMA wal_autocheckpoint = ${pages}`).get()
  }
}
