import type { Comparator } from '../../schema/compare.js'
import type { StoredRow } from '../../schema/types.js'
import { batchSize } from '../operator.js'
import type { PlacedRows } from './records.js'
import type { SpilledRows } from './spilled-rows.js'
import { spilled } from './spilled-rows.js'
import type { Workspace } from './workspace.js'

/** A row and where it was in the input. */
export interface PlacedRow {
  readonly row: StoredRow
  readonly position: number
}

/** An order of rows, and what of each the order looks at. */
export interface RowsOrder<Entry extends PlacedRow> {
  readonly entry: (row: StoredRow, position: number) => Entry
  readonly compare: Comparator<Entry>
}

/** The order of the input. */
export const inputOrder: RowsOrder<PlacedRow> = {
  entry: (row, position) => ({ row, position }),
  compare: (left, right) => left.position - right.position,
}

/**
 * Merges rows on disk, each list of them in order, into one list. What the order does not tell apart comes in the order of
 * the lists. Reads no more of them at once than the workspace allows.
 *
 * @param held entries in order that have stayed in memory: the last list
 */
export async function* mergeSpilled<Entry extends PlacedRow>(
  workspace: Workspace,
  names: readonly string[],
  lists: readonly SpilledRows[],
  order: RowsOrder<Entry>,
  held: readonly Entry[] = [],
): AsyncGenerator<PlacedRows> {
  let left = lists
  while (left.length > workspace.fan) {
    const fewer: SpilledRows[] = []
    for (let start = 0; start < left.length; start += workspace.fan) {
      const some = left.slice(start, start + workspace.fan)
      fewer.push(
        some.length === 1 ? some[0]! : await spilled(workspace.file, names, merge(some.map(taken), order)),
      )
    }
    left = fewer
  }
  const sources = left.map(taken)
  if (held.length > 0) sources.push(inMemory(held))
  yield* merge(sources, order)
}

/** Brings lists in input order, each made in turn, into one in input order. */
export async function* inInputOrder(
  workspace: Workspace,
  names: readonly string[],
  sources: readonly AsyncIterable<PlacedRows>[],
): AsyncGenerator<PlacedRows> {
  const lists: SpilledRows[] = []
  for (const source of sources) {
    const list = await spilled(workspace.file, names, source)
    if (list.count > 0) lists.push(list)
  }
  yield* mergeSpilled(workspace, names, lists, inputOrder)
}

function taken(list: SpilledRows): AsyncGenerator<PlacedRows> {
  return list.take()
}

async function* inMemory(entries: readonly PlacedRow[]): AsyncGenerator<PlacedRows> {
  yield { rows: entries.map(({ row }) => row), positions: entries.map(({ position }) => position) }
}

/** One of several sorted sources. */
class Cursor<Entry extends PlacedRow> {
  readonly #source: AsyncIterator<PlacedRows>
  readonly #entryOf: RowsOrder<Entry>['entry']
  #batch: PlacedRows = { rows: [], positions: [] }
  #next = 0
  /** The first entry that is left. */
  entry!: Entry

  constructor(
    source: AsyncIterable<PlacedRows>,
    readonly rank: number,
    entryOf: RowsOrder<Entry>['entry'],
  ) {
    this.#source = source[Symbol.asyncIterator]()
    this.#entryOf = entryOf
  }

  /** Goes on to the next entry of the batch at hand; false when there is none. */
  step(): boolean {
    const { rows, positions } = this.#batch
    if (this.#next >= rows.length) return false
    this.entry = this.#entryOf(rows[this.#next]!, positions[this.#next]!)
    this.#next++
    return true
  }

  /** Goes on to the next batch; false at the end. */
  async load(): Promise<boolean> {
    const step = await this.#source.next()
    if (step.done === true) return false
    this.#batch = step.value
    this.#next = 0
    return this.step()
  }
}

async function* merge<Entry extends PlacedRow>(
  sources: readonly AsyncIterable<PlacedRows>[],
  { entry, compare }: RowsOrder<Entry>,
): AsyncGenerator<PlacedRows> {
  // A heap whose top is the cursor with the first entry.
  const heap: Cursor<Entry>[] = []
  for (const [rank, source] of sources.entries()) {
    const cursor = new Cursor(source, rank, entry)
    if (await cursor.load()) heap.push(cursor)
  }
  const before = (left: Cursor<Entry>, right: Cursor<Entry>): boolean =>
    (compare(left.entry, right.entry) || left.rank - right.rank) < 0
  for (let place = heap.length >> 1; place-- > 0;) sink(heap, place, before)
  let rows: StoredRow[] = []
  let positions: number[] = []
  while (heap.length > 0) {
    const first = heap[0]!
    rows.push(first.entry.row)
    positions.push(first.entry.position)
    if (rows.length >= batchSize) {
      yield { rows, positions }
      rows = []
      positions = []
    }
    if (!first.step() && !(await first.load())) {
      const last = heap.pop()!
      if (last === first) break
      heap[0] = last
    }
    sink(heap, 0, before)
  }
  if (rows.length > 0) yield { rows, positions }
}

function sink<Item>(heap: Item[], start: number, before: (left: Item, right: Item) => boolean): void {
  const item = heap[start]!
  let place = start
  for (;;) {
    let child = 2 * place + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
    if (!before(heap[child]!, item)) break
    heap[place] = heap[child]!
    place = child
  }
  heap[place] = item
}
