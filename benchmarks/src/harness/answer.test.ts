import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalText, hashAnswer, hashContent } from './answer.ts'
import { randomFrom, shuffled } from './random.ts'

const exact = { ordered: true, digits: 17 }
const unordered = { ordered: false, digits: 17 }

const scalar = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.date(),
  fc.uint8Array(),
)
const row = fc.dictionary(fc.string(), fc.oneof(scalar, fc.array(scalar)), { noNullPrototype: true })
const rows = fc.array(row)

/** The same with its keys in another order. */
const turned = (one: object): object => Object.fromEntries(Object.entries(one).toReversed())

describe('an answer is the same', () => {
  test('whatever the order of keys', () => {
    fc.assert(
      fc.property(rows, (some) => {
        expect(hashAnswer(some.map(turned), exact)).toBe(hashAnswer(some, exact))
      }),
    )
  })

  test('whatever the order of rows, where it does not count; not where it does', () => {
    fc.assert(
      fc.property(rows, fc.integer(), (some, seed) => {
        const others = shuffled(some, randomFrom(seed))
        expect(hashAnswer(others, unordered)).toBe(hashAnswer(some, unordered))
        const isSame = others.every((one, index) => canonicalText(one) === canonicalText(some[index]))
        expect(hashAnswer(others, exact) === hashAnswer(some, exact)).toBe(isSame)
      }),
    )
  })

  test('as the content that a stream of the same rows has', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (some) => {
        expect(await hashContent(some.toReversed())).toBe(hashAnswer(some, unordered))
      }),
    )
  })

  test('whether integers are numbers or bigints, times Dates or their milliseconds, nulls undefined', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.date({ noInvalidDate: true }), (integer, date) => {
        expect(canonicalText(BigInt(integer))).toBe(canonicalText(integer))
        expect(canonicalText(date)).toBe(canonicalText(date.getTime()))
      }),
    )
    expect(canonicalText({ note: undefined })).toBe(canonicalText({ note: null }))
    expect(canonicalText(-0)).toBe(canonicalText(0))
    expect(canonicalText(Float64Array.of(1.5, 2))).toBe(canonicalText([1.5, 2]))
    expect(canonicalText(1e300)).toBe(canonicalText(BigInt(1e300)))
  })

  test('to the digits that count, however sums were made', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (values) => {
          const sum = values.reduce((total, value) => total + value, 0)
          const text = canonicalText(sum, 6)
          expect(Math.abs(Number(text) - sum)).toBeLessThanOrEqual(Math.abs(sum) * 5e-6)
        },
      ),
    )
    expect(canonicalText(0.1 + 0.2, 12)).toBe(canonicalText(0.3, 12))
    expect(canonicalText(0.1 + 0.2)).not.toBe(canonicalText(0.3))
    expect(canonicalText(2.9999999999999996, 12)).toBe(canonicalText(3n, 12))
  })
})

describe('an answer is another', () => {
  test('when a row is gone, twice there, or any value in it is another', () => {
    const changed = fc
      .tuple(fc.array(row, { minLength: 1 }), fc.nat())
      .map(([some, at]) => ({ some, at: at % some.length }))
    fc.assert(
      fc.property(changed, ({ some, at }) => {
        for (const form of [exact, unordered]) {
          const answer = hashAnswer(some, form)
          expect(hashAnswer(some.toSpliced(at, 1), form)).not.toBe(answer)
          expect(hashAnswer([...some, some[at]!], form)).not.toBe(answer)
          expect(
            hashAnswer(some.toSpliced(at, 1, { ...some[at], '': [[some[at]]] as never }), form),
          ).not.toBe(answer)
        }
      }),
    )
  })

  test('when a whole number differs, whatever digits count', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 17 }), (integer, digits) => {
        expect(canonicalText(integer, digits)).not.toBe(canonicalText(BigInt(integer) + 1n, digits))
      }),
    )
  })

  test('between types that only look alike', () => {
    const texts = [
      1,
      '1',
      true,
      null,
      'null',
      [],
      {},
      '',
      [1],
      { 0: 1 },
      new Uint8Array([1]),
      'x01',
      Number.NaN,
    ].map((value) => canonicalText(value))
    expect(new Set(texts).size).toBe(texts.length)
  })
})

test('what has no text says what to do', () => {
  for (const value of [new Map(), new Set(), new ArrayBuffer(1), () => 1, Symbol('a')])
    expect(() => canonicalText([value])).toThrow(/let `plain` of the step make/)
})
