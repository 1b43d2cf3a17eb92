import type { Statement } from 'better-sqlite3'
import type { Connection } from './connection.js'

/** Milliseconds after a read within which another one may be one of many. */
const burst = 0.1

/** Reads that share a snapshot at most. */
const most = 64

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

  constructor(connection: Connection) {
    this.connection = connection
    this.#begin = connection.compile('BEGIN')
    this.#commit = connection.compile('COMMIT')
  }

  /** To be called before each read. */
  use(): void {
    if (this.#left > 0) {
      this.#left--
      return
    }
    if (this.#shared) {
      this.end()
      this.#share()
      return
    }
    const now = performance.now()
    const closely = now - this.#last < burst
    this.#last = now
    if (closely) this.#share()
  }

  end(): void {
    if (!this.#shared) return
    this.#shared = false
    this.#left = 0
    this.#commit.run()
  }

  #share(): void {
    this.#begin.run()
    this.#shared = true
    this.#left = most - 1
    process.nextTick(this.#end)
  }
}
