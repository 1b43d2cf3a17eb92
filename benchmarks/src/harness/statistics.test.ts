import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Latencies } from './latencies.ts'
import { randomFrom, shuffled } from './random.ts'
import { deviation, geometricMean, median, percentile } from './statistics.ts'

const times = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 })
const rank = (values: readonly number[], isCounted: (value: number) => boolean) =>
  values.filter(isCounted).length

test('as many values are below the median as above it', () => {
  fc.assert(
    fc.property(times, (values) => {
      const middle = median(values)
      expect(rank(values, (value) => value < middle)).toBeLessThanOrEqual(values.length / 2)
      expect(rank(values, (value) => value > middle)).toBeLessThanOrEqual(values.length / 2)
      expect(middle).toBeGreaterThanOrEqual(Math.min(...values))
      expect(middle).toBeLessThanOrEqual(Math.max(...values))
    }),
  )
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeNaN()
})

test('a percentile is the smallest value that so many do not exceed', () => {
  fc.assert(
    fc.property(times, fc.double({ min: 0, max: 1, noNaN: true }), (values, fraction) => {
      const found = percentile(values, fraction)
      expect(values).toContain(found)
      expect(rank(values, (value) => value <= found)).toBeGreaterThanOrEqual(values.length * fraction)
      expect(rank(values, (value) => value < found)).toBeLessThan(Math.max(values.length * fraction, 1))
    }),
  )
})

test('the deviation does not notice an outlier, nor where zero is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3 }),
      fc.integer(),
      (values, offset) => {
        expect(deviation(values.map((value) => value + offset))).toBe(deviation(values))
      },
    ),
  )
  expect(deviation([10, 11, 12, 13, 1e9])).toBe(1)
})

test('the geometric mean of ratios and of their inverses are inverses', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1 }), (ratios) => {
      const inverse = geometricMean(ratios.map((ratio) => 1 / ratio))
      expect(geometricMean(ratios) * inverse).toBeCloseTo(1, 9)
    }),
  )
  expect(geometricMean([1, 4])).toBeCloseTo(2, 12)
})

test('latencies are summed up to three digits as the definition has it, in the same memory for any number', () => {
  const positive = fc.array(fc.double({ min: 1e-4, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 500 })
  fc.assert(
    fc.property(positive, (values) => {
      const latencies = new Latencies()
      latencies.start()
      for (const value of values) latencies.took(value)
      expect(latencies.summary()).toBeUndefined()
      latencies.keep()
      const { of, p50, p95, p99 } = latencies.summary()!
      expect(of).toBe(values.length)
      for (const [found, fraction] of [
        [p50, 0.5],
        [p95, 0.95],
        [p99, 0.99],
      ] as const) {
        const exact = percentile(values, fraction)
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 2e-3 + 2e-6)
      }
    }),
  )
})

test('latencies of a run that does not count are forgotten, and laps are told one by one', () => {
  const latencies = new Latencies()
  latencies.start()
  latencies.lap()
  latencies.start()
  for (let lap = 0; lap < 3; lap++) latencies.lap()
  latencies.keep()
  expect(latencies.summary()!.of).toBe(3)
})

test('a shuffle keeps all items, is the same for a seed, and puts each item anywhere', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
      const order = shuffled(items, randomFrom(seed))
      expect(order.toSorted((left, right) => left - right)).toEqual(
        items.toSorted((left, right) => left - right),
      )
      expect(shuffled(items, randomFrom(seed))).toEqual(order)
    }),
  )
  const random = randomFrom(1)
  const firsts = Array.from({ length: 6000 }, () => shuffled([0, 1, 2], random).join(''))
  const counts = Map.groupBy(firsts, (order) => order)
  expect(counts.size).toBe(6)
  // Six orders a thousand times each; the standard deviation is 29.
  for (const [, some] of counts) expect(Math.abs(some.length - 1000)).toBeLessThan(6 * 29)
})
