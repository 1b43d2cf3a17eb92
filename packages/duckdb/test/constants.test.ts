import type { Expression, FunctionName, LogicalType, StoredValue } from '@holdfast/core/backend'
import { inspect } from 'node:util'
import { describe, test } from 'vitest'
import {
  accepts,
  call,
  expectSame,
  expectSameRows,
  left,
  names,
  types,
  units,
  values,
  withPairs,
} from './pairs.js'
import type { Name } from './pairs.js'

/** Comparisons with constants are what DuckDB's optimizer rewrites: to others, to true or to false. Nulls are easily forgotten. */

withPairs()

const comparisons: readonly FunctionName[] = [
  'equal',
  'notEqual',
  'lessThan',
  'lessOrEqual',
  'greaterThan',
  'greaterOrEqual',
  'isDistinctFrom',
]

const literal = (type: LogicalType, value: StoredValue): Expression => ({ kind: 'literal', type, value })

/** Some of the values of a type, and what the expression itself gives for others. */
const constantsOf = (name: Name): readonly Expression[] =>
  values[name].slice(0, 7).map((value) => literal(types[name], value))

async function expectSameComparisons(value: Expression, constants: readonly Expression[]): Promise<void> {
  const all = constants.flatMap((constant) =>
    comparisons.flatMap((comparison) => [
      call(comparison, [value, constant]),
      call(comparison, [constant, value]),
    ]),
  )
  await expectSame(...all)
  for (const constant of constants) {
    for (const comparison of ['equal', 'notEqual'] as const) {
      await expectSameRows(call(comparison, [value, constant]))
      await expectSameRows(call('not', [call(comparison, [value, constant])]))
    }
  }
}

describe('comparisons with constants', () => {
  for (const a of names.filter((name) => accepts('lessThan', [types[name], types[name]]))) {
    test(`of ${a}`, () => expectSameComparisons(left(a), constantsOf(a)))
  }
  for (const a of ['date', 'timestamp', 'instant'] as const) {
    for (const unit of units.filter((one) => accepts('truncate', [types[a]], { unit: one }))) {
      test(`of ${a} truncated to ${unit}`, () =>
        expectSameComparisons(call('truncate', [left(a)], { unit }), constantsOf(a)))
    }
    for (const unit of units.filter((one) => accepts('datePart', [types[a]], { unit: one }))) {
      test(`of the ${unit} of ${a}`, () =>
        expectSameComparisons(call('datePart', [left(a)], { unit }), constantsOf('integer')))
    }
  }
  for (const a of names) {
    for (const b of names) {
      const options = { type: types[b] }
      if (a === 'double' && b === 'text') continue
      if (!accepts('cast', [types[a]], options) || !accepts('lessThan', [types[b], types[b]])) continue
      test(`of ${a} as ${b}`, () => expectSameComparisons(call('cast', [left(a)], options), constantsOf(b)))
    }
  }
  for (const name of ['add', 'subtract', 'multiply', 'integerDivide', 'modulo'] as const) {
    for (const a of ['integer', 'bigint', 'double', 'money'] as const) {
      if (!accepts(name, [types[a], types[a]])) continue
      for (const operand of constantsOf(a).slice(0, 3)) {
        test(`of ${name} of ${a} and ${inspect(operand, { compact: true })}`, async () => {
          await expectSameComparisons(call(name, [left(a), operand]), constantsOf(a))
          await expectSameComparisons(call(name, [operand, left(a)]), constantsOf(a).slice(0, 3))
        })
      }
    }
  }
  for (const name of ['lower', 'upper', 'length'] as const) {
    test(`of ${name}`, () =>
      expectSameComparisons(call(name, [left('text')]), constantsOf(name === 'length' ? 'integer' : 'text')))
  }
  for (const name of ['startsWith', 'endsWith', 'contains'] as const) {
    test(`of ${name}`, async () => {
      for (const constant of constantsOf('text')) {
        const condition = call(name, [left('text'), constant])
        await expectSame(condition, call('not', [condition]))
        await expectSameRows(condition)
        await expectSameRows(call('not', [condition]))
      }
    })
  }
})
