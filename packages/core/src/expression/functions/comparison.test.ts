import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDecimal } from '../../schema/decimal.js'
import type { ColumnExpression } from '../builder.js'
import { answer, row } from '../testing/rows.js'

type Orderable = ColumnExpression<unknown, 'text'>

/** The code points of a text, to be compared one by one. */
const codePoints = (text: string) => Array.from(text, (character) => character.codePointAt(0)!)

function compareLists(left: readonly number[], right: readonly number[]): number {
  const different = left.findIndex((item, index) => item !== right[index])
  if (different === -1) return left.length - right.length
  return different >= right.length ? 1 : left[different]! - right[different]!
}

const sign = (left: number | bigint, right: number | bigint) => (left < right ? -1 : left > right ? 1 : 0)

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4 }).filter((value) => !value.includes('\0')),
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\uE000', '\uFFFD', '😀', '𐀀'), maxLength: 4 }),
)
const safe = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -3, max: 3 }))
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -3n, max: 3n }),
)
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const instant = fc.oneof(
  fc.date({ noInvalidDate: true, min: new Date(-62_135_596_800_000), max: new Date(253_402_300_799_999) }),
  fc.constantFrom(new Date(0), new Date(1), new Date(-1)),
)
const bytes = fc.oneof(fc.uint8Array({ maxLength: 4 }), fc.uint8Array({ max: 1, maxLength: 2 }))
const unscaled = fc.oneof(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.bigInt({ min: -3n, max: 3n }))

interface Case<Value> {
  readonly name: string
  readonly columns: readonly [string, string]
  readonly value: fc.Arbitrary<Value>
  readonly compare: (left: Value, right: Value) => number
}

const one = <Value>(spec: Case<Value>): Case<unknown> => spec as unknown as Case<unknown>

const cases: readonly Case<unknown>[] = [
  one({ name: 'integer', columns: ['number', 'other'], value: safe, compare: sign }),
  one({ name: 'bigint', columns: ['big', 'bigger'], value: int64, compare: sign }),
  one({ name: 'double', columns: ['real', 'unreal'], value: finite, compare: sign }),
  one({
    name: 'text',
    columns: ['name', 'title'],
    value: text,
    compare: (a, b) => compareLists(codePoints(a), codePoints(b)),
  }),
  one({
    name: 'bytes',
    columns: ['photo', 'image'],
    value: bytes,
    compare: (a, b) => compareLists(Array.from(a), Array.from(b)),
  }),
  one({
    name: 'timestamp',
    columns: ['at', 'at'],
    value: instant,
    compare: (a, b) => sign(a.getTime(), b.getTime()),
  }),
  one({
    name: 'boolean',
    columns: ['flag', 'flag'],
    value: fc.boolean(),
    compare: (a, b) => Number(a) - Number(b),
  }),
]

/** Comparisons of a column with another one, and with a plain value: both ways must agree with the order. */
function expectOrder(left: Orderable, right: unknown, values: Record<string, unknown>, order: number): void {
  const value = right as string
  expect(answer(left.eq(value), values)).toBe(order === 0)
  expect(answer(left.ne(value), values)).toBe(order !== 0)
  expect(answer(left.lt(value), values)).toBe(order < 0)
  expect(answer(left.le(value), values)).toBe(order <= 0)
  expect(answer(left.gt(value), values)).toBe(order > 0)
  expect(answer(left.ge(value), values)).toBe(order >= 0)
  expect(answer(left.isDistinctFrom(value), values)).toBe(order !== 0)
}

