import type { MaybePromise } from './types.js'

/** Runs pieces of work one after another, in the order in which they were handed in. */
export class Sequence {
  #last: Promise<unknown> = Promise.resolve()

  /** Waits for all work handed in before, however it ended, and settles as this work does. */
  run<Result>(work: () => MaybePromise<Result>): Promise<Result> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }
}
