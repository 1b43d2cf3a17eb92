import type { LimitNode, RelationColumns, SortNode } from '../relation/types.js'
import type { Comparator } from '../schema/compare.js'
import { limitRange } from './limit.js'
import { inBatches } from './operator.js'
import type { UnaryOperator } from './operator.js'
import type { OrderedRow } from './row-order.js'
import { compileOrder } from './row-order.js'

/** A limit over a sort in one: holds no more rows than the limit lets through. */
export function topOperator(limit: LimitNode, sort: SortNode, columns: RelationColumns): UnaryOperator {
  const { entry, compareStably } = compileOrder(sort.terms, columns)
  return async function* (input, parameters) {
    const { start, end } = limitRange(limit, parameters)
    if (start >= end) return
    const first = new FirstRows(end, compareStably)
    let position = 0
    for await (const batch of input) {
      for (const row of batch) first.offer(entry(row, position++, parameters))
    }
    yield* inBatches(
      first
        .sorted()
        .slice(start)
        .map(({ row }) => row),
    )
  }
}

/** The first rows of an order, in a heap whose top is the last of them. */
class FirstRows {
  readonly #size: number
  readonly #compare: Comparator<OrderedRow>
  readonly #heap: OrderedRow[] = []

  constructor(size: number, compare: Comparator<OrderedRow>) {
    this.#size = size
    this.#compare = compare
  }

  offer(row: OrderedRow): void {
    const heap = this.#heap
    if (heap.length < this.#size) this.#rise(heap.push(row) - 1, row)
    else if (this.#compare(row, heap[0]!) < 0) this.#sink(row)
  }

  sorted(): OrderedRow[] {
    return this.#heap.sort(this.#compare)
  }

  /** Moves a row up from a free place until its parent comes after it. */
  #rise(place: number, row: OrderedRow): void {
    const heap = this.#heap
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (this.#compare(row, heap[parent]!) <= 0) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = row
  }

  /** Puts a row in place of the top and moves it down until both children come before it. */
  #sink(row: OrderedRow): void {
    const heap = this.#heap
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && this.#compare(heap[child + 1]!, heap[child]!) > 0) child++
      if (this.#compare(row, heap[child]!) >= 0) break
      heap[place] = heap[child]!
      place = child
    }
    heap[place] = row
  }
}
