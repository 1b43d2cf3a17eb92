import type { PlacedRows } from './records.js'

/**
 * What takes rows batch by batch, and works through a batch without a pause.
 */
export interface Sink {
  /**
   * Takes the rows of a batch from one of them on. Gives the place of the first that is not taken when `write` must be
   * awaited before it goes on; undefined when all are.
   */
  take(batch: PlacedRows, from: number): number | undefined
  /** Puts on disk what is too much. */
  write(): Promise<void>
}

/** Gives all rows to a sink. */
export async function pour(source: AsyncIterable<PlacedRows>, sink: Sink): Promise<void> {
  for await (const batch of source) await pourBatch(batch, sink)
}

/** Gives a batch to a sink. */
export async function pourBatch(batch: PlacedRows, sink: Sink): Promise<void> {
  for (let from = sink.take(batch, 0); from !== undefined; from = sink.take(batch, from)) await sink.write()
}
