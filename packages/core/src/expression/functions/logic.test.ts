import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boolean } from '../../schema/columns.js'
import { and, literal, not, or } from '../index.js'
import type { Condition } from '../index.js'
import { answer, row } from '../testing/rows.js'

const truth = fc.constantFrom(true, false, null)
const conditionOf = (value: boolean | null): Condition => literal(boolean(), value)

/** Null is a half: and is the least, or the greatest, not what is missing to one. */
const weight = (value: boolean | null) => (value === null ? 0.5 : Number(value))
const fromWeight = (value: number) => (value === 0.5 ? null : value === 1)

test("and, or and not are Kleene's, for any number of conditions (NULL-2)", () => {
  fc.assert(
    fc.property(fc.array(truth, { minLength: 1, maxLength: 5 }), (values) => {
      const conditions = values.map(conditionOf)
      const weights = values.map(weight)
      expect(answer(and(...conditions))).toBe(fromWeight(Math.min(...weights)))
      expect(answer(or(...conditions))).toBe(fromWeight(Math.max(...weights)))
      expect(answer(conditions.reduce((all, condition) => all.and(condition)))).toBe(
        fromWeight(Math.min(...weights)),
      )
      expect(answer(conditions.reduce((any, condition) => any.or(condition)))).toBe(
        fromWeight(Math.max(...weights)),
      )
      expect(answer(not(conditions[0]!))).toBe(fromWeight(1 - weights[0]!))
    }),
  )
})

test('of columns', () => {
  fc.assert(
    fc.property(truth, truth, truth, (flag, b, c) => {
      const least = Math.min(weight(flag), Math.max(weight(b), weight(c)))
      expect(answer(row.flag.and(or(conditionOf(b), conditionOf(c))), { flag })).toBe(fromWeight(least))
    }),
  )
})

test('none is true for and, false for or', () => {
  expect(answer(and())).toBe(true)
  expect(answer(or())).toBe(false)
})
