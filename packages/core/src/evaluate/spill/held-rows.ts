import type { StoredRow } from '../../schema/types.js'
import type { PlacedRows } from './records.js'

/** All rows of a source as one array, or the source itself, from its beginning, where they take more than the limit. */
export async function heldRows(
  source: AsyncIterable<PlacedRows>,
  sizeOf: (row: StoredRow) => number,
  limit: number,
): Promise<StoredRow[] | AsyncGenerator<PlacedRows>> {
  const iterator = source[Symbol.asyncIterator]()
  const batches: PlacedRows[] = []
  let size = 0
  for (;;) {
    const step = await iterator.next()
    if (step.done === true)
      return batches.length === 1 ? batches[0]!.rows : batches.flatMap(({ rows }) => rows)
    const batch = step.value
    batches.push(batch)
    if (limit === Infinity) continue
    for (const row of batch.rows) size += sizeOf(row)
    if (size > limit) return chained(batches, iterator)
  }
}

async function* chained(
  batches: PlacedRows[],
  iterator: AsyncIterator<PlacedRows>,
): AsyncGenerator<PlacedRows> {
  try {
    // Each is let go of as soon as it has been handed on.
    for (let next = batches.shift(); next !== undefined; next = batches.shift()) yield next
    for (;;) {
      const step = await iterator.next()
      if (step.done === true) return
      yield step.value
    }
  } finally {
    await iterator.return?.()
  }
}

/** Rows in arrays, none of which takes much more than the limit. */
export async function* pieces(
  source: AsyncIterable<PlacedRows>,
  sizeOf: (row: StoredRow) => number,
  limit: number,
): AsyncGenerator<StoredRow[]> {
  let piece: StoredRow[] = []
  let size = 0
  for await (const { rows } of source) {
    for (const row of rows) {
      piece.push(row)
      size += sizeOf(row)
      if (size <= limit) continue
      yield piece
      piece = []
      size = 0
    }
  }
  if (piece.length > 0) yield piece
}
