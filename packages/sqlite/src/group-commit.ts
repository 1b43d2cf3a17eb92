import { isHoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { MaybePromise } from '@holdfast/core/backend'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Connection } from './connection.js'
import { toHoldfastError } from './errors.js'
import type { Settled, Writing } from './writing.js'

/** Writes of one transaction at most, so that the event loop is not held for long. */
const most = 1000

type Work = (connection: Connection) => unknown

/** A write that waits for its commit; its caller may abort it until then. */
class PendingWrite {
  readonly signal: AbortSignal | undefined
  readonly #work: Work
  readonly #resolve: (value: never) => void
  readonly #reject: (error: unknown) => void

  constructor(
    work: Work,
    signal: AbortSignal | undefined,
    resolve: (value: never) => void,
    reject: (error: unknown) => void,
  ) {
    this.#work = work
    this.signal = signal
    this.#resolve = resolve
    this.#reject = reject
    signal?.addEventListener('abort', this.#abort, { once: true })
  }

  /** Writes, unless the caller has aborted it. */
  readonly run = (connection: Connection): unknown => {
    throwIfAborted(this.signal)
    return this.#work(connection)
  }

  settle(outcome: Settled): void {
    this.signal?.removeEventListener('abort', this.#abort)
    if ('error' in outcome) this.#reject(toHoldfastError(outcome.error))
    else this.#resolve(outcome.value as never)
  }

  readonly #abort = () => {
    try {
      throwIfAborted(this.signal)
    } catch (error) {
      this.settle({ error })
    }
  }
}

/**
 * Lets callers that write side by side share one commit. Each has its own result and error, and is told only after the
 * commit that holds its write. A lone write runs at once, as if nothing of this were there.
 */
export class GroupCommit {
  readonly #writing: Writing
  #pending: PendingWrite[] = []
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
      this.#pending.push(new PendingWrite(work, signal, resolve, reject))
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

  async #commit(writes: readonly PendingWrite[]): Promise<void> {
    if (writes.length === 1) return this.#alone(writes)
    try {
      await this.#writing.together(
        writes.map(({ run }) => run),
        (outcomes) => outcomes.forEach((outcome, index) => writes[index]!.settle(outcome)),
      )
    } catch (error) {
      if (isHoldfastError(error) && error.code === 'BUSY') for (const write of writes) write.settle({ error })
      // One of them has undone them all, or been found wanting only by the commit: each is to answer for itself.
      else await this.#alone(writes)
    }
  }

  async #alone(writes: readonly PendingWrite[]): Promise<void> {
    for (const write of writes) {
      try {
        write.settle({ value: await this.#writing.one(write.run, write.signal) })
      } catch (error) {
        write.settle({ error })
      }
    }
  }
}
