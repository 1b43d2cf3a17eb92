import type { Run } from '../table/sorted.js'

/** How many runs of about one size there are at most before they become one. */
const fanOut = 4

/** How many times as large as the largest of those before it a run may be, to be of their size. */
const likeness = 2

/**
 * Which neighbouring runs are to be merged, newest first, or undefined where reads have few enough to look at: `fanOut` runs of which
 * none is much larger than those before it. So each row is written again once for each fourfold growth of its table: what was merged
 * waits until there are as many of its own size.
 */
export function choose(runs: readonly Run[]): readonly Run[] | undefined {
  let largest = Infinity
  let count = 0
  for (const size of runs.map(sizeOf)) {
    if (size > largest * likeness) break
    largest = count === 0 ? size : Math.max(largest, size)
    count++
  }
  return count >= fanOut ? runs.slice(0, count) : undefined
}

function sizeOf({ segments, deletes }: Run): number {
  return [...segments, ...deletes].reduce((sum, { entry }) => sum + entry.bytes, 0)
}
