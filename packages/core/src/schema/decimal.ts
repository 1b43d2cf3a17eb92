/** Most digits of a decimal: what an int64 can always hold (TYPE-3). */
export const maxPrecision = 18

const powers = Array.from({ length: maxPrecision + 1 }, (_, exponent) => 10n ** BigInt(exponent))

/** 10 to the power of 0 to 18. */
export function powerOfTen(exponent: number): bigint {
  return powers[exponent]!
}

const written = /^-?[0-9]{1,64}(?:\.[0-9]{1,18})?$/

/**
 * Reads a text such as `-12.30` as an integer scaled by 10^`scale`. Undefined when it is written otherwise, has more
 * fraction digits than `scale` or more digits than `precision`: never rounded (TYPE-3).
 */
export function parseDecimal(value: string, precision: number, scale: number): bigint | undefined {
  if (!written.test(value)) return undefined
  const point = value.indexOf('.')
  const digits = point === -1 ? value : value.slice(0, point) + value.slice(point + 1)
  const missing = point === -1 ? scale : scale - (value.length - point - 1)
  if (missing < 0) return undefined
  const unscaled = BigInt(digits) * powerOfTen(missing)
  return fitsPrecision(unscaled, precision) ? unscaled : undefined
}

/** Whether a scaled integer has at most so many digits. */
export function fitsPrecision(unscaled: bigint, precision: number): boolean {
  const bound = powerOfTen(precision)
  return unscaled < bound && unscaled > -bound
}

/** Writes a scaled integer with exactly `scale` digits after the point, and no point when there are none. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString()
  const negative = unscaled < 0n
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
}
