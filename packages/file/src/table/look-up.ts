import type { Key, MaybePromise, StoredRow } from '@holdfast/core/backend'
import type { RowLayout, Segment } from '../segments/types.js'
import { keyOrderOf } from './key-order.js'
import { segmentOf } from './sorted.js'
import type { Run, Sorted } from './sorted.js'

/** The whole row with a key. No promise is made where no file has to be read. */
export function lookUp(sorted: Sorted, key: Key): MaybePromise<StoredRow | undefined> {
  const recent = sorted.memory.get(key)
  return recent === undefined ? inRuns(sorted, key, 0) : recent.row
}

/**
 * The whole rows with these keys, in their order. Each run is gone through in key order, so that no block is read twice however small
 * the cache is. No promise is made where no file has to be read.
 */
export function lookUpAll(
  sorted: Sorted,
  keys: readonly Key[],
): MaybePromise<readonly (StoredRow | undefined)[]> {
  const recent = keys.map((key) => sorted.memory.get(key))
  const found = recent.map((change) => change?.row)
  const open = [...keys.keys()].filter((place) => recent[place] === undefined)
  return open.length === 0 || sorted.runs.length === 0 ? found : allInRuns(sorted, keys, found, open)
}

async function allInRuns(
  { layout, runs }: Sorted,
  keys: readonly Key[],
  found: (StoredRow | undefined)[],
  places: readonly number[],
): Promise<readonly (StoredRow | undefined)[]> {
  const { compare } = keyOrderOf(layout)
  let open = places.toSorted((left, right) => compare(keys[left]!, keys[right]!))
  for (const { segments, deletes } of runs) {
    open = await passOver(segments, open, (place, row) => (found[place] = row))
    open = await passOver(deletes, open)
  }
  return found

  /** The places of which none of these segments says anything. */
  async function passOver(
    segments: readonly Segment[],
    asked: readonly number[],
    take?: (place: number, row: StoredRow) => void,
  ): Promise<number[]> {
    const rest: number[] = []
    for (const place of asked) {
      const answer = inSegments(segments, layout, keys[place]!)
      const row = answer instanceof Promise ? await answer : answer
      if (row === undefined) rest.push(place)
      else take?.(place, row)
    }
    return rest
  }
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
