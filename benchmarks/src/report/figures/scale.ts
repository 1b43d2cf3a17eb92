/** A logarithmic axis: where a value lies between its ends, from 0 to 1. */
export interface Scale {
  readonly minimum: number
  readonly maximum: number
  /** The powers of ten (or 1, 2, 5 where there are few of these) that lie on the axis. */
  readonly ticks: readonly number[]
  readonly position: (value: number) => number
}

const STEPS = [1, 2, 5]

/**
 * The axis that holds all values: it begins below the least, so that its bar can be seen, and ends at a round number.
 * Values that are not above zero have no place on it; they are put at its beginning.
 */
export function logScale(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value))
  const minimum = roundDown(positive.reduce((least, value) => Math.min(least, value), Infinity) / 2)
  const maximum = roundUp(positive.reduce((most, value) => Math.max(most, value), 0))
  if (positive.length === 0) return { minimum: 1, maximum: 10, ticks: [1, 10], position: () => 0 }
  const span = Math.log(maximum / minimum)
  return {
    minimum,
    maximum,
    ticks: ticksOf(minimum, maximum),
    position: (value) => (value > minimum ? Math.min(1, Math.log(value / minimum) / span) : 0),
  }
}

/** The greatest of 1, 2, 5, times a power of ten, that is no more than the value. */
export function roundDown(value: number): number {
  return rounds(value).findLast((round) => round <= value) ?? value
}

/** The least of 1, 2, 5, times a power of ten, that is no less than the value. */
export function roundUp(value: number): number {
  return rounds(value).find((round) => round >= value) ?? value
}

/** Round numbers about the value. Written as decimals, since 10 ** -3 * 2 is not 0.002 everywhere. */
function rounds(value: number): readonly number[] {
  const power = Math.floor(Math.log10(value))
  return [power - 1, power, power + 1].flatMap((exponent) =>
    STEPS.map((step) => Number(`${step}e${exponent}`)),
  )
}

function ticksOf(minimum: number, maximum: number): readonly number[] {
  const first = Math.floor(Math.log10(minimum))
  const exponents = Array.from(
    { length: Math.ceil(Math.log10(maximum)) - first + 1 },
    (_, index) => first + index,
  )
  const inside = (steps: readonly number[]) =>
    exponents
      .flatMap((exponent) => steps.map((step) => Number(`${step}e${exponent}`)))
      .filter((tick) => tick >= minimum && tick <= maximum)
  const powers = inside([1])
  const ticks = powers.length >= 3 ? powers : inside(STEPS)
  const each = Math.ceil(ticks.length / 6)
  return ticks.filter((_, index) => index % each === 0)
}
