import type { StoredRow } from '@holdfast/core/backend'
import { keyOrderOf } from '../table/key-order.js'
import { emptyMemory } from '../table/memory.js'
import { deletesLayoutOf } from '../table/sorted.js'
import type { Run, Sorted } from '../table/sorted.js'
import type { RowLayout, Segment, SegmentWriter } from '../segments/types.js'

/** Makes a run of all that is in memory; gives the same back where there is nothing. */
export type Flush = (sorted: Sorted, folder: string) => Promise<Sorted>

/** Makes segments, in the folder of a table. */
export interface SegmentMaker {
  create(folder: string, layout: RowLayout): SegmentWriter
  /** Finishes the file and opens it. */
  finish(writer: SegmentWriter, folder: string, layout: RowLayout): Promise<Segment>
}

export function flushWith(maker: SegmentMaker): Flush {
  return async (sorted, folder) => {
    const { layout, memory, runs } = sorted
    if (memory.size === 0) return sorted
    const run: Run = {
      segments: await written(maker, folder, layout, rowsIn(sorted)),
      // Where there is nothing older nothing is to be hidden.
      deletes:
        runs.length === 0 ? [] : await written(maker, folder, deletesLayoutOf(layout), deletedIn(sorted)),
    }
    return { ...sorted, memory: emptyMemory(layout), runs: withRun(sorted, run) }
  }
}

/** A segment of at most so many bytes, about. */
const largest = 256 * 2 ** 20

/** Writes rows in key order to as many segments as they need. */
export async function written(
  maker: SegmentMaker,
  folder: string,
  layout: RowLayout,
  batches: Iterable<StoredRow[]> | AsyncIterable<StoredRow[]>,
): Promise<Segment[]> {
  const segments: Segment[] = []
  let writer: SegmentWriter | undefined
  try {
    for await (const batch of batches) {
      writer ??= maker.create(folder, layout)
      await writer.add(batch)
      if (writer.bytes < largest) continue
      segments.push(await maker.finish(writer, folder, layout))
      writer = undefined
    }
    if (writer !== undefined) segments.push(await maker.finish(writer, folder, layout))
    return segments
  } catch (error) {
    await writer?.abandon()
    throw error
  }
}

/** Rows that come after all of the newest run join it, so that it stays one run however much is added at the end. */
function withRun({ layout, runs }: Sorted, run: Run): readonly Run[] {
  const [newest, ...older] = runs
  const last = newest?.segments.at(-1)
  const first = run.segments[0]
  if (first === undefined && run.deletes.length === 0) return runs
  const follows =
    last !== undefined &&
    first !== undefined &&
    run.deletes.length === 0 &&
    keyOrderOf(layout).compare(last.last, first.first) < 0
  return follows
    ? [{ ...newest!, segments: [...newest!.segments, ...run.segments] }, ...older]
    : [run, ...runs]
}

const together = 1000

function* rowsIn({ memory }: Sorted): Generator<StoredRow[]> {
  yield* inLists(
    (function* () {
      for (const { row } of memory.values()) if (row !== undefined) yield row
    })(),
  )
}

function* deletedIn({ memory, layout }: Sorted): Generator<StoredRow[]> {
  yield* inLists(
    (function* () {
      for (const [key, { row }] of memory.entries()) {
        if (row === undefined) yield Object.fromEntries(layout.key.map((name, index) => [name, key[index]!]))
      }
    })(),
  )
}

function* inLists(rows: Iterable<StoredRow>): Generator<StoredRow[]> {
  let list: StoredRow[] = []
  for (const row of rows) {
    if (list.push(row) < together) continue
    yield list
    list = []
  }
  if (list.length > 0) yield list
}