describe.each(cases)('$name', ({ columns: [left, right], value, compare }) => {
  const columnsByName = row as unknown as Record<string, Orderable>

  test('is ordered (ORDER-1, TEXT-1, TEXT-2)', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expectOrder(columnsByName[left]!, b, { [left]: a }, compare(a, b))
        expectOrder(columnsByName[left]!, a, { [left]: a }, 0)
        if (left !== right) {
          expectOrder(columnsByName[left]!, columnsByName[right], { [left]: a, [right]: b }, compare(a, b))
        }
      }),
    )
  })

  test('is found in lists by value (NULL-4)', () => {
    fc.assert(
      fc.property(value, fc.array(value, { maxLength: 5 }), (a, list) => {
        const found = list.some((item) => compare(a, item) === 0)
        expect(answer(columnsByName[left]!.in(list as string[]), { [left]: a })).toBe(found)
        expect(answer(columnsByName[left]!.notIn(new Set(list as string[])), { [left]: a })).toBe(!found)
        expect(answer(columnsByName[left]!.in([a, ...list] as string[]), { [left]: a })).toBe(true)
      }),
    )
  })
})

test('decimals of different scales are compared by value (TEXT-1)', () => {
  fc.assert(
    fc.property(unscaled, unscaled, (a, b) => {
      const values = { price: formatDecimal(a, 2), rate: formatDecimal(b, 5) }
      expectOrder(row.price as unknown as Orderable, row.rate, values, sign(a * 1000n, b))
    }),
  )
  expectOrder(row.price as unknown as Orderable, row.rate, { price: '1.50', rate: '1.50000' }, 0)
})

test('json is compared by its canonical form, without an order (JSON-2)', () => {
  expect(answer(row.document.eq({ b: 1, a: [1] }), { document: { a: [1], b: 1 } })).toBe(true)
  expect(answer(row.document.ne(row.settings), { document: { a: 1 }, settings: { a: 1, b: null } })).toBe(
    true,
  )
  expect(answer(row.document.in([[1], 'x']), { document: 'x' })).toBe(true)
  expect(() => (row.document as unknown as Orderable).lt('x')).toThrow(
    expect.objectContaining({ code: 'TYPE_MISMATCH' }),
  )
})

test('between is from the one to the other, both included', () => {
  fc.assert(
    fc.property(safe, safe, safe, (number, low, high) => {
      expect(answer(row.number.between(low, high), { number })).toBe(number >= low && number <= high)
    }),
  )
})

describe('null', () => {
  test('comparison with null is null (NULL-2)', () => {
    for (const compared of [
      row.number.eq(1),
      row.number.lt(1),
      row.number.ge(row.other),
      row.number.between(0, 1),
    ]) {
      expect(answer(compared)).toBeNull()
    }
    expect(answer(row.number.eq(row.other), { number: 1 })).toBeNull()
    expect(answer(row.number.eq(row.other), { other: 1 })).toBeNull()
  })

  test('cannot be compared as a literal (NULL-3)', () => {
    const nothing = null as unknown as number
    expect(() => row.number.eq(nothing)).toThrow(
      expect.objectContaining({ code: 'TYPE_MISMATCH', path: 'eq' }),
    )
    expect(() => row.number.between(0, nothing)).toThrow(expect.objectContaining({ code: 'TYPE_MISMATCH' }))
  })

  test('isNull and isDistinctFrom are never null (NULL-3)', () => {
    expect(answer(row.number.isNull())).toBe(true)
    expect(answer(row.number.isNull(), { number: 0 })).toBe(false)
    expect(answer(row.number.isNotNull())).toBe(false)
    expect(answer(row.number.isDistinctFrom(null))).toBe(false)
    expect(answer(row.number.isDistinctFrom(null), { number: 0 })).toBe(true)
    expect(answer(row.number.isDistinctFrom(0))).toBe(true)
    expect(
      answer(row.photo.isDistinctFrom(row.image), { photo: new Uint8Array(), image: new Uint8Array() }),
    ).toBe(false)
  })

  test('in (NULL-4)', () => {
    expect(answer(row.number.in([]))).toBe(false)
    expect(answer(row.number.notIn([]))).toBe(true)
    expect(answer(row.number.in([1]))).toBeNull()
    expect(answer(row.number.notIn([1]))).toBeNull()
    expect(() => row.number.in([1, null as unknown as number])).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', path: 'in[1]' }),
    )
  })
})
