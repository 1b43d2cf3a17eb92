import type { Statement } from 'better-sqlite3'
import type { Connection } from './connection.js'

/** Milliseconds after a read within which another one may be one of many. */
const burst = 0.1

/** Reads that share a snapshot at most. */
const most = 64

/**
 * Milliseconds that a snapshot lasts at most. Code that stops the event loop to wait for another process or thread, as
 * `execFileSync` does, is then sure to see what that one wrote.
 */
const longest = 1

/**
 * Lets reads that follow each other closely share one read transaction, for beginning one is half of what a point read
 * costs. The transaction ends when the code that is ready to run now has run, or after so many reads, and whenever this
 * process has written: so nothing that this process has been told of can be missing from a read that follows.
 */
export class SharedSnapshot {
  readonly connection: Connection
  readonly #begin: Statement
  readonly #commit: Statement
  readonly #end = () => this.end()
  #last = Number.NEGATIVE_INFINITY
  #shared = false
  /** Reads that the open transaction can still serve. */
  #left = 0
  #until = 0

  constructor(connection: Connection) {
    this.connection = connection
    this.#begin = connection.compile('BEGIN')
    this.#commit = connection.compile('COMMIT')
  }

  /** To be called before each read. */
  use(): void {
    const now = performance.now()
    if (this.#shared) {
      if (this.#left > 0 && now < this.#until) {
        this.#left--
        return
      }
      this.end()
      this.#share(now)
      return
    }
    const closely = now - this.#last < burst
    this.#last = now
    if (closely) this.#share(now)
  }

  end(): void {
    if (!this.#shared) return
    this.#left = 0
    try {
      // When the file system fails SQLite may have ended it already.
      if (this.connection.database.inTransaction) this.#commit.run()
      this.#shared = false
    } catch {
      // Nobody waits for the end of a transaction that only read: the next read tries again, and fails if it must.
    }
  }

  #share(now: number): void {
    this.#begin.run()
    this.#shared = true
    this.#left = most - 1
    this.#until = now + longest
    process.nextTick(this.#end)
  }
}
