import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDecimal, parseDecimal } from '../../schema/decimal.js'
import { answer, row } from '../testing/rows.js'

const safe = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom(0, 1, -1, 2, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
)
const least = -(2n ** 63n)
const most = 2n ** 63n - 1n
const int64 = fc.oneof(
  fc.bigInt({ min: least, max: most }),
  fc.bigInt({ min: -20n, max: 20n }),
  fc.constantFrom(0n, 1n, -1n, least, most),
)
const finite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.constantFrom(0, 1, -1, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 0.1),
)
const price = fc.bigInt({ min: -(10n ** 10n) + 1n, max: 10n ** 10n - 1n })
const rate = fc.oneof(
  fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }),
  fc.constantFrom(10n ** 18n - 1n, -(10n ** 18n) + 1n),
)

const asInteger = (exact: bigint) =>
  exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : null
const asInt64 = (exact: bigint) => (exact >= least && exact <= most ? exact : null)
const asDouble = (value: number) => (Number.isFinite(value) ? value + 0 : null)

const exactly = {
  add: (a: bigint, b: bigint) => a + b,
  subtract: (a: bigint, b: bigint) => a - b,
  multiply: (a: bigint, b: bigint) => a * b,
  integerDivide: (a: bigint, b: bigint) => (b === 0n ? undefined : a / b),
  modulo: (a: bigint, b: bigint) => (b === 0n ? undefined : a % b),
} as const
const operations = Object.keys(exactly) as (keyof typeof exactly)[]

describe.each(operations)('%s', (name) => {
  test('of integers is exact or null (NUM-1, NUM-3)', () => {
    fc.assert(
      fc.property(safe, safe, (number, other) => {
        const exact = exactly[name](BigInt(number), BigInt(other))
        expect(answer(row.number[name](row.other), { number, other })).toBe(
          exact === undefined ? null : asInteger(exact),
        )
      }),
    )
  })

  test('of bigints is exact or null (NUM-1, NUM-3)', () => {
    fc.assert(
      fc.property(int64, int64, (big, bigger) => {
        const exact = exactly[name](big, bigger)
        expect(answer(row.big[name](row.bigger), { big, bigger })).toBe(
          exact === undefined ? null : asInt64(exact),
        )
      }),
    )
  })
})

test('doubles: IEEE arithmetic, null where it is not finite, never −0 (NUM-1, NUM-5)', () => {
  fc.assert(
    fc.property(finite, finite, (real, unreal) => {
      const values = { real, unreal }
      expect(answer(row.real.add(row.unreal), values)).toBe(asDouble(real + unreal))
      expect(answer(row.real.subtract(row.unreal), values)).toBe(asDouble(real - unreal))
      expect(answer(row.real.multiply(row.unreal), values)).toBe(asDouble(real * unreal))
      expect(answer(row.real.divide(row.unreal), values)).toBe(asDouble(real / unreal))
      expect(answer(row.real.negate(), values)).toBe(0 - real)
      expect(answer(row.real.absolute(), values)).toBe(real < 0 ? 0 - real : real)
    }),
  )
})

test('divide turns both sides into the nearest doubles first (NUM-2)', () => {
  fc.assert(
    fc.property(int64, int64, safe, safe, (big, bigger, number, other) => {
      const values = { big, bigger, number, other }
      expect(answer(row.big.divide(row.bigger), values)).toBe(asDouble(Number(big) / Number(bigger)))
      expect(answer(row.number.divide(row.other), values)).toBe(asDouble(number / other))
    }),
  )
  expect(answer(row.big.divide(1n), { big: 2n ** 53n + 1n })).toBe(2 ** 53)
  expect(answer(row.big.divide(1n), { big: 2n ** 53n + 3n })).toBe(2 ** 53 + 4)
})

test('decimals add up exactly at the larger scale, to 18 digits (NUM-1)', () => {
  fc.assert(
    fc.property(price, rate, (left, right) => {
      const values = { price: formatDecimal(left, 2), rate: formatDecimal(right, 5) }
      const expected = (exact: bigint) =>
        exact > -(10n ** 18n) && exact < 10n ** 18n ? formatDecimal(exact, 5) : null
      expect(answer(row.price.add(row.rate), values)).toBe(expected(left * 1000n + right))
      expect(answer(row.rate.subtract(row.price), values)).toBe(expected(right - left * 1000n))
      expect(answer(row.price.negate(), values)).toBe(formatDecimal(-left, 2))
      expect(answer(row.price.absolute(), values)).toBe(formatDecimal(left < 0n ? -left : left, 2))
    }),
  )
})

test('the sign of integers and bigints', () => {
  fc.assert(
    fc.property(safe, int64, (number, big) => {
      const values = { number, big }
      expect(answer(row.number.negate(), values)).toBe(0 - number)
      expect(answer(row.number.absolute(), values)).toBe(Math.abs(number))
      expect(answer(row.big.negate(), values)).toBe(asInt64(-big))
      expect(answer(row.big.absolute(), values)).toBe(asInt64(big < 0n ? -big : big))
    }),
  )
})

test('the examples of the rules', () => {
  expect(answer(row.number.integerDivide(2), { number: -7 })).toBe(-3)
  expect(answer(row.number.modulo(2), { number: -7 })).toBe(-1)
  expect(answer(row.number.modulo(2), { number: -6 })).toBe(0)
  expect(answer(row.number.integerDivide(0), { number: 1 })).toBeNull()
  expect(answer(row.big.modulo(0n), { big: 1n })).toBeNull()
  expect(answer(row.number.multiply(-1), { number: 0 })).toBe(0)
  expect(answer(row.big.integerDivide(-1n), { big: least })).toBeNull()
  expect(answer(row.number.add(1))).toBeNull()
  expect(parseDecimal('9.50', 10, 2)).toBe(950n)
})
