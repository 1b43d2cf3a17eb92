import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isHoldfastError } from '../backend/errors.js'
import { expressionFromJson, expressionToJson } from '../expression/json.js'
import { expressionFrom, material } from '../expression/testing/expressions.js'
import { garbage } from '../expression/testing/garbage.js'
import { columns, row } from '../expression/testing/rows.js'
import { treeLimits } from '../expression/limits.js'
import { columnsOf } from './columns-of.js'
import { relationFromJson, relationToJson } from './json.js'
import { relations, scan } from './testing/relations.js'
import type { Relation } from './types.js'

const refusal = (code: string, details: object = {}): unknown => expect.objectContaining({ code, ...details })
const sent = (json: object): unknown => JSON.parse(JSON.stringify(json))

test('an expression comes back from JSON as it was', () => {
  fc.assert(
    fc.property(material, (made) => {
      const expression = expressionFrom(made, columns)
      expect(expressionFromJson(sent(expressionToJson(expression)))).toEqual(expression)
    }),
    { numRuns: 500 },
  )
})

test('a relation comes back from JSON as it was', () => {
  const nodes = new Set<string>()
  fc.assert(
    fc.property(relations, (relation) => {
      nodes.add(relation.node)
      const back = relationFromJson(sent(relationToJson(relation)))
      expect(back).toEqual(relation)
      expect([...columnsOf(back)]).toEqual([...columnsOf(relation)])
    }),
    { numRuns: 500 },
  )
  expect(nodes.size).toBe(9)
})

test('what is read is frozen and shares nothing with the input', () => {
  const json = sent(
    relationToJson({ node: 'filter', input: scan, condition: row.name.in(['a']).expression }),
  ) as {
    condition: { arguments: { values?: string[] }[] }
  }
  const relation = relationFromJson(json) as Extract<Relation, { node: 'filter' }>
  json.condition.arguments[1]!.values![0] = 'b'
  expect(relation.condition).toEqual(row.name.in(['a']).expression)
  expect(Object.isFrozen(relation) && Object.isFrozen(relation.condition)).toBe(true)
})

