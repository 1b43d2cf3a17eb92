import { throwIfAborted } from './abort.js'
import { HoldfastError } from './errors.js'

/** Lets one writer in at a time, in the order of asking. Who waits too long is turned away. */
export class WriterQueue {
  readonly #timeout: number
  readonly #option: string
  readonly #waiting: (() => void)[] = []
  #held = false

  /**
   * @param timeout milliseconds to wait at most
   * @param option the name of the option that says so, for the error
   */
  constructor(timeout: number, option: string) {
    this.#timeout = timeout
    this.#option = option
  }

  /** Whether a writer would be let in at once. */
  get free(): boolean {
    return !this.#held
  }

  /** Waits for the turn, which `release` ends. Rejects with `BUSY` after the timeout, with `ABORTED` on the signal. */
  async enter(signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal)
    if (this.#held) await this.#turn(signal)
    this.#held = true
  }

  /** Ends the turn. It passes on without being free in between, so that nobody can come before those who wait. */
  release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#held = false
    else next()
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        end()
      }
      const turn = () => settle(resolve)
      const leave = (error: HoldfastError) => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        settle(() => reject(error))
      }
      const abort = () =>
        leave(new HoldfastError('ABORTED', 'The call was aborted.', { cause: signal?.reason }))
      const timer = setTimeout(() => leave(this.#busy()), this.#timeout)
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiting.push(turn)
    })
  }

  #busy(): HoldfastError {
    return new HoldfastError(
      'BUSY',
      `Another transaction has not ended within ${this.#timeout} ms. Try again, or raise ${this.#option}.`,
    )
  }
}
