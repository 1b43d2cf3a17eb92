import type { Table } from '@holdfast/core'

/** Tables with rows that come from a seed, one after another: nobody holds them all, and nothing is downloaded. */
export interface Dataset {
  /** What `datasets` calls it. */
  readonly name: string
  readonly tables: readonly FilledTable[]
}

export interface FilledTable {
  readonly table: Table
  readonly rows: (amount: Amount) => Iterable<Record<string, unknown>>
}

export interface Amount {
  /** Of the largest table. */
  readonly rows: number
  readonly seed: number
}
