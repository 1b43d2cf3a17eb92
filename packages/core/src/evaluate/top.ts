import type { LimitNode, RelationColumns, SortNode } from '../relation/types.js'
import type { Comparator } from '../schema/compare.js'
import { limitOperator, limitRange } from './limit.js'
import { inBatches } from './operator.js'
import type { UnaryOperator } from './operator.js'
import type { OrderedRow } from './row-order.js'
import { compileSorter, rowsOf, sortedBatches } from './sorter.js'
import type { Sorter } from './sorter.js'

/** A limit over a sort in one: holds no more rows than the limit lets through, and sorts all where these are too many. */
export function topOperator(limit: LimitNode, sort: SortNode, columns: RelationColumns): UnaryOperator {
  const order = compileSorter(sort.terms, columns)
  const limited = limitOperator(limit)
  return async function* (input, parameters, workspace) {
    const { start, end } = limitRange(limit, parameters)
    if (start >= end) return
    const first = new FirstRows(end, order.compareStably)
    let size = 0
    let sorter: Sorter | undefined
    let position = 0
    for await (const batch of input) {
      for (const row of batch) {
        const entry = order.entry(row, position++, parameters)
        if (sorter !== undefined) {
          if (sorter.add(entry)) await sorter.write()
          continue
        }
        const left = first.offer(entry)
        if (left === entry) continue
        size += order.sizeOf(entry) - (left === undefined ? 0 : order.sizeOf(left))
        if (size <= workspace.limit) continue
        sorter = order.start(parameters, workspace)
        for (const kept of first.take()) if (sorter.add(kept)) await sorter.write()
      }
    }
    if (sorter === undefined) yield* inBatches(rowsOf(first.take().slice(start)))
    else yield* limited(sortedBatches(sorter), parameters, workspace)
  }
}

/** The first rows of an order, in a heap whose top is the last of them. */
class FirstRows {
  readonly #size: number
  readonly #compare: Comparator<OrderedRow>
  #heap: OrderedRow[] = []

  constructor(size: number, compare: Comparator<OrderedRow>) {
    this.#size = size
    this.#compare = compare
  }

  /** Gives the row that is not one of them, if there are enough: this one or one from before. */
  offer(row: OrderedRow): OrderedRow | undefined {
    const heap = this.#heap
    if (heap.length < this.#size) {
      this.#rise(heap.push(row) - 1, row)
      return undefined
    }
    const last = heap[0]!
    if (this.#compare(row, last) >= 0) return row
    this.#sink(row)
    return last
  }

  /** The rows in order, which are held here no more. */
  take(): OrderedRow[] {
    const rows = this.#heap
    this.#heap = []
    return rows.sort(this.#compare)
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
