import type { Batch, Comparator, Key, StoredRow } from '@holdfast/core/backend'
import { throwIfAborted } from '@holdfast/core/backend'
import type { Segment, SegmentScan } from '../segments/types.js'
import { after, before, keyOrderOf } from './key-order.js'
import type { Memory } from './memory.js'
import { merge } from './merge.js'
import type { Source } from './merge.js'
import type { Sorted } from './sorted.js'

/** The rows of a part of a table, in key order or from the last to the first. Reads what is asked for, and no more. */
export async function* scan(sorted: Sorted, request: SegmentScan): AsyncGenerator<Batch> {
  const { layout, memory, runs } = sorted
  const order = keyOrderOf(layout)
  const range = placesOf(request)
  const overlap = runs.map(({ segments, deletes }) => ({
    segments: within(segments, range, order.compare),
    deletes: within(deletes, range, order.compare),
  }))
  const recent = hasEntries(memory, range, order.compare)
  const sources = overlap.filter(({ segments, deletes }) => segments.length + deletes.length > 0)
  if (!recent && sources.length === 0) return
  if (!recent && sources.length === 1) {
    yield* inTurn(sources[0]!.segments, request, () => true)
    return
  }

  const names = [...new Set([...request.columns, ...layout.key])]
  const columns = { ...request, columns: names }
  const inOrder: Source[] = []
  if (recent) inOrder.push(fromMemory(memory, layout.key, names, range, request, order.compare))
  sources.forEach(({ segments, deletes }, index) => {
    const older = sources.slice(index + 1)
    // What a block says of a key hides what is older: it must not be passed over where it may hide anything.
    const hides = (segment: Segment) =>
      older.some((run) => run.segments.some((other) => meet(segment, other, order.compare)))
    inOrder.push({ rows: inTurn(segments, columns, (segment) => !hides(segment)) })
    if (deletes.length > 0) {
      const keys = inTurn(deletes, { ...request, columns: layout.key }, () => false)
      inOrder.push({ rows: keys, lives: () => false })
    }
  })
  const compare: Comparator<Key> = request.descending
    ? (left, right) => order.compare(right, left)
    : order.compare
  const merged = merge(inOrder, compare, order.keyOf)
  if (names.length === request.columns.length) yield* merged
  else for await (const batch of merged) yield batch.map((row) => pick(row, request.columns))
}

/** How many rows there are, where that is known without reading any: nothing hides another. */
export function countOf({ memory, runs }: Sorted): number | undefined {
  if (memory.size > 0 || runs.length > 1) return undefined
  return runs.flatMap(({ segments }) => segments).reduce((sum, { entry }) => sum + entry.rows, 0)
}

interface Range {
  readonly from: Key | undefined
  readonly to: Key | undefined
}

function placesOf({ from, to }: SegmentScan): Range {
  return {
    from: from && (from.inclusive ? before(from.key) : after(from.key)),
    to: to && (to.inclusive ? after(to.key) : before(to.key)),
  }
}

function within(segments: readonly Segment[], { from, to }: Range, compare: Comparator<Key>): Segment[] {
  return segments.filter(
    ({ first, last }) =>
      (from === undefined || compare(last, from) > 0) && (to === undefined || compare(first, to) < 0),
  )
}

function meet(left: Segment, right: Segment, compare: Comparator<Key>): boolean {
  return compare(left.first, right.last) <= 0 && compare(right.first, left.last) <= 0
}

/** Segments whose ranges do not meet, one after the other. */
async function* inTurn(
  segments: readonly Segment[],
  request: SegmentScan,
  mayPassOver: (segment: Segment) => boolean,
): AsyncGenerator<Batch> {
  const { wants: _, ...whole } = request
  for (const segment of request.descending ? segments.toReversed() : segments) {
    throwIfAborted(request.signal)
    yield* segment.scan(mayPassOver(segment) ? request : whole)
  }
}

function hasEntries(memory: Memory, { from, to }: Range, compare: Comparator<Key>): boolean {
  const first = from === undefined ? memory.minKey() : memory.nextHigherKey(from)
  return first !== undefined && (to === undefined || compare(first, to) < 0)
}

/** Recent changes as they are now. Rows that are deleted have their key alone. */
function fromMemory(
  memory: Memory,
  key: readonly string[],
  columns: readonly string[],
  { from, to }: Range,
  { descending = false, signal }: SegmentScan,
  compare: Comparator<Key>,
): Source {
  const deleted = new Set<StoredRow>()
  function* rows(): Generator<Batch> {
    let batch: Batch = []
    for (const [values, { row }] of descending ? memory.entriesReversed(to) : memory.entries(from)) {
      const beyond = descending ? from && compare(values, from) < 0 : to && compare(values, to) > 0
      if (beyond) break
      const entry = row === undefined ? keyRow(key, values) : pick(row, columns)
      if (row === undefined) deleted.add(entry)
      if (batch.push(entry) < 1000) continue
      throwIfAborted(signal)
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }
  return { rows: rows(), lives: (row) => !deleted.has(row) }
}

function keyRow(names: readonly string[], values: Key): StoredRow {
  return Object.fromEntries(names.map((name, index) => [name, values[index]!]))
}

function pick(row: StoredRow, columns: readonly string[]): StoredRow {
  const picked: StoredRow = {}
  for (const name of columns) picked[name] = row[name]!
  return picked
}
