import type { Key } from '@holdfast/core/backend'
import type { RowLayout, Segment } from '../segments/types.js'
import { keyOrderOf } from './key-order.js'
import type { Memory } from './memory.js'

/**
 * Rows in key order, as one state of them: a table, or a unique index, whose rows are the index's columns and the table's key.
 * Never changed once others may read it: a change makes another one, which shares what is the same.
 */
export interface Sorted {
  /** Tables and indexes have numbers of their own. */
  readonly id: number
  readonly layout: RowLayout
  /** What hides all runs. */
  readonly memory: Memory
  /** Newest first: each hides those after it. */
  readonly runs: readonly Run[]
}

/** Segments whose ranges of keys do not meet, in key order, and the keys that are deleted from older runs. */
export interface Run {
  readonly segments: readonly Segment[]
  /** Segments of the key columns alone. */
  readonly deletes: readonly Segment[]
}

/** The one of segments whose ranges do not meet that may have a key. */
export function segmentOf(segments: readonly Segment[], layout: RowLayout, key: Key): Segment | undefined {
  const { compare } = keyOrderOf(layout)
  let low = 0
  let high = segments.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(segments[middle]!.last, key) < 0) low = middle + 1
    else high = middle
  }
  const segment = segments[low]
  return segment !== undefined && compare(segment.first, key) <= 0 ? segment : undefined
}

/** The layout of the keys that a run deletes. */
export function deletesLayoutOf(layout: RowLayout): RowLayout {
  let keys = keyLayouts.get(layout)
  if (keys === undefined) {
    const columns = layout.key.map((name) => layout.columns.find((column) => column.name === name)!)
    keyLayouts.set(layout, (keys = { ...layout, columns }))
  }
  return keys
}

const keyLayouts = new WeakMap<RowLayout, RowLayout>()

/** The greatest key of all rows that there are or were; undefined if there are none. */
export function greatestKey({ layout, memory, runs }: Sorted): Key | undefined {
  const { compare } = keyOrderOf(layout)
  let greatest = memory.maxKey()
  for (const { segments, deletes } of runs) {
    for (const segment of [segments.at(-1), deletes.at(-1)]) {
      if (segment !== undefined && (greatest === undefined || compare(segment.last, greatest) > 0))
        greatest = segment.last
    }
  }
  return greatest
}
