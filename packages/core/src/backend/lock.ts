import { throwIfAborted } from './abort.js'
import { HoldfastError } from './errors.js'

/** Lets one holder in at a time, in the order of asking. */
export class Lock {
  #held = false
  readonly #waiting: (() => void)[] = []

  /** Waits for the lock; the returned function gives it up. Rejects with `ABORTED` when the signal is aborted first. */
  async acquire(signal?: AbortSignal): Promise<() => void> {
    throwIfAborted(signal)
    if (this.#held) await this.#turn(signal)
    this.#held = true
    let released = false
    return () => {
      if (released) return
      released = true
      this.#release()
    }
  }

  /** Runs work that nothing else which runs under this lock runs beside. */
  async run<Result>(work: () => Result | Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const release = await this.acquire(signal)
    try {
      return await work()
    } finally {
      release()
    }
  }

  /** The lock passes to the next one without ever being free, so that nobody can slip in between. */
  #release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#held = false
    else next()
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        reject(new HoldfastError('ABORTED', 'The call was aborted.', { cause: signal?.reason }))
      }
      this.#waiting.push(turn)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }
}
