import type { Parameters } from '../backend/types.js'
import type { LimitNode, RelationColumns, SortNode } from '../relation/types.js'
import type { Comparator } from '../schema/compare.js'
import { limitOperator, limitRange } from './limit.js'
import { inBatches, placed } from './operator.js'
import type { UnaryOperator } from './operator.js'
import type { OrderedRow } from './row-order.js'
import { compileSorter, rowsOf, sortedBatches } from './sorter.js'
import type { CompiledSorter, Sorter } from './sorter.js'
import type { PlacedRows } from './spill/records.js'
import { pour } from './spill/sink.js'
import type { Sink } from './spill/sink.js'
import type { Workspace } from './spill/workspace.js'

/** A limit over a sort in one: holds no more rows than the limit lets through, and sorts all where these are too many. */
export function topOperator(limit: LimitNode, sort: SortNode, columns: RelationColumns): UnaryOperator {
  const order = compileSorter(sort.terms, columns)
  const limited = limitOperator(limit)
  return async function* (input, parameters, workspace) {
    const { start, end } = limitRange(limit, parameters)
    if (start >= end) return
    const top = new Top(order, end, parameters, workspace)
    await pour(placed(input), top)
    const { sorter } = top
    if (sorter === undefined) yield* inBatches(rowsOf(top.rows().slice(start)))
    else yield* limited(sortedBatches(sorter), parameters, workspace)
  }
}

/** Holds the first rows, or gives all to a sorter once these are too many. */
class Top implements Sink {
  readonly #order: CompiledSorter
  readonly #parameters: Parameters
  readonly #workspace: Workspace
  readonly #first: FirstRows
  #size = 0
  /** Who has the rows, when it is not this. */
  sorter: Sorter | undefined

  constructor(order: CompiledSorter, count: number, parameters: Parameters, workspace: Workspace) {
    this.#order = order
    this.#parameters = parameters
    this.#workspace = workspace
    this.#first = new FirstRows(count, order.compareStably)
  }

  take(batch: PlacedRows, from: number): number | undefined {
    if (this.sorter !== undefined) return this.sorter.take(batch, from)
    const { entry, sizeOf } = this.#order
    const { rows, positions } = batch
    for (let index = from; index < rows.length; index++) {
      const one = entry(rows[index]!, positions[index]!, this.#parameters)
      const left = this.#first.offer(one)
      if (left === one) continue
      this.#size += sizeOf(one) - (left === undefined ? 0 : sizeOf(left))
      if (this.#size > this.#workspace.limit) return index + 1
    }
    return undefined
  }

  async write(): Promise<void> {
    if (this.sorter === undefined) {
      this.sorter = this.#order.start(this.#parameters, this.#workspace)
      for (const row of this.#first.take()) this.sorter.add(row)
    }
    await this.sorter.write()
  }

  rows(): OrderedRow[] {
    return this.#first.take()
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
