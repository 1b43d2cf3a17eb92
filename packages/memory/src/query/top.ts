import type { Comparator } from '@holdfast/core/backend'

/** The first of many entries by an order: no more than `size` are held, in a heap whose top is the last of them. */
export class Top<Entry> {
  readonly #size: number
  readonly #compare: Comparator<Entry>
  readonly #heap: Entry[] = []

  constructor(size: number, compare: Comparator<Entry>) {
    this.#size = size
    this.#compare = compare
  }

  /** What an entry must come before to be let in; undefined while there is room. */
  get bar(): Entry | undefined {
    return this.#heap.length < this.#size ? undefined : this.#heap[0]
  }

  offer(entry: Entry): void {
    if (this.#heap.length < this.#size) this.#rise(this.#heap.push(entry) - 1, entry)
    else if (this.#compare(entry, this.#heap[0]!) < 0) this.#sink(entry)
  }

  /** All entries held, in order. */
  sorted(): Entry[] {
    return this.#heap.sort(this.#compare)
  }

  /** Moves an entry up from a place at the bottom until its parent does not come before it. */
  #rise(start: number, entry: Entry): void {
    let place = start
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (this.#compare(this.#heap[parent]!, entry) >= 0) break
      this.#heap[place] = this.#heap[parent]!
      place = parent
    }
    this.#heap[place] = entry
  }

  /** Puts an entry in the place of the top and moves it down until no child comes after it. */
  #sink(entry: Entry): void {
    const { length } = this.#heap
    let place = 0
    for (let child = 1; child < length; child = 2 * place + 1) {
      if (child + 1 < length && this.#compare(this.#heap[child + 1]!, this.#heap[child]!) > 0) child++
      if (this.#compare(this.#heap[child]!, entry) <= 0) break
      this.#heap[place] = this.#heap[child]!
      place = child
    }
    this.#heap[place] = entry
  }
}
