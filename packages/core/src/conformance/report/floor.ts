import type { Tally } from './tally.js'

/** From so many cases on the share of non-trivial ones is taken by its word. */
const enoughCases = 100

/**
 * Whether a law has seen fewer non-trivial cases than its floor demands, a share from 0 to 1. Of few cases it is demanded
 * with three standard deviations to spare, so that chance alone fails none; some dozens of trivial cases fail all the same.
 */
export function looksAtTooLittle(
  { cases, nonTrivial }: Pick<Tally, 'cases' | 'nonTrivial'>,
  floor: number,
): boolean {
  if (cases === 0) return true
  const spare = cases < enoughCases ? 3 * Math.sqrt(cases * floor * (1 - floor)) : 0
  return nonTrivial < cases * floor - spare
}
