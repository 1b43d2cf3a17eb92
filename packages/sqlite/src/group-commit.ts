import { throwIfAborted } from '@holdfast/core/backend'
import type { MaybePromise } from '@holdfast/core/backend'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Connection } from './connection.js'
import { toHoldfastError } from './errors.js'
import type { Writing } from './writing.js'

/** Writes of one transaction at most, so that the event loop is not held for long. */
const most = 1000

interface Pending {
  readonly work: (connection: Connection) => unknown
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/**
 * Lets callers that write side by side share one commit. Each has its own result and error, and is told only after the
 * commit that holds its write. A lone write runs at once, as if nothing of this were there.
 */
export class GroupCommit {
  readonly #writing: Writing
  #pending: Pending[] = []
  /** Whether a write ran at once and what runs beside it may be about to write as well. */
  #begun = false
  readonly #passed = () => {
    this.#begun = false
  }

  constructor(writing: Writing) {
    this.#writing = writing
  }

  /** Runs a write of one statement. */
  one<Result>(work: (connection: Connection) => Result, signal?: AbortSignal): MaybePromise<Result> {
    if (!this.#begun && this.#pending.length === 0) {
      this.#begun = true
      // Who waits for this write goes on after that; who began beside it has written before.
      queueMicrotask(this.#passed)
      return this.#writing.one(work, signal)
    }
    return new Promise((resolve, reject) => {
      const guarded = (connection: Connection) => {
        throwIfAborted(signal)
        return work(connection)
      }
      this.#pending.push({ work: guarded, resolve, reject })
      // Runs when all that is ready to run now has run, and so has had the chance to write.
      if (this.#pending.length === 1) process.nextTick(() => void this.#flush())
    })
  }

  async #flush(): Promise<void> {
    const pending = this.#pending
    this.#pending = []
    for (let start = 0; start < pending.length; start += most) {
      if (start > 0) await nextTurn()
      await this.#commit(pending.slice(start, start + most))
    }
  }

  async #commit(pending: readonly Pending[]): Promise<void> {
    const [only, second] = pending
    try {
      if (only !== undefined && second === undefined) {
        only.resolve((await this.#writing.one(only.work)) as never)
        return
      }
      const outcomes = await this.#writing.together(pending.map(({ work }) => work))
      outcomes.forEach((outcome, index) => {
        const { resolve, reject } = pending[index]!
        if ('error' in outcome) reject(toHoldfastError(outcome.error))
        else resolve(outcome.value as never)
      })
    } catch (error) {
      for (const { reject } of pending) reject(error)
    }
  }
}