describe('refusals', () => {
  /** Puts something else in one place of a JSON value. */
  function spoil(json: unknown, steps: readonly number[], put: unknown): unknown {
    const [step = 0, ...rest] = steps
    if (steps.length === 0 || typeof json !== 'object' || json === null) return put
    const keys = Object.keys(json)
    if (keys.length === 0) return put
    const key = keys[step % keys.length]!
    const changed = spoil((json as Record<string, unknown>)[key], rest, put)
    return Array.isArray(json)
      ? json.map((item: unknown, index) => (String(index) === key ? changed : item))
      : { ...json, [key]: changed }
  }

  function isRead(read: () => unknown): boolean {
    try {
      read()
      return true
    } catch (error) {
      return isHoldfastError(error)
    }
  }

  test('garbage is read or refused with a typed error', () => {
    fc.assert(
      fc.property(garbage, (make) => {
        expect(isRead(() => relationFromJson(make()))).toBe(true)
        expect(isRead(() => expressionFromJson(make()))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('so is JSON with garbage in one place', () => {
    fc.assert(
      fc.property(
        relations,
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.oneof(
          garbage,
          fc.jsonValue().map((value) => () => value),
        ),
        (relation, steps, make) => {
          const json = spoil(sent(relationToJson(relation)), steps, make())
          expect(isRead(() => relationFromJson(json))).toBe(true)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test.each<[string, object, string, string]>([
    ['an unknown node', { node: 'scann' }, 'INVALID_ARGUMENT', 'node'],
    ['a property too many', { node: 'distinct', input: scan, all: true }, 'INVALID_ARGUMENT', ''],
    ['an input that is missing', { node: 'distinct' }, 'INVALID_ARGUMENT', 'input.node'],
    ['a condition that is none', filter(row.id.expression), 'TYPE_MISMATCH', 'condition'],
    ['an unknown column', filter({ kind: 'column', name: 'nmae' }), 'UNKNOWN_COLUMN', 'condition'],
    [
      'an unknown function',
      filter({ kind: 'call', function: 'exec', arguments: [] }),
      'INVALID_ARGUMENT',
      'condition.function',
    ],
    [
      'a value of another type',
      filter({ kind: 'literal', type: { name: 'boolean' }, value: 1 }),
      'INVALID_ARGUMENT',
      'condition.value',
    ],
    [
      'an unknown type',
      filter({ kind: 'literal', type: { name: 'money' }, value: 1 }),
      'INVALID_ARGUMENT',
      'condition.type',
    ],
    [
      'a parameter',
      filter({ kind: 'parameter', index: 0, type: { name: 'boolean' } }),
      'INVALID_ARGUMENT',
      'condition',
    ],
    ['a hidden column', project('$0'), 'INVALID_ARGUMENT', 'columns[0].name'],
    ['a name that engines reserve', project('rowid'), 'INVALID_ARGUMENT', 'columns[0]'],
    ['a name with code in it', project('x" from secrets --'), 'INVALID_ARGUMENT', 'columns[0]'],
    ['a negative limit', { node: 'limit', input: scan, offset: -1 }, 'INVALID_ARGUMENT', 'offset'],
    [
      'a fraction above 1',
      aggregate({ function: 'quantile', argument: row.id.expression, fraction: 2 }),
      'TYPE_MISMATCH',
      'aggregates[0]',
    ],
  ])('%s', (_, json, code, path) => {
    const tree = sent({ ...json, ...('input' in json ? { input: relationToJson(scan) } : {}) })
    expect(() => relationFromJson(tree)).toThrow(refusal(code, path === '' ? {} : { path }))
  })

  function filter(condition: object): object {
    return { node: 'filter', input: scan, condition }
  }
  function project(name: string): object {
    return { node: 'project', input: scan, columns: [{ name, expression: { kind: 'column', name: 'id' } }] }
  }
  function aggregate(called: object): object {
    return { node: 'aggregate', input: scan, groups: [], aggregates: [{ name: 'value', ...called }] }
  }
})

describe('limits', () => {
  test('a relation that is too deep', () => {
    let json = relationToJson(scan)
    for (let level = 0; level < treeLimits.relationDepth; level++) json = { node: 'distinct', input: json }
    expect(() => relationFromJson(json)).toThrow(refusal('LIMIT_EXCEEDED'))
  })

  test('an expression that is too deep', () => {
    let condition: object = { kind: 'column', name: 'flag' }
    for (let level = 0; level < treeLimits.expressionDepth; level++)
      condition = { kind: 'call', function: 'not', arguments: [condition] }
    expect(() => expressionFromJson(condition)).toThrow(refusal('LIMIT_EXCEEDED'))
  })

  test('a relation of too many nodes', () => {
    const condition = {
      kind: 'call',
      function: 'and',
      arguments: Array.from({ length: treeLimits.nodes }, () => row.flag.expression),
    }
    expect(() => relationFromJson({ node: 'filter', input: relationToJson(scan), condition })).toThrow(
      refusal('LIMIT_EXCEEDED'),
    )
  })

  test('a nesting that no reader survives is refused as well', () => {
    let json: object = {}
    for (let level = 0; level < 100_000; level++) json = { input: json }
    expect(() => relationFromJson(json)).toThrow(refusal('INVALID_ARGUMENT'))
  })
})

test('what the planner makes is read when that is said', () => {
  const planned: Relation = {
    node: 'limit',
    input: {
      node: 'filter',
      input: {
        node: 'project',
        input: scan,
        columns: [{ name: '$0', expression: { kind: 'column', name: 'id' } }],
      },
      condition: {
        kind: 'call',
        function: 'in',
        arguments: [
          { kind: 'column', name: '$0' },
          { kind: 'parameter', index: 0, type: { name: 'integer' }, list: true },
        ],
      },
    },
    count: { kind: 'parameter', index: 1, type: { name: 'integer' } },
    offset: 0,
  }
  const json = sent(relationToJson(planned))
  expect(relationFromJson(json, { planned: true })).toEqual(planned)
  expect(() => relationFromJson(json)).toThrow(refusal('INVALID_ARGUMENT'))
})
