import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { geometricMean, penalty, ratioOf } from './ratios.ts'

const times = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 12 })

describe('the geometric mean', () => {
  it('is the root of the product', () => {
    fc.assert(
      fc.property(times, (values) => {
        const product = values.reduce((all, value) => all * value, 1)
        expect(geometricMean(values)).toBeCloseTo(product ** (1 / values.length), 5)
      }),
    )
  })

  it('holds where a product would overflow', () => {
    expect(geometricMean(Array.from({ length: 400 }, () => 1e9))).toBeCloseTo(1e9, -3)
  })

  it('is none of nothing', () => expect(geometricMean([])).toBeUndefined())
})

describe('ratios', () => {
  it('are one to themselves, above one to what is better, and nearer to one with the shift', () => {
    fc.assert(
      fc.property(times, times, (left, right) => {
        const [time, base] = [Math.max(...left, ...right), Math.min(...left, ...right)]
        expect(ratioOf(time, time, 1)).toBe(1)
        expect(ratioOf(time, base, 1)).toBeGreaterThanOrEqual(1)
        expect(ratioOf(time, base, 1)).toBeLessThanOrEqual(ratioOf(time, base, 0))
        expect(ratioOf(time, base, 0)).toBe(time / base)
      }),
    )
  })

  it('are those of the rule: (1 ms + time) over (1 ms + best)', () => {
    expect(ratioOf(9, 1, 1)).toBe(5)
    expect(ratioOf(0, 0, 1)).toBe(1)
  })
})

describe('what is missing', () => {
  it('counts as twice 300 s, or as twice the worst', () => {
    expect(penalty([1, 20], 300_000)).toBe(600_000)
    expect(penalty([1, 400_000], 300_000)).toBe(800_000)
  })

  it('is never better than what is there', () => {
    fc.assert(
      fc.property(times, (present) => {
        expect(penalty(present, 0)).toBe(2 * Math.max(...present))
      }),
    )
  })
})
