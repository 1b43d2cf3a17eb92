import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCount, formatDuration, formatNumber, formatRatio, formatTime, wrap } from './format.ts'

test('a time is told with three digits in the unit that fits', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-5, max: 1e7, noNaN: true }), (milliseconds) => {
      const [number, unit] = formatTime(milliseconds).split(' ') as [string, string]
      const factor = { s: 1000, ms: 1, µs: 1e-3, ns: 1e-6 }[unit]!
      expect(Math.abs(Number(number) * factor - milliseconds)).toBeLessThanOrEqual(milliseconds * 0.0051)
      expect(number).not.toContain('e')
    }),
  )
  expect([1234, 999.6, 56.78, 0.5, 0.0009, 0].map(formatTime)).toEqual([
    '1.23 s',
    '1.00 s',
    '56.8 ms',
    '500 µs',
    '900 ns',
    '0.00 ns',
  ])
})

test('ratios, counts and durations read as people write them', () => {
  expect([0.064, 1, 9.994, 9.996, 123.4].map(formatRatio)).toEqual(['0.06', '1.00', '9.99', '10.0', '123'])
  expect(formatNumber(0.0123)).toBe('0.01')
  expect(formatCount(1_000_000)).toBe('1,000,000')
  expect([9.4, 59.6, 125].map(formatDuration)).toEqual(['9 s', '1 min 0 s', '2 min 5 s'])
})

test('a wrapped text has all its words, in lines that fit where a word does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 12, max: 60 }),
      (words, width) => {
        const lines = wrap(words.join(' '), width)
        expect(lines.join(' ')).toBe(words.join(' '))
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
      },
    ),
  )
})
