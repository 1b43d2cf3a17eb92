import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boolean, decimal, integer } from '../../schema/columns.js'
import { caseWhen, literal } from '../index.js'
import { answer, row } from '../testing/rows.js'

const maybe = fc.option(fc.integer(), { nil: null })
const truth = fc.constantFrom(true, false, null)

test('coalesce is the first that is not null', () => {
  fc.assert(
    fc.property(maybe, fc.array(maybe, { minLength: 1, maxLength: 4 }), (number, others) => {
      const alternatives = others.map((other) => literal(integer(), other))
      expect(answer(row.number.coalesce(...alternatives), { number })).toBe(
        [number, ...others].find((value) => value !== null) ?? null,
      )
    }),
  )
})

test('case is the value of the first condition that is true, else the last', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(truth, maybe), { minLength: 1, maxLength: 4 }), maybe, (branches, last) => {
      const [first, ...rest] = branches.map(
        ([condition, value]) => [literal(boolean(), condition), literal(integer(), value)] as const,
      )
      const begun = caseWhen(...first!)
      const whole = rest.reduce((choice, branch) => choice.when(...branch), begun).otherwise(last)
      const chosen = branches.find(([condition]) => condition === true)
      expect(answer(whole)).toBe(chosen === undefined ? last : chosen[1])
    }),
  )
})

test('the first value decides the type', () => {
  expect(answer(caseWhen(row.flag, 'yes').otherwise('no'), { flag: true })).toBe('yes')
  expect(answer(caseWhen(row.flag, 1n).otherwise(null), { flag: false })).toBeNull()
  expect(answer(caseWhen(row.flag, new Date(5)).otherwise(row.at), { flag: true })).toEqual(new Date(5))
  expect(answer(caseWhen(row.flag, new Uint8Array([1])).otherwise(row.photo), { flag: true })).toEqual(
    new Uint8Array([1]),
  )
  expect(() => caseWhen(row.flag, 1 as unknown as string)).toThrow(
    expect.objectContaining({ code: 'TYPE_MISMATCH', path: 'caseWhen' }),
  )
})

test('values are of one type; decimals of one scale take the larger precision', () => {
  const whole = row.price.coalesce(literal(decimal(18, 2), '1234567890123456.78'))
  expect(whole.columnType.type).toEqual({ name: 'decimal', precision: 18, scale: 2 })
  expect(answer(whole)).toBe('1234567890123456.78')
  expect(() => row.price.coalesce(row.rate)).toThrow(expect.objectContaining({ code: 'TYPE_MISMATCH' }))
  expect(() => row.number.coalesce(row.real as never)).toThrow(
    expect.objectContaining({ code: 'TYPE_MISMATCH' }),
  )
})

test('only what can be null is nullable', () => {
  expect(row.number.coalesce(row.other).columnType.nullable).toBe(true)
  expect(row.number.coalesce(0).columnType.nullable).toBe(false)
  expect(caseWhen(row.flag, row.id).otherwise(0).columnType.nullable).toBe(false)
  expect(caseWhen(row.flag, row.id).otherwise(null).columnType.nullable).toBe(true)
})
