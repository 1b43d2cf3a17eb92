import type { LogicalType, StoredValue } from '../schema/types.js'
import { ExactMoments, rootOfQuotient } from './moments.js'
import { doubleSumOf, doubleTotal, finite, mergeDoubleSums } from './sums.js'

/** Takes values and gives the deviation of the sample, null for fewer than two (AGG-6). */
export interface Deviation {
  readonly add: (value: StoredValue) => void
  readonly result: () => StoredValue
  /** Sums up what is held. */
  readonly settle: () => void
}

/** How the deviations of a type are worked out. */
export function deviationOf(type: LogicalType): () => Deviation {
  if (type.name === 'double') return deviationOfDoubles
  const divisor = type.name === 'decimal' ? 10 ** type.scale : 1
  return () => deviationOfIntegers(divisor)
}

/** Exact up to the last division. */
function deviationOfIntegers(divisor: number): Deviation {
  let count = 0n
  let sum = 0n
  let squares = 0n
  return {
    add(value) {
      const one = BigInt(value as number | bigint)
      count++
      sum += one
      squares += one * one
    },
    result: () =>
      count < 2n ? null : rootOfQuotient(count * squares - sum * sum, count * (count - 1n)) / divisor,
    settle: () => undefined,
  }
}

function deviationOfDoubles(): Deviation {
  let held: number[] = []
  let moments: ExactMoments | undefined
  const settle = (): void => {
    moments ??= new ExactMoments()
    for (const value of held) moments.add(value)
    held = []
  }
  return {
    add: (value) => void held.push(value as number),
    result() {
      if (moments !== undefined) {
        settle()
        return moments.count < 2 ? null : finite(moments.deviation())
      }
      return held.length < 2 ? null : finite(inTwoPasses(held))
    },
    settle,
  }
}

/** Over values scaled into (−2, 2), so that no square overflows. */
function inTwoPasses(values: readonly number[]): number {
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
