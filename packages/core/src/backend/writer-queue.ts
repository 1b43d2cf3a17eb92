import { throwIfAborted } from './abort.js'
import { HoldfastError } from './errors.js'

/** Who writes: a call, which ends by itself, or a transaction, which its owner may leave open for ever. */
export type Writer = 'call' | 'transaction'

export interface WriterWait {
  /** Milliseconds to wait at most for a transaction to end. */
  readonly timeout: number
  readonly signal?: AbortSignal | undefined
}

/** A timer of more milliseconds would fire at once. */
const longestTimer = 2 ** 31 - 1

interface Waiting {
  readonly writer: Writer
  readonly enter: () => void
}

/** Lets one writer in at a time, in the order of asking. Who waits too long for a transaction is turned away. */
export class WriterQueue {
  readonly #option: string
  readonly #waiting: Waiting[] = []
  #writing: Writer | undefined

  /** @param option the name of the option that says how long to wait, for the error */
  constructor(option: string) {
    this.#option = option
  }

  /** Whether a writer would be let in at once. */
  get free(): boolean {
    return this.#writing === undefined
  }

  /**
   * Waits for the turn, which `release` ends. Rejects with `BUSY` when the timeout has passed and a transaction has the
   * turn, with `ABORTED` on the signal. A call that has the turn is waited for however long it takes.
   */
  async enter(writer: Writer, { timeout, signal }: WriterWait): Promise<void> {
    throwIfAborted(signal)
    if (this.free) this.#writing = writer
    else await this.#turn(writer, timeout, signal)
  }

  /** Runs a call when its turn has come. */
  async run<Result>(call: () => Result | Promise<Result>, wait: WriterWait): Promise<Result> {
    await this.enter('call', wait)
    try {
      return await call()
    } finally {
      this.release()
    }
  }

  /** Ends the turn. It passes on without being free in between, so that nobody can come before those who wait. */
  release(): void {
    const next = this.#waiting.shift()
    this.#writing = next?.writer
    next?.enter()
  }

  #turn(writer: Writer, timeout: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => {
        clearInterval(timer)
        signal?.removeEventListener('abort', abort)
        end()
      }
      const waiting: Waiting = { writer, enter: () => settle(resolve) }
      const leave = (error: HoldfastError) => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        settle(() => reject(error))
      }
      const abort = () =>
        leave(new HoldfastError('ABORTED', 'The call was aborted.', { cause: signal?.reason }))
      const giveUp = () => {
        if (this.#writing === 'transaction') leave(this.#busy(timeout))
      }
      const timer = setInterval(giveUp, Math.min(timeout, longestTimer))
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiting.push(waiting)
    })
  }

  #busy(timeout: number): HoldfastError {
    return new HoldfastError(
      'BUSY',
      `Another transaction has not ended within ${timeout} ms. Try again, or raise ${this.#option}.`,
    )
  }
}
