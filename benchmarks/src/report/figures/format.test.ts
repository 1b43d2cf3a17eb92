import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as format from './format.ts'

const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, µs: 1e-3, ms: 1, s: 1000, min: 60_000 }

describe('figures as text', () => {
  it('times can be read back to three digits, from 1 to 1000 of their unit', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 3.5e6, noNaN: true }), (milliseconds) => {
        const [number = '', unit = ''] = format.time(milliseconds).split(' ')
        expect(Math.abs(Number(number) * (UNITS[unit] ?? NaN) - milliseconds) / milliseconds).toBeLessThan(
          0.0051,
        )
        expect(Number(number)).toBeLessThan(1000)
        expect(Number(number)).toBeGreaterThanOrEqual(1)
      }),
    )
  })

  it.each([
    [0, '0 ms'],
    [1.2345, '1.23 ms'],
    [0.0421, '42.1 µs'],
    [999.96, '1 s'],
    [61_000, '1.02 min'],
  ])('the time %d is %s', (milliseconds, text) => expect(format.time(milliseconds)).toBe(text))

  it.each([
    [1, '1.00×'],
    [9.999, '10.0×'],
    [51.06, '51.1×'],
    [99.96, '100×'],
    [300_000, '300,000×'],
  ])('the ratio %d is %s', (value, text) => expect(format.ratio(value)).toBe(text))

  it.each([
    [0.5, '512 KiB'],
    [210, '210 MiB'],
    [2048, '2 GiB'],
  ])('the size %d is %s', (mebibytes, text) => expect(format.size(mebibytes)).toBe(text))

  it.each([
    [1_000_000, '1M'],
    [1_500_000, '1.5M'],
    [100_000, '100k'],
    [1234, '1234'],
    [0, '0'],
  ])('%d rows are %s', (value, text) => expect(format.rows(value)).toBe(text))

  it('a date that is none stays as it is', () => {
    expect(format.date('2026-01-31T14:05:59Z')).toBe('2026-01-31 14:05')
    expect(format.date('long ago')).toBe('long ago')
  })
})
