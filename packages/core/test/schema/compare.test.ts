import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  comparatorOf,
  compareKeys,
  keyOfRow,
  tupleIdentity,
  valueIdentity,
} from '../../src/schema/compare.js'
import { tableFromDefinition } from '../../src/schema/table.js'
import type { LogicalType, StoredValue } from '../../src/schema/types.js'
import { toStored } from '../../src/schema/values.js'
import { logicalType, storableText, userValue } from './arbitraries.js'

const storedValue = (type: LogicalType) => userValue(type).map((value) => toStored(type, value, 'value'))

/** Several values of one type, some of them equal. */
const values = (count: number) =>
  logicalType.chain((type) =>
    fc
      .array(storedValue(type), { minLength: 1, maxLength: count })
      .chain((pool) => fc.array(fc.constantFrom(...pool), { minLength: count, maxLength: count }))
      .map((values) => ({ type, values })),
  )

/** The order of ORDER-1 from its words: code points, or bytes, one by one; all others by `<`. */
function model(left: StoredValue, right: StoredValue): number {
  const [a, b] = [units(left), units(right)]
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    if (a[index] !== b[index]) return a[index]! < b[index]! ? -1 : 1
  }
  return Math.sign(a.length - b.length)
}

function units(value: StoredValue): readonly (number | bigint)[] {
  if (typeof value === 'string') return Array.from(value, (character) => character.codePointAt(0)!)
  return value instanceof Uint8Array ? [...value] : [typeof value === 'bigint' ? value : Number(value)]
}

describe('the order of values', () => {
  test('is that of ORDER-1', () => {
    fc.assert(
      fc.property(values(2), ({ type, values: [left, right] }) => {
        expect(Math.sign(comparatorOf(type)(left!, right!))).toBe(model(left!, right!))
      }),
      { numRuns: 3000 },
    )
  })

  test('is total: antisymmetric and transitive', () => {
    fc.assert(
      fc.property(values(3), ({ type, values: [a, b, c] }) => {
        const compare = comparatorOf(type)
        expect(Math.sign(compare(a!, b!)) + Math.sign(compare(b!, a!))).toBe(0)
        if (compare(a!, b!) <= 0 && compare(b!, c!) <= 0) expect(compare(a!, c!)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 2000 },
    )
  })

  test('of texts with a common beginning is that of code points, and of their bytes in UTF-8', () => {
    fc.assert(
      fc.property(storableText, storableText, storableText, (prefix, left, right) => {
        const [a, b] = [prefix + left, prefix + right]
        expect(Math.sign(comparatorOf({ name: 'text' })(a, b))).toBe(
          Buffer.compare(Buffer.from(a), Buffer.from(b)),
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('puts U+FFFF before U+10000, which UTF-16 does not', () => {
    expect(comparatorOf({ name: 'text' })('\u{ffff}', '\u{10000}')).toBeLessThan(0)
    expect(comparatorOf({ name: 'text' })('a\u{1f600}', 'a\u{e000}')).toBeGreaterThan(0)
    expect(comparatorOf({ name: 'text' })('\u{1f600}', 'z')).toBeGreaterThan(0)
  })
})

describe('identity', () => {
  test('is the same exactly where values compare as equal', () => {
    fc.assert(
      fc.property(values(2), ({ type, values: [left, right] }) => {
        const identity = valueIdentity(type)
        const same = new Set([identity(left!), identity(right!)]).size === 1
        expect(same).toBe(comparatorOf(type)(left!, right!) === 0)
      }),
      { numRuns: 2000 },
    )
  })

  test('of decimals is their value, whatever the scale', () => {
    const cents = valueIdentity({ name: 'decimal', precision: 18, scale: 2 })
    const whole = valueIdentity({ name: 'decimal', precision: 18, scale: 0 })
    expect(cents(1200n)).toBe(whole(12n))
    expect(cents(1201n)).not.toBe(whole(12n))
  })

  test('of several values is the same exactly where each is', () => {
    const tuple = fc.array(logicalType, { minLength: 1, maxLength: 3 }).chain((types) => {
      const row = fc.tuple(...types.map((type) => fc.option(storedValue(type), { freq: 4 })))
      return fc.record({ types: fc.constant(types), left: row, right: row })
    })
    fc.assert(
      fc.property(
        tuple,
        fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
        ({ types, left, right }, keep) => {
          const other = right.map((value, index) => (keep[index] ? left[index]! : value))
          const identity = tupleIdentity(types)
          const each = types.map(valueIdentity)
          const same = types.every((_, index) => each[index]!(left[index]!) === each[index]!(other[index]!))
          expect(identity(left) === identity(other)).toBe(same)
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('keeps texts apart whose joined letters are the same', () => {
    const identity = tupleIdentity([{ name: 'text' }, { name: 'text' }])
    const rows = [
      ['a', 'bc'],
      ['ab', 'c'],
      ['', 'abc'],
      ['abc', ''],
      [null, 'abc'],
      ['abc', null],
      ['-', '3:abc'],
    ]
    expect(new Set(rows.map(identity)).size).toBe(rows.length)
  })
})

test('keys compare column by column in the order of the primary key', () => {
  const { definition } = tableFromDefinition({
    name: 'members',
    columns: [
      { name: 'person', type: { name: 'integer' }, nullable: false },
      { name: 'team', type: { name: 'text' }, nullable: false },
    ],
    primaryKey: ['team', 'person'],
    indexes: [],
    checks: [],
  })
  const rows = [
    { person: 2, team: 'b' },
    { person: 1, team: 'b' },
    { person: 3, team: 'a' },
  ]
  expect(rows.map(keyOfRow(definition)).sort(compareKeys(definition))).toEqual([
    ['a', 3],
    ['b', 1],
    ['b', 2],
  ])
})
