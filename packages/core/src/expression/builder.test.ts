import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isHoldfastError } from '../backend/errors.js'
import { integer } from '../schema/columns.js'
import { ColumnExpression } from './builder.js'
import {
  and,
  caseWhen,
  expressionOf,
  literal,
  not,
  or,
  rowExpressions,
  sortTermsOf,
  treeLimits,
} from './index.js'
import { garbage } from './testing/garbage.js'
import { answer, columns, row, sample } from './testing/rows.js'

const refusal = (code: string, details: object = {}): unknown => expect.objectContaining({ code, ...details })

/** Whether a call gives a value or a typed error. */
function isAnswered(call: () => unknown): boolean {
  try {
    call()
    return true
  } catch (error) {
    return isHoldfastError(error)
  }
}

type AnyMethod = (this: unknown, ...operands: unknown[]) => unknown
const methods = Object.getOwnPropertyNames(ColumnExpression.prototype).filter(
  (name) => name !== 'constructor',
)
const free: Readonly<Record<string, AnyMethod>> = {
  and: (...operands) => and(...(operands as never[])),
  or: (...operands) => or(...(operands as never[])),
  not: (operand) => not(operand as never),
  literal: (type, value) => literal(type as never, value as never),
  caseWhen: (condition, value, other) =>
    caseWhen(condition as never, value as never).otherwise(other as never),
  when: (condition, value, other) =>
    caseWhen(row.flag, row.name)
      .when(condition as never, value as never)
      .otherwise(other as never),
  sortTermsOf: (order) => sortTermsOf(order as never),
  expressionOf: (value) => expressionOf(value),
}

describe('whatever is passed, the answer is a value or a typed error', () => {
  const expressions = Object.values(row) as ColumnExpression[]
  const operand = fc.oneof(garbage, fc.constantFrom(...expressions.map((expression) => () => expression)))

  const operands = fc.array(operand, { minLength: 1, maxLength: 3 })

  test.each(methods)('%s', (name) => {
    const method = (ColumnExpression.prototype as unknown as Record<string, AnyMethod>)[name]!
    fc.assert(
      fc.property(fc.constantFrom(...expressions), operands, (expression, made) => {
        const values = made.map((make) => make())
        expect(isAnswered(() => method.apply(expression, values))).toBe(true)
      }),
    )
  })

  test.each(Object.keys(free))('%s', (name) => {
    fc.assert(
      fc.property(operands, (made) => {
        const values = made.map((make) => make())
        expect(isAnswered(() => free[name]!(...values))).toBe(true)
      }),
    )
  })
})

describe('refusals', () => {
  test('values are of the type on the left', () => {
    expect(() => row.real.gt(Number.NaN)).toThrow(refusal('INVALID_VALUE', { path: 'gt' }))
    expect(() => row.number.add(0.5)).toThrow(refusal('INVALID_VALUE'))
    expect(() => row.price.eq('1.234')).toThrow(refusal('INVALID_VALUE'))
    expect(() => row.big.eq(1 as never)).toThrow(refusal('INVALID_VALUE'))
    expect(() => row.number.eq(undefined as never)).toThrow(refusal('INVALID_VALUE'))
  })

  test('expressions are of one type', () => {
    expect(() => row.number.eq(row.real as never)).toThrow(refusal('TYPE_MISMATCH', { path: 'equal' }))
    expect(() => (row.name as never as ColumnExpression<number, 'integer'>).add(row.number)).toThrow(
      refusal('TYPE_MISMATCH'),
    )
    expect(() => row.number.add(row.big as never)).toThrow(refusal('TYPE_MISMATCH'))
    expect(() => row.at.eq(row.precise as never)).toThrow(refusal('TYPE_MISMATCH'))
    expect(() => and(row.number as never)).toThrow(refusal('TYPE_MISMATCH'))
    expect(() => row.flag.and(row.number as never)).toThrow(refusal('TYPE_MISMATCH'))
  })

  test('what is no expression is none', () => {
    expect(() => expressionOf({ kind: 'column', name: 'id' })).toThrow(
      refusal('TYPE_MISMATCH', { path: 'expression' }),
    )
    expect(() => expressionOf(true, 'where')).toThrow(refusal('TYPE_MISMATCH', { path: 'where' }))
  })
})

