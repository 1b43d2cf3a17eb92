import { tmpdir } from 'node:os'
import type { WorkLimits } from '../types.js'

/** Nothing goes to disk. */
export const inMemory: WorkLimits = { workMemory: Infinity, temporaryFolder: tmpdir() }

/** What is more than so many bytes goes to disk. */
export function holding(workMemory: number): WorkLimits {
  return { workMemory, temporaryFolder: tmpdir() }
}
