import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Milliseconds between two looks. */
const resolution = 5
const nanoseconds = 1e6

/** How long the event loop was held at the longest while work was done: nobody else in the process was served meanwhile. */
export class LoopHold {
  readonly #delays = monitorEventLoopDelay({ resolution })
  #longest = 0

  begin(): void {
    this.#delays.reset()
    this.#delays.enable()
  }

  async end(counts: boolean): Promise<void> {
    // What has held the loop to the end is told in its next turn.
    await new Promise((resolve) => setTimeout(resolve, 1))
    this.#delays.disable()
    if (counts && this.#delays.count > 0)
      this.#longest = Math.max(this.#longest, this.#delays.max / nanoseconds - resolution)
  }

  /** Milliseconds. */
  get longest(): number {
    return this.#longest
  }
}
