import type { CellRecord } from '../contract/record.ts'
import type { StepLine } from '../harness/options.ts'
import { formatSize, formatTime } from './format.ts'

/** A figure that cells have besides their times, and that steps may limit. */
export interface Besides {
  readonly name: keyof NonNullable<StepLine['limits']>
  /** As a table heads it. */
  readonly head: string
  readonly title: string
  readonly format: (value: number) => string
}

export const besides: readonly Besides[] = [
  { name: 'growth', head: 'growth', title: 'memory added', format: formatSize },
  {
    name: 'longestHold',
    head: 'held',
    title: 'event loop held at the longest',
    format: (milliseconds) => (milliseconds === 0 ? '0 ms' : formatTime(milliseconds)),
  },
]

/** Whether a cell needs more of it than its step allows. */
export function exceeds(cell: CellRecord, { limits }: StepLine, { name }: Besides): boolean {
  return (cell[name] ?? -Infinity) > (limits?.[name] ?? Infinity)
}
