import type { FunctionName } from '@holdfast/core/backend'
import { describe, test } from 'vitest'
import { accepts, call, expectSame, left, names, right, types, units, values, withPairs } from './pairs.js'

/** Every function that is pushed down gives what core gives, for all pairs of values at which engines tend to differ. */

withPairs()

const binary: readonly FunctionName[] = [
  ...([
    'equal',
    'notEqual',
    'lessThan',
    'lessOrEqual',
    'greaterThan',
    'greaterOrEqual',
    'isDistinctFrom',
  ] as const),
  ...(['startsWith', 'endsWith', 'contains', 'concat', 'coalesce', 'and', 'or'] as const),
  ...(['add', 'subtract', 'multiply', 'divide', 'integerDivide', 'modulo'] as const),
]
const unary: readonly FunctionName[] = ['isNull', 'not', 'length', 'lower', 'upper', 'negate', 'absolute']

describe('functions of two values', () => {
  const pairs = names.flatMap((a) => names.map((b) => [a, b] as const))
  for (const name of binary) {
    for (const [a, b] of pairs) {
      if (!accepts(name, [types[a], types[b]])) continue
      test(`${name} of ${a} and ${b}`, () => expectSame(call(name, [left(a), right(b)])))
    }
  }
})

describe('functions of one value', () => {
  for (const name of unary) {
    for (const a of names) {
      if (accepts(name, [types[a]])) test(`${name} of ${a}`, () => expectSame(call(name, [left(a)])))
    }
  }
})

describe('case', () => {
  for (const a of names) {
    test(a, () =>
      expectSame(
        call('case', [
          left('boolean'),
          left(a),
          right('boolean'),
          right(a),
          { kind: 'literal', type: types[a], value: null },
        ]),
      ),
    )
  }
})

test('substring', () => expectSame(call('substring', [left('text'), left('integer'), right('integer')])))

describe('in', () => {
  for (const a of names) {
    const list = values[a].filter((_, index) => index % 2 === 0)
    test(`a list of ${a}`, () =>
      expectSame(call('in', [left(a), { kind: 'list', type: types[a], values: list }])))
    test(`an empty list of ${a}`, () =>
      expectSame(call('in', [left(a), { kind: 'list', type: types[a], values: [] }])))
  }
  test('a list of decimals of another scale', () =>
    expectSame(
      call('in', [left('money'), { kind: 'list', type: types.fraction, values: [0n, 5n * 10n ** 17n] }]),
    ))
})

/** What core can do and DuckDB cannot exactly. */
const notPushedDown: readonly (readonly [from: string, to: string])[] = [['double', 'text']]

describe('cast', () => {
  for (const a of names) {
    for (const b of names) {
      const options = { type: types[b] }
      if (!accepts('cast', [types[a]], options)) continue
      if (notPushedDown.some(([from, to]) => from === a && to === b)) continue
      test(`${a} to ${b}`, () => expectSame(call('cast', [left(a)], options)))
    }
  }
})

describe('parts of time', () => {
  for (const name of ['datePart', 'truncate'] as const) {
    for (const a of ['date', 'timestamp', 'instant'] as const) {
      for (const unit of units) {
        if (!accepts(name, [types[a]], { unit })) continue
        test(`${name} ${unit} of ${a}`, () => expectSame(call(name, [left(a)], { unit })))
      }
    }
  }
})

const paths: readonly (readonly (string | number)[])[] = [
  [],
  ['a'],
  ['b'],
  ['b', 0],
  ['b', 1],
  ['b', 2],
  ['b', 3],
  ['b', 4],
  ['b', 5, 'c'],
  ['b', '0'],
  ['b', 99],
  [''],
  ['*'],
  ['1'],
  [1],
  [0, 0],
  ['0'],
  ['a"c'],
  ['a/b'],
  ['~'],
  ['é'],
  [2, 'a'],
]

describe('paths of json', () => {
  for (const path of paths) {
    for (const to of ['text', 'boolean', 'double', 'integer'] as const) {
      test(`${JSON.stringify(path)} as ${to}`, () =>
        expectSame(call('jsonPath', [left('json')], { path, type: types[to] })))
    }
  }
})
