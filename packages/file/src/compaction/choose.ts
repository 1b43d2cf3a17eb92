import type { Run } from '../table/sorted.js'

/** How many runs of about one size there are at most before they become one. */
const fanOut = 4

/** How many times as large as the smallest of its like a run may be. */
const likeness = 4

/**
 * Which neighbouring runs are to be merged, newest first, or undefined where reads have few enough to look at: `fanOut` runs of which
 * none is much larger than those before it. So each row is written again once for each fourfold growth of its table.
 */
export function choose(runs: readonly Run[]): readonly Run[] | undefined {
  const sizes = runs.map(sizeOf)
  let sum = 0
  let count = 0
  for (const size of sizes) {
    if (count > 0 && size > Math.max(sum, sizes[0]!) * likeness) break
    sum += size
    count++
  }
  return count >= fanOut ? runs.slice(0, count) : undefined
}

function sizeOf({ segments, deletes }: Run): number {
  return [...segments, ...deletes].reduce((sum, { entry }) => sum + entry.bytes, 0)
}
