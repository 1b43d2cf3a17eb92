import type { Tally } from './tally.js'

/** From so many rounds on the share of non-trivial cases is taken by its word. */
const enoughRounds = 100

/**
 * Whether a law has seen fewer non-trivial cases than its floor demands, a share from 0 to 1. After few rounds it is demanded
 * with three standard deviations to spare, so that chance alone fails none; some dozens of trivial rounds fail all the same.
 */
export function looksAtTooLittle(
  { cases, nonTrivial, rounds }: Pick<Tally, 'cases' | 'nonTrivial' | 'rounds'>,
  floor: number,
): boolean {
  if (cases === 0) return true
  const independent = rounds === 0 ? cases : rounds
  const spare = independent < enoughRounds ? 3 * Math.sqrt((floor * (1 - floor)) / independent) : 0
  return nonTrivial / cases < floor - spare
}
