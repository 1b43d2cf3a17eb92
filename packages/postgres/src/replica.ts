import type { Batch } from '@holdfast/core/backend'
import { isHoldfastError } from '@holdfast/core/backend'
import type { Access, Run } from './access.js'
import type { BoundQuery } from './prepared.js'

/** Codes of a server that is not there: it is asked no more until it is known to be back. */
const unreachable: ReadonlySet<string> = new Set(['CONNECTION_FAILED', 'CONNECTION_LOST', 'NOT_FOUND'])

/**
 * Codes of a replica that is there, but cannot answer this: it has not yet been told of a table, or had to end the query to
 * keep up with the primary. No read outside of a transaction meets another conflict.
 */
const behind: ReadonlySet<string> = new Set(['UNKNOWN_TABLE', 'UNKNOWN_COLUMN', 'CONFLICT'])

/** Milliseconds until a replica that was lost is tried again: twice as many after each time, up to a limit. */
const pauses = { shortest: 100, longest: 30_000 }

export interface ReplicaCounts {
  /** Whether reads go to the replica now. */
  readonly reachable: boolean
  /** Reads that the replica answered. */
  readonly reads: number
  /** Reads that the primary answered instead. */
  readonly fallbacks: number
}

/** Reads on a replica, and on the primary where the replica cannot answer. */
export class ReplicaAccess implements Access {
  readonly #replica: Access
  readonly #primary: Access
  #reads = 0
  #fallbacks = 0
  #reachable = true
  #pause = pauses.shortest
  #tryAt = 0

  constructor(replica: Access, primary: Access) {
    this.#replica = replica
    this.#primary = primary
  }

  get counts(): ReplicaCounts {
    return { reachable: this.#reachable, reads: this.#reads, fallbacks: this.#fallbacks }
  }

  read<Result>(work: (run: Run) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    return this.#ask((access) => access.read(work, signal))
  }

  async *stream(query: BoundQuery, signal?: AbortSignal): AsyncGenerator<Batch, void, void> {
    const rows = this.#isUsable() ? this.#replica.stream(query, signal) : undefined
    let first: IteratorResult<Batch, void> | undefined
    try {
      first = await rows?.next()
    } catch (error) {
      this.#passOver(error)
    }
    if (rows === undefined || first === undefined) {
      this.#fallbacks++
      yield* this.#primary.stream(query, signal)
      return
    }
    this.#reads++
    try {
      if (first.done !== true) yield first.value
      // What breaks later breaks: rows that were handed out already may differ from those of the primary.
      yield* rows
    } catch (error) {
      this.#note(error)
      throw error
    } finally {
      await rows.return()
    }
  }

  async #ask<Result>(call: (access: Access) => Promise<Result>): Promise<Result> {
    if (this.#isUsable()) {
      try {
        const result = await call(this.#replica)
        this.#reads++
        return result
      } catch (error) {
        this.#passOver(error)
      }
    }
    this.#fallbacks++
    return call(this.#primary)
  }

  /** No caller waits for a replica that was lost: it is tried beside what the primary answers. */
  #isUsable(): boolean {
    if (!this.#reachable && performance.now() >= this.#tryAt) this.#try()
    return this.#reachable
  }

  #try(): void {
    this.#tryAt = Infinity
    this.#replica
      .read((run) => run([{ text: 'SELECT 1', told: '' }]))
      .then(
        () => {
          this.#reachable = true
        },
        () => this.#wait(Math.min(this.#pause * 2, pauses.longest)),
      )
  }

  #wait(pause: number): void {
    this.#pause = pause
    this.#tryAt = performance.now() + pause
  }

  /** Throws what the primary would say as well. */
  #passOver(error: unknown): void {
    this.#note(error)
    if (!isHoldfastError(error) || !(unreachable.has(error.code) || behind.has(error.code))) throw error
  }

  #note(error: unknown): void {
    // Of calls that fail together only the first one tells something new.
    if (!this.#reachable || !isHoldfastError(error) || !unreachable.has(error.code)) return
    this.#reachable = false
    this.#wait(pauses.shortest)
  }
}
