import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { relationToJson } from '../relation/json.js'
import type { Relation } from '../relation/types.js'
import { parameterize } from './parameterize.js'
import { call, column, filter, integer, integers, limit, project, scan, text } from './test/build.js'
import { randomRelation } from './test/random-relation.js'
import { items, loose } from './test/tables.js'
import { choices, Tape } from './test/tape.js'

const withoutValues = (relation: Relation) => JSON.stringify(relationToJson(relation))
const random = choices.map((numbers) => randomRelation(new Tape(numbers)))

describe('parameterize', () => {
  test('two relations have one shape exactly if they are the same but for their values', () => {
    fc.assert(
      fc.property(random, random, (one, other) => {
        const [left, right] = [parameterize(one), parameterize(other)]
        const same = withoutValues(left.relation) === withoutValues(right.relation)
        expect(left.shape === right.shape).toBe(same)
      }),
    )
  })

  test('no part of a shape can pass for another', () => {
    const shapes = [
      project(scan(items), { a: column('a') }),
      project(scan(items), { b: column('a') }),
      project(scan(items), { a: integer(1) }),
      project(scan(items), { a: text('a') }),
      project(scan(items), { a: { kind: 'literal', type: { name: 'integer' }, value: null } }),
      project(scan(items), { a: call('absolute', column('a')) }),
      project(scan(items), { a: call('negate', column('a')) }),
      project(scan(loose), { a: column('a') }),
      project(scan(items, 'other'), { a: column('a') }),
      project(scan({ ...items }), { a: column('a') }),
      limit(scan(items), 1),
      limit(scan(items), 1, 1),
      { node: 'limit', input: scan(items), offset: 1 },
      filter(scan(items), call('in', column('a'), integers(1))),
      filter(scan(items), call('equal', column('a'), integer(1))),
    ].map((relation) => parameterize(relation as Relation).shape)
    expect(new Set(shapes).size).toBe(shapes.length)
  })

  test('values are collected in the order of their indexes', () => {
    const condition = call(
      'and',
      call('equal', column('t'), text('a')),
      call('in', column('a'), integers(1, 2)),
    )
    const { relation, parameters } = parameterize(limit(filter(scan(items), condition), 10))
    expect(parameters).toEqual(['a', [1, 2], 10])
    expect(relation).toMatchObject({
      count: { kind: 'parameter', index: 2 },
      input: {
        condition: {
          arguments: [
            { arguments: [column('t'), { kind: 'parameter', index: 0, type: { name: 'text' } }] },
            {
              arguments: [
                column('a'),
                { kind: 'parameter', index: 1, type: { name: 'integer' }, list: true },
              ],
            },
          ],
        },
      },
    })
  })

  test('a literal that stands in two places is two parameters', () => {
    const one = integer(1)
    const { parameters } = parameterize(filter(scan(items), call('equal', one, one)))
    expect(parameters).toEqual([1, 1])
  })

  test('what holds no value stays the same object', () => {
    const relation = project(scan(items), { a: call('isNull', column('a')) })
    expect(parameterize(relation).relation).toBe(relation)
  })

  test('the databases of the leaves are named once each', () => {
    const condition = call('equal', column('id'), column('p'))
    const relation: Relation = {
      node: 'join',
      kind: 'inner',
      left: scan(items, 'one'),
      right: { node: 'join', kind: 'inner', left: scan(loose, 'two'), right: scan(items, 'one'), condition },
      condition,
    }
    expect(parameterize(relation).databases).toEqual(['one', 'two'])
  })

  test('parameters, cycles and trees without end are refused', () => {
    const parameter = { kind: 'parameter', index: 0, type: { name: 'boolean' } } as const
    expect(() => parameterize(filter(scan(items), parameter))).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    )
    const cycle = { node: 'distinct' } as { node: 'distinct'; input: Relation }
    cycle.input = cycle
    expect(() => parameterize(cycle)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }))
  })
})
