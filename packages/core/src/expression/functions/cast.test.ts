import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimal, timestamp } from '../../schema/columns.js'
import { formatDecimal } from '../../schema/decimal.js'
import { typeNames } from '../../schema/logical-type.js'
import type { LogicalType, TypeName } from '../../schema/types.js'
import { typeOfCall } from '../type-of.js'
import { answer, row } from '../testing/rows.js'

const safe = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -1000, max: 1000 }))
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 53n) - 3n, max: -(2n ** 53n) + 3n }),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
)
const finite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.double({ min: -1e4, max: 1e4, noNaN: true }).map((value) => value + 0),
  fc.constantFrom(-0.5, 2 ** 53, -(2 ** 53), 2 ** 53 - 1),
)
const instant = fc.date({
  noInvalidDate: true,
  min: new Date(-62_135_596_800_000),
  max: new Date(253_402_300_799_999),
})

test('integers (NUM-4)', () => {
  fc.assert(
    fc.property(safe, (number) => {
      const values = { number }
      expect(answer(row.number.cast('integer'), values)).toBe(number)
      expect(answer(row.number.cast('bigint'), values)).toBe(BigInt(number))
      expect(answer(row.number.cast('double'), values)).toBe(number)
      expect(answer(row.number.cast('text'), values)).toBe(String(number))
      const fits = Math.abs(number) < 10 ** 5
      expect(answer(row.number.cast(decimal(8, 3)), values)).toBe(fits ? `${number}.000` : null)
    }),
  )
})

test('bigints (NUM-4)', () => {
  fc.assert(
    fc.property(int64, (big) => {
      const values = { big }
      const fits = big >= -(2n ** 53n) + 1n && big <= 2n ** 53n - 1n
      expect(answer(row.big.cast('integer'), values)).toBe(fits ? Number(big) : null)
      expect(answer(row.big.cast('double'), values)).toBe(Number(big))
      expect(answer(row.big.cast('text'), values)).toBe(big.toString())
    }),
  )
})

test('doubles are truncated toward zero (NUM-4, NUM-5)', () => {
  fc.assert(
    fc.property(finite, (real) => {
      const whole = Math.trunc(real) + 0
      expect(answer(row.real.cast('integer'), { real })).toBe(Number.isSafeInteger(whole) ? whole : null)
      expect(answer(row.real.cast('text'), { real })).toBe(String(real))
    }),
  )
  expect(answer(row.real.cast('integer'), { real: -0.5 })).toBe(0)
})

test('decimals become the nearest double and their text (NUM-4)', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }), (unscaled) => {
      const rate = formatDecimal(unscaled, 5)
      expect(answer(row.rate.cast('text'), { rate })).toBe(rate)
      expect(answer(row.rate.cast('double'), { rate })).toBe(Number(rate))
    }),
  )
})

test('dates and timestamps (NUM-4, TIME-3)', () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: 0, max: 999 }), (at, rest) => {
      const day = at.toISOString().slice(0, 10)
      const midnight = new Date(`${day}T00:00:00.000Z`)
      const precise = BigInt(at.getTime()) * 1000n + BigInt(rest)
      expect(answer(row.at.cast('date'), { at })).toBe(day)
      expect(answer(row.precise.cast('date'), { precise })).toBe(day)
      expect(answer(row.day.cast('timestamp'), { day })).toEqual(midnight)
      expect(answer(row.day.cast(timestamp('us')), { day })).toBe(BigInt(midnight.getTime()) * 1000n)
      expect(answer(row.at.cast(timestamp('us')), { at })).toBe(BigInt(at.getTime()) * 1000n)
      expect(answer(row.precise.cast('timestamp'), { precise })).toEqual(at)
    }),
  )
})

test('booleans and UUIDs (NUM-4)', () => {
  expect(answer(row.flag.cast('integer'), { flag: true })).toBe(1)
  expect(answer(row.flag.cast('integer'), { flag: false })).toBe(0)
  const token = '01890a5d-ac96-774b-bcce-b302099a8057'
  expect(answer(row.token.cast('text'), { token })).toBe(token)
})

test('of null every cast is null (NULL-5)', () => {
  expect(answer(row.number.cast('text'))).toBeNull()
  expect(answer(row.day.cast('timestamp'))).toBeNull()
})

test('no other cast is offered (NUM-4)', () => {
  const offered: Record<string, readonly TypeName[]> = {
    boolean: ['integer'],
    integer: ['bigint', 'double', 'text', 'decimal'],
    bigint: ['integer', 'double', 'text'],
    double: ['integer', 'text'],
    decimal: ['double', 'text'],
    date: ['timestamp'],
    timestamp: ['date'],
    uuid: ['text'],
  }
  const typeOf = (name: TypeName): LogicalType =>
    name === 'decimal'
      ? { name, precision: 9, scale: 2 }
      : name === 'timestamp'
        ? { name, unit: 'ms' }
        : { name }
  for (const from of typeNames) {
    for (const to of typeNames) {
      const cast = () => typeOfCall('cast', [{ type: typeOf(from), nullable: false }], { type: typeOf(to) })
      if (from === to || offered[from]?.includes(to) === true) expect(cast().type).toEqual(typeOf(to))
      else expect(cast).toThrow(expect.objectContaining({ code: 'TYPE_MISMATCH' }))
    }
  }
})
