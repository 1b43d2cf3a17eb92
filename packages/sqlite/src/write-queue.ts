import { HoldfastError } from '@holdfast/core/backend'

/** Lets one writer of this process in at a time, in the order of asking. */
export class WriteQueue {
  readonly #timeout: number
  readonly #waiting: (() => void)[] = []
  #held = false

  /** @param timeout milliseconds that a writer waits for its turn */
  constructor(timeout: number) {
    this.#timeout = timeout
  }

  get held(): boolean {
    return this.#held
  }

  /** Takes the turn if it is free. */
  tryEnter(): boolean {
    if (this.#held) return false
    this.#held = true
    return true
  }

  /**
   * Waits for the turn.
   *
   * @throws HoldfastError `BUSY` when it takes longer than the timeout, `ABORTED`
   */
  async enter(signal?: AbortSignal): Promise<void> {
    if (this.tryEnter()) return
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
      }
      const turn = () => {
        settle()
        resolve()
      }
      const giveUp = (error: HoldfastError) => {
        settle()
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        reject(error)
      }
      const abort = () =>
        giveUp(new HoldfastError('ABORTED', 'The call was aborted.', { cause: signal?.reason }))
      const timer = setTimeout(() => giveUp(stillBusy(this.#timeout)), this.#timeout)
      this.#waiting.push(turn)
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  /** Passes the turn on: it is never free while somebody waits. */
  leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#held = false
    else next()
  }
}

function stillBusy(timeout: number): HoldfastError {
  return new HoldfastError(
    'BUSY',
    `Another transaction of this process held the database for more than ${timeout} ms. End it sooner, or raise the option "timeout".`,
  )
}
