import type { RowReader } from '../types.js'

type Batches<Row> = AsyncGenerator<Row[], undefined, undefined>

/** A reader whose batches are made anew for each loop over it. */
export function rowReader<Row>(start: () => Batches<Row>): RowReader<Row> {
  return { batches: start, [Symbol.asyncIterator]: () => new RowIterator(start()) }
}

/** The rows of batches one by one. An asynchronous generator would take twice as long. */
class RowIterator<Row> implements AsyncIterableIterator<Row, undefined, undefined> {
  readonly #batches: Batches<Row>
  #batch: readonly Row[] = []
  #index = 0
  /** Calls that wait for a batch; later ones come after them. */
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(batches: Batches<Row>) {
    this.#batches = batches
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Row, undefined>> {
    return this.#waiting === 0 && this.#index < this.#batch.length
      ? Promise.resolve({ done: false, value: this.#batch[this.#index++]! })
      : this.#later()
  }

  async return(): Promise<IteratorResult<Row, undefined>> {
    this.#batch = []
    await this.#batches.return(undefined)
    return { done: true, value: undefined }
  }

  #later(): Promise<IteratorResult<Row, undefined>> {
    this.#waiting++
    const step = this.#last.then(() => this.#take())
    const settled = () => {
      this.#waiting--
    }
    this.#last = step.then(settled, settled)
    return step
  }

  async #take(): Promise<IteratorResult<Row, undefined>> {
    while (this.#index >= this.#batch.length) {
      const step = await this.#batches.next()
      if (step.done === true) return { done: true, value: undefined }
      this.#batch = step.value
      this.#index = 0
    }
    return { done: false, value: this.#batch[this.#index++]! }
  }
}
