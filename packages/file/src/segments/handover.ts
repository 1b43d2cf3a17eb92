/** Hands items from one who gives to one who iterates: each waits for the other, and nothing is kept in between. */
export class Handover<Item> implements AsyncIterable<Item> {
  #item:
    { readonly item: Item; readonly taken: () => void; readonly failed: (error: unknown) => void } | undefined
  #waiting: (() => void) | undefined
  #ended = false
  #error: { readonly error: unknown } | undefined

  /** Resolves when the item was taken and the next one is asked for. Requires that the one before it was. */
  async give(item: Item): Promise<void> {
    if (this.#error !== undefined) throw this.#error.error
    await new Promise<void>((taken, failed) => {
      this.#item = { item, taken, failed }
      this.#wake()
    })
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  /** Whoever gives is told; whoever iterates ends with the error. */
  fail(error: unknown): void {
    this.#error ??= { error }
    this.#item?.failed(error)
    this.#item = undefined
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error.error
      if (this.#item !== undefined) {
        const { item, taken } = this.#item
        yield item
        this.#item = undefined
        taken()
      } else if (this.#ended) return
      else await new Promise<void>((resolve) => (this.#waiting = resolve))
    }
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.()
  }
}
