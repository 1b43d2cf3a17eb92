/** Milliseconds between two looks. */
const resolution = 5

/** How long the event loop was held at the longest while work was done: nobody else in the process was served meanwhile. */
export class LoopHold {
  #timer: NodeJS.Timeout | undefined
  #last = 0
  #longest = 0

  begin(): void {
    this.#last = performance.now()
    this.#timer = setInterval(() => this.#look(), resolution)
  }

  end(): void {
    clearInterval(this.#timer)
    this.#look()
  }

  /** Milliseconds. */
  get longest(): number {
    return this.#longest
  }

  #look(): void {
    const now = performance.now()
    this.#longest = Math.max(this.#longest, now - this.#last - resolution)
    this.#last = now
  }
}