describe('limits', () => {
  test('expressions are at most 64 deep', () => {
    const nested = (depth: number) =>
      Array.from({ length: depth }).reduce((sum: typeof row.number) => sum.add(1), row.number)
    expect(nested(treeLimits.expressionDepth - 1).depth).toBe(treeLimits.expressionDepth)
    expect(() => nested(treeLimits.expressionDepth)).toThrow(refusal('LIMIT_EXCEEDED'))
  })

  test('expressions have at most 10,000 nodes, however small they are in memory', () => {
    const doubled = () =>
      Array.from({ length: 40 }).reduce((sum: typeof row.number) => sum.add(sum), row.number)
    expect(doubled).toThrow(refusal('LIMIT_EXCEEDED'))
    const doubledCondition = () =>
      Array.from({ length: 40 }).reduce((all: typeof row.flag) => all.and(all), row.flag)
    expect(doubledCondition).toThrow(refusal('LIMIT_EXCEEDED'))
  })

  test('chains of and, or and concat stay flat', () => {
    const conditions = Array.from({ length: 1000 }, (_, index) => row.number.ne(index))
    expect(conditions.reduce((all, condition) => all.and(condition)).depth).toBe(3)
    expect(or(...conditions).depth).toBe(3)
    expect(row.name.concat(...conditions.map(String)).depth).toBeLessThan(12)
    expect(answer(and(...conditions), { number: 1000 })).toBe(true)
  })

  test('lists have a limit', () => {
    const endless = new Proxy([], { get: (_, name) => (name === 'length' ? 2 ** 32 - 1 : 0) })
    expect(() => row.number.in(endless)).toThrow(refusal('LIMIT_EXCEEDED'))
  })
})

describe('rowExpressions', () => {
  test('has one expression for each column, made once', () => {
    const expressions = rowExpressions(sample.definition)
    expect(Object.keys(expressions)).toEqual([...columns.keys()])
    expect(rowExpressions(sample.definition)).toBe(expressions)
    expect(expressions['price']!.expression).toEqual({ kind: 'column', name: 'price' })
    expect(expressions['price']!.columnType).toEqual(columns.get('price'))
    expect(Object.isFrozen(expressions)).toBe(true)
    expect(Object.keys({ ...expressions })).toEqual([...columns.keys()])
  })

  test('refuses what is no column, and names the nearest', () => {
    const expressions = rowExpressions(sample.definition)
    expect(() => expressions['nmae']).toThrow(
      refusal('UNKNOWN_COLUMN', { message: 'there is no column "nmae". Did you mean "name"?' }),
    )
    expect(() => expressions['constructor']).toThrow(refusal('UNKNOWN_COLUMN'))
    expect('nmae' in expressions).toBe(false)
  })

  test('names of the language are columns like any other', () => {
    const type = integer().settings.type
    const expressions = rowExpressions(new Map([['constructor', { type, nullable: false }]]))
    expect(expressions['constructor']!.expression).toEqual({ kind: 'column', name: 'constructor' })
  })
})

test('an order is made of terms and expressions', () => {
  expect(sortTermsOf([row.id, row.real.desc(), row.name.asc({ nulls: 'first' })])).toEqual([
    { expression: { kind: 'column', name: 'id' }, direction: 'ascending', nulls: 'last' },
    { expression: { kind: 'column', name: 'real' }, direction: 'descending', nulls: 'last' },
    { expression: { kind: 'column', name: 'name' }, direction: 'ascending', nulls: 'first' },
  ])
  expect(() => row.id.asc({ nulls: 'middle' as never })).toThrow(refusal('INVALID_ARGUMENT'))
  expect(() => sortTermsOf(['id'] as never)).toThrow(refusal('TYPE_MISMATCH', { path: 'orderBy[0]' }))
})

test('expressions never change', () => {
  const condition = row.number.gt(1).and(row.name.in(['a']))
  expect(Object.isFrozen(condition.expression)).toBe(true)
  const before = JSON.stringify(condition.expression)
  condition.or(row.flag)
  condition.and(row.flag)
  expect(JSON.stringify(condition.expression)).toBe(before)
})
