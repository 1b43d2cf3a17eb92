/** What stands for nothing at all beside a time: ClickBench's idea of keeping tiny times from ruling the mean, with 1 ms. */
export const SHIFT = 1

/** What a missing time is at least taken for, doubled: 300 s. */
export const MISSING = 300_000

/**
 * How many times slower than `base` a time is, both shifted.
 *
 * @param time milliseconds of a whole run, as is `base`
 */
export function ratioOf(time: number, base: number, shift: number): number {
  return (time + shift) / (base + shift)
}

/** What a missing figure counts as: twice the worst that was seen, or twice `least` where nothing was as bad as that. */
export function penalty(present: readonly number[], least: number): number {
  return 2 * present.reduce((worst, time) => Math.max(worst, time), least)
}

/** Undefined of no values, since there is no mean of these. */
export function geometricMean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}
