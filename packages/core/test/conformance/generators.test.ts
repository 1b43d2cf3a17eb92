import { assert, property, sample } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { generated } from '../../src/conformance/random/generated.js'
import { randomQueryCase, shrinkQueryCase } from '../../src/conformance/generate/query-case.js'
import { expressionsIn, nodesOf, partsOf } from '../../src/conformance/generate/relation-tree.js'
import { boundaryValues } from '../../src/conformance/generate/boundaries.js'
import { everyType, describeType } from '../../src/conformance/generate/types.js'
import { randomValue } from '../../src/conformance/generate/values.js'
import { randomHistory } from '../../src/conformance/model/generator.js'
import { shrinkHistory } from '../../src/conformance/model/shrink.js'
import { functions } from '../../src/expression/functions/index.js'
import { columnsOf } from '../../src/relation/columns-of.js'
import { checkKeySize } from '../../src/schema/key-size.js'
import { limits } from '../../src/schema/limits.js'
import { tableFromDefinition } from '../../src/schema/table.js'
import { isStored, toStored, toUser } from '../../src/schema/values.js'

const queryCases = generated((dice) => randomQueryCase(dice, 8), shrinkQueryCase)

describe('the generators', () => {
  test('make every node, function, aggregate and window', () => {
    const seen = new Map<string, number>()
    const see = (name: string): void => void seen.set(name, (seen.get(name) ?? 0) + 1)
    for (const { queries } of sample(queryCases, 600)) {
      for (const node of queries.flatMap((query) => [...nodesOf(query)])) {
        see(node.node === 'join' ? `${node.kind} join` : node.node)
        if (node.node === 'aggregate')
          node.aggregates.forEach((column) => see(`aggregate ${column.function}`))
        if (node.node === 'window') node.columns.forEach((column) => see(`window ${column.function}`))
        for (const part of expressionsIn(node).flatMap((expression) => [...partsOf(expression)])) {
          if (part.kind === 'call') see(`function ${part.function}`)
        }
      }
    }
    const wanted = [
      ...[
        'scan',
        'filter',
        'project',
        'aggregate',
        'sort',
        'limit',
        'distinct',
        'window',
        'inner join',
        'left join',
      ],
      ...Object.keys(functions).map((name) => `function ${name}`),
      ...[
        'count',
        'countDistinct',
        'sum',
        'average',
        'minimum',
        'maximum',
        'standardDeviation',
        'median',
      ].map((name) => `aggregate ${name}`),
      ...['quantile', 'first', 'last'].map((name) => `aggregate ${name}`),
      ...[
        'rowNumber',
        'rank',
        'denseRank',
        'lag',
        'lead',
        'sum',
        'average',
        'minimum',
        'maximum',
        'count',
      ].map((name) => `window ${name}`),
    ]
    expect(wanted.filter((name) => (seen.get(name) ?? 0) < 10)).toEqual([])
  })

  test('make tables and queries that are legal, and so are all smaller ones', () => {
    assert(
      property(queryCases, (value) => {
        for (const { tables, queries } of [value, ...take(shrinkQueryCase(value), 60)]) {
          for (const { definition, rows } of tables) {
            tableFromDefinition(definition)
            for (const row of rows) checkKeySize(definition, row, limits, 'row')
          }
          for (const query of queries) columnsOf(query)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('come to an end when they make things smaller', () => {
    const smallest = <T>(value: T, reduce: (value: T) => Iterable<T>): number => {
      let steps = 0
      let current: T | undefined = value
      while (current !== undefined && steps < 5000) {
        current = take(reduce(current), 1)[0]
        steps += 1
      }
      return steps
    }
    for (const value of sample(queryCases, 30)) expect(smallest(value, shrinkQueryCase)).toBeLessThan(5000)
    const histories = generated((dice) => randomHistory(dice, true), shrinkHistory)
    for (const value of sample(histories, 30)) expect(smallest(value, shrinkHistory)).toBeLessThan(5000)
  })

  test.each(everyType.map((type) => ({ name: describeType(type), type })))(
    'make stored values of $name',
    ({ type }) => {
      const values = [
        ...boundaryValues(type),
        ...sample(
          generated(
            (dice) => randomValue(dice, type),
            () => [],
          ),
          500,
        ),
      ]
      for (const value of values) {
        expect(isStored(type, value), String(value)).toBe(true)
        expect(toStored(type, toUser(type, value), 'value')).toEqual(value)
      }
    },
  )

  test('make the same from the same seed', () => {
    expect(sample(queryCases, { seed: 5, numRuns: 20 })).toEqual(sample(queryCases, { seed: 5, numRuns: 20 }))
  })
})

function take<T>(items: Iterable<T>, count: number): T[] {
  const taken: T[] = []
  for (const item of items) {
    if (taken.length === count) break
    taken.push(item)
  }
  return taken
}
