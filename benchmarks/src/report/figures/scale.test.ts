import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logScale, roundDown, roundUp } from './scale.ts'

const value = fc.double({ min: 1e-7, max: 1e9, noNaN: true })
const values = fc.array(value, { minLength: 1, maxLength: 20 })

describe('a logarithmic scale', () => {
  it('has a place for every value, in their order, none of them at its very beginning', () => {
    fc.assert(
      fc.property(values, (all) => {
        const { position } = logScale(all)
        const places = all.toSorted((left, right) => left - right).map((each) => position(each))
        expect(places).toEqual(places.toSorted((left, right) => left - right))
        expect(Math.min(...places)).toBeGreaterThan(0)
        expect(Math.max(...places)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('gives the same distance to the same ratio', () => {
    fc.assert(
      fc.property(values, (all) => {
        const { minimum, maximum, position } = logScale(all)
        const middle = Math.sqrt(minimum * maximum)
        expect(position(minimum)).toBe(0)
        expect(position(middle)).toBeCloseTo(0.5, 9)
        expect(position(maximum)).toBeCloseTo(1, 9)
        for (const each of all)
          expect(position(each)).toBeCloseTo(
            (Math.log10(each) - Math.log10(minimum)) / (Math.log10(maximum) - Math.log10(minimum)),
            9,
          )
      }),
    )
  })

  it('has at most seven ticks, two at least, all within its ends', () => {
    fc.assert(
      fc.property(values, (all) => {
        const { minimum, maximum, ticks } = logScale(all)
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(7)
        for (const tick of ticks) expect(tick >= minimum && tick <= maximum).toBe(true)
      }),
    )
  })

  it('stands on nothing as well', () => {
    const { position, ticks } = logScale([0, -1, NaN])
    expect([position(0), position(NaN), position(5)]).toEqual([0, 0, 0])
    expect(ticks.length).toBeGreaterThan(0)
  })
})

describe('round numbers', () => {
  it('enclose a value, and are themselves round', () => {
    fc.assert(
      fc.property(value, (each) => {
        const [below, above] = [roundDown(each), roundUp(each)]
        expect(below <= each && each <= above).toBe(true)
        expect(above / below).toBeLessThanOrEqual(2.5 + 1e-9)
        expect([roundDown(below), roundUp(below)]).toEqual([below, below])
        expect(below.toExponential()).toMatch(/^[125]e/)
      }),
    )
  })
})
