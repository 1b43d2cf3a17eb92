import type { CellRecord } from '../../contract/record.ts'
import * as format from './format.ts'
import { MISSING, SHIFT } from './ratios.ts'

/** A figure by which arms are compared; less is better. */
export interface Measure {
  readonly name: string
  readonly title: string
  /** Null where the arm has no such figure, which is no fault of its. */
  of(figures: CellRecord): number | null
  /** What is compared: a time as that of the whole run, so that the shift means the same for short and long operations. */
  total(figures: CellRecord): number | null
  readonly format: (value: number) => string
  /** Of the ratios to the best. */
  readonly shift: number
  /** The least that a missing figure counts as, before it is doubled. */
  readonly missing: number
}

const timeOf = (name: string, title: string, of: (figures: CellRecord) => number): Measure => ({
  name,
  title,
  of,
  total: (figures) => of(figures) * figures.operations,
  format: format.time,
  shift: SHIFT,
  missing: MISSING,
})

const sizeOf = (name: string, title: string, of: (figures: CellRecord) => number | null): Measure => ({
  name,
  title,
  of,
  total: of,
  format: format.size,
  shift: SHIFT,
  missing: 0,
})

export const median = timeOf('median', 'Median of the hot runs', (figures) => figures.median)

export const measures: readonly Measure[] = [
  median,
  timeOf('minimum', 'Fastest hot run', (figures) => figures.minimum),
  timeOf('p95', 'Latency, p95', (figures) => figures.latency.p95),
  timeOf('p99', 'Latency, p99', (figures) => figures.latency.p99),
  timeOf('cold', 'First, cold run', (figures) => figures.cold),
  timeOf('processor', 'Processor time', (figures) => figures.processor),
  sizeOf('memory', 'Peak memory', (figures) => figures.peakMemory),
  sizeOf('growth', 'Memory added by the runs', (figures) => figures.growth ?? null),
  {
    ...sizeOf('hold', 'Event loop held', (figures) => figures.longestHold ?? null),
    format: format.time,
  },
  sizeOf('disk', 'Size on disk', (figures) => figures.diskSize),
]
