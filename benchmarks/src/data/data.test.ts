import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { accountKey, counted, fieldValue } from './accounts.ts'
import { firstGroups } from './groups.ts'
import { loadDataset } from './index.ts'
import { mix, Random } from './random.ts'
import { Zipfian } from './zipfian.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const names = ['accounts', 'groups', 'groups-nulls', 'joins', 'joins-nulls', 'hits', 'series']

test.each(names)('%s: the same seed gives the same rows, another one others', async (name) => {
  const { tables } = await loadDataset(name)
  const [{ rows: rowsOf }] = tables as [(typeof tables)[number]]
  fc.assert(
    fc.property(seeds, fc.integer({ min: 20, max: 60 }), (seed, rows) => {
      const made = [...rowsOf({ rows, seed })]
      expect(made).toHaveLength(rows)
      expect([...rowsOf({ rows, seed })]).toEqual(made)
      expect([...rowsOf({ rows, seed: seed + 1 })]).not.toEqual(made)
    }),
    { numRuns: 20 },
  )
})

test.each(names)('%s: keys are unique, and numbers are what sums are exact of', async (name) => {
  const { tables } = await loadDataset(name)
  for (const { table, rows } of tables) {
    const [key] = table.definition.primaryKey
    const made = [...rows({ rows: 2000, seed: 7 })]
    expect(new Set(made.map((row) => row[key!])).size).toBe(made.length)
    const numbers = made.flatMap((row) => Object.values(row)).filter((value) => typeof value === 'number')
    expect(numbers.every((number) => Number.isInteger(number * 1024))).toBe(true)
  }
})

test('a field is a count of 0 and then numbers to the base 36, cut off', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const random = new Random(seed, 'field')
      const numbers = Array.from({ length: 13 }, () => random.next().toString(36).padStart(7, '0'))
      const expected = ('0'.repeat(10) + numbers.join('')).slice(0, 100)
      expect(fieldValue(new Random(seed, 'field'))).toBe(expected)
    }),
  )
})

test('the first rows of a table are those that the whole table begins with', () => {
  const amount = { rows: 500, seed: 3 }
  expect([...firstGroups(100, amount)]).toEqual([...firstGroups(500, amount)].slice(0, 100))
})

test('about 5 % of the values are null, and none without nulls', () => {
  const share = (nulls: number) => {
    const rows = [...firstGroups(5000, { rows: 5000, seed: 3 }, nulls)]
    const values = rows.flatMap(({ id: _id, ...columns }) => Object.values(columns))
    return values.filter((value) => value === null).length / values.length
  }
  expect(share(0)).toBe(0)
  expect(share(5)).toBeGreaterThan(0.04)
  expect(share(5)).toBeLessThan(0.06)
})

test('ranks follow Zipf’s law, also while the items grow', () => {
  const items = 1000
  const draws = 100_000
  const expected = (rank: number) => {
    let zeta = 0
    for (let index = 1; index <= items; index++) zeta += 1 / index ** 0.99
    return 1 / rank ** 0.99 / zeta
  }
  for (const grown of [false, true]) {
    const zipfian = new Zipfian(new Random(11, 'zipf'))
    if (grown) for (let index = 1; index <= items; index++) zipfian.next(index)
    const counts = new Map<number, number>()
    for (let draw = 0; draw < draws; draw++) {
      const rank = zipfian.next(items)
      counts.set(rank, (counts.get(rank) ?? 0) + 1)
    }
    expect(Math.min(...counts.keys())).toBe(0)
    expect(Math.max(...counts.keys())).toBeLessThan(items)
    for (const rank of [1, 2, 10]) {
      const share = (counts.get(rank - 1) ?? 0) / draws
      expect(share / expected(rank)).toBeGreaterThan(0.7)
      expect(share / expected(rank)).toBeLessThan(1.4)
    }
  }
})

test('no two numbers are mixed to the same, nor two accounts given one key', () => {
  fc.assert(
    fc.property(seeds, seeds, (one, other) => {
      fc.pre(one !== other)
      expect(mix(one)).not.toBe(mix(other))
      expect(accountKey(one)).not.toBe(accountKey(other))
      expect(accountKey(one)).toHaveLength(accountKey(other).length)
    }),
  )
})

test('counting up is the same in every order and keeps the length', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 50 }), (seed, times) => {
      const value = fieldValue(new Random(seed, 'field'))
      let one = value
      for (let time = 0; time < times; time++) one = counted(one)
      expect(one).toBe(counted(value, times))
      expect(one).toHaveLength(value.length)
    }),
  )
})
