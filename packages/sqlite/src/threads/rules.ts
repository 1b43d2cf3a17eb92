/** From when on work is given to a thread. */
export interface ThreadRules {
  /** Pages of a file in which nothing takes long. */
  readonly pages: number
  /** Rows of a table that one scan of it reads in no time worth mentioning. */
  readonly scannedRows: number
  /** Milliseconds for which the event loop may be held by one statement, as far as that is known before. */
  readonly milliseconds: number
  /** Rows of a write; more than `mostWrittenRows` are written in pieces, without a copy of them all. */
  readonly fewestWrittenRows: number
  readonly mostWrittenRows: number
  /** Rows of a write whose checkpoint takes long. */
  readonly checkpointedRows: number
  /** Reads that there are between two large writes: where there are fewer, nobody waits for the event loop. */
  readonly readsBesides: number
}

export const usualRules: ThreadRules = {
  pages: 256,
  scannedRows: 10_000,
  milliseconds: 5,
  fewestWrittenRows: 200,
  mostWrittenRows: 20_000,
  checkpointedRows: 20_000,
  readsBesides: 8,
}
