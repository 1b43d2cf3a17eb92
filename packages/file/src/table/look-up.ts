import type { Key, MaybePromise, StoredRow } from '@holdfast/core/backend'
import type { RowLayout, Segment } from '../segments/types.js'
import { segmentOf } from './sorted.js'
import type { Run, Sorted } from './sorted.js'

/** The whole row with a key. No promise is made where no file has to be read. */
export function lookUp(sorted: Sorted, key: Key): MaybePromise<StoredRow | undefined> {
  const recent = sorted.memory.get(key)
  return recent === undefined ? inRuns(sorted, key, 0) : recent.row
}

function inRuns(sorted: Sorted, key: Key, start: number): MaybePromise<StoredRow | undefined> {
  const { layout, runs } = sorted
  for (let position = start; position < runs.length; position++) {
    const found = inRun(runs[position]!, layout, key)
    if (found instanceof Promise) {
      return found.then((settled) => (settled === absent ? inRuns(sorted, key, position + 1) : settled))
    }
    if (found !== absent) return found
  }
  return undefined
}

/** That a run says nothing of a key. */
const absent = Symbol('absent')
type Found = StoredRow | undefined | typeof absent

function inRun({ segments, deletes }: Run, layout: RowLayout, key: Key): MaybePromise<Found> {
  const row = inSegments(segments, layout, key)
  const settle = (settled: StoredRow | undefined): MaybePromise<Found> => {
    if (settled !== undefined) return settled
    if (deletes.length === 0) return absent
    const deleted = inSegments(deletes, layout, key)
    const answer = (known: StoredRow | undefined): Found => (known === undefined ? absent : undefined)
    return deleted instanceof Promise ? deleted.then(answer) : answer(deleted)
  }
  return row instanceof Promise ? row.then(settle) : settle(row)
}

function inSegments(
  segments: readonly Segment[],
  layout: RowLayout,
  key: Key,
): MaybePromise<StoredRow | undefined> {
  return segmentOf(segments, layout, key)?.get(key)
}
