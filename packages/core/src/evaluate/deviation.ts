import type { LogicalType, StoredValue } from '../schema/types.js'
import { doubleSumOf, doubleTotal, finite, mergeDoubleSums } from './sums.js'

/** The sample's standard deviation of at least two values (AGG-6). */
export function deviationOf(type: LogicalType): (values: readonly StoredValue[]) => number {
  if (type.name === 'double') return (values) => finite(deviationOfDoubles(values as readonly number[]))
  const divisor = type.name === 'decimal' ? 10 ** type.scale : 1
  return (values) => deviationOfIntegers((values as readonly (number | bigint)[]).map(BigInt)) / divisor
}

/** Exact up to the last division. */
function deviationOfIntegers(values: readonly bigint[]): number {
  let sum = 0n
  let squares = 0n
  for (const value of values) {
    sum += value
    squares += value * value
  }
  const count = BigInt(values.length)
  return Math.sqrt(ratio(count * squares - sum * sum, count * (count - 1n)))
}

/** The quotient of two non-negative integers of any size, to at least 60 bits before it becomes a double. */
function ratio(numerator: bigint, denominator: bigint): number {
  const shift = Math.max(0, 64 + bits(denominator) - bits(numerator))
  return Number((numerator << BigInt(shift)) / denominator) / 2 ** shift
}

function bits(value: bigint): number {
  return 4 * value.toString(16).length
}

/** In two passes over values scaled into (−2, 2), so that no square overflows. */
function deviationOfDoubles(values: readonly number[]): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (largest === 0) return 0
  const scale = 2 ** -Math.max(Math.floor(Math.log2(largest)), -1000)
  const scaled = values.map((value) => value * scale)
  const mean = sum(scaled) / scaled.length
  const deviations = scaled.map((value) => value - mean)
  // The mean is rounded; what its error adds to the squares is taken off again.
  const drift = sum(deviations)
  const squares = sum(deviations.map((deviation) => deviation * deviation))
  const variance = (squares - (drift * drift) / scaled.length) / (scaled.length - 1)
  return Math.sqrt(Math.max(variance, 0)) / scale
}

function sum(values: readonly number[]): number {
  return doubleTotal(values.map(doubleSumOf).reduce(mergeDoubleSums))
}
