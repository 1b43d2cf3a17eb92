import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  after,
  comparatorOf,
  compileKeyEncoder,
  rowCodec,
  startingWith,
  toStored,
} from '../../../src/backend/index.js'
import type { ColumnDefinition, LogicalType, StoredValue } from '../../../src/backend/index.js'
import { logicalType, userValue } from '../../schema/arbitraries.js'

const keyType = logicalType.filter(({ name }) => name !== 'json')

const storedValue = (type: LogicalType): fc.Arbitrary<StoredValue> =>
  userValue(type).map((value) => toStored(type, value, 'value'))

/** Values of a key, and others that share a beginning with them more often than not. */
const keys = fc
  .array(keyType, { minLength: 1, maxLength: 3 })
  .chain((types) =>
    fc.record({
      types: fc.constant(types),
      left: fc.tuple(...types.map(storedValue)),
      other: fc.tuple(...types.map(storedValue)),
      shared: fc.nat({ max: types.length }),
    }),
  )
  .map(({ types, left, other, shared }) => ({
    types,
    left,
    right: [...left.slice(0, shared), ...other.slice(shared)],
    shared,
  }))

function compare(types: readonly LogicalType[], left: readonly StoredValue[], right: readonly StoredValue[]) {
  for (const [index, type] of types.entries()) {
    const order = Math.sign(comparatorOf(type)(left[index]!, right[index]!))
    if (order !== 0) return order
  }
  return 0
}

const within = (key: Uint8Array, { from, to }: { from: Uint8Array; to: Uint8Array }) =>
  Buffer.compare(from, key) <= 0 && Buffer.compare(key, to) < 0

describe('encoded keys', () => {
  test('are in the order of the keys (ORDER-1, ORDER-2)', () => {
    fc.assert(
      fc.property(keys, ({ types, left, right }) => {
        const encode = compileKeyEncoder(types)
        expect(Buffer.compare(encode(left), encode(right))).toBe(compare(types, left, right))
      }),
      { numRuns: 3000 },
    )
  })

  test('of bytes with zeros and of texts that begin alike keep their order before further values', () => {
    const bytes = fc
      .array(fc.constantFrom(0, 1, 0xfe, 0xff), { maxLength: 4 })
      .map((all) => Uint8Array.from(all))
    const text = fc.string({ unit: fc.constantFrom('\u{1}', 'a', '\u{ffff}', '\u{10000}'), maxLength: 4 })
    const types: LogicalType[] = [{ name: 'bytes' }, { name: 'text' }, { name: 'bytes' }]
    const encode = compileKeyEncoder(types)
    const key = fc.tuple(bytes, text, bytes)
    fc.assert(
      fc.property(key, key, (left, right) => {
        expect(Buffer.compare(encode(left), encode(right))).toBe(compare(types, left, right))
      }),
      { numRuns: 3000 },
    )
  })

  test('begin as the first values of the key do, and no others begin so', () => {
    fc.assert(
      fc.property(keys, ({ types, left, right, shared }) => {
        fc.pre(shared < types.length)
        const encode = compileKeyEncoder(types)
        const elsewhere = encode(left, Uint8Array.of(8))
        expect(within(elsewhere, startingWith(encode(left.slice(0, shared), Uint8Array.of(7))))).toBe(false)
        expect(
          within(
            encode(left, Uint8Array.of(7)),
            startingWith(encode(left.slice(0, shared), Uint8Array.of(7))),
          ),
        ).toBe(true)
        const same = compare(types.slice(0, shared), left, right) === 0
        const range = startingWith(encode(left.slice(0, shared), Uint8Array.of(7)))
        expect(within(encode(right, Uint8Array.of(7)), range)).toBe(same)
      }),
      { numRuns: 1000 },
    )
  })

  test('are at most twice as long as the values, and two bytes for each', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array(), { minLength: 1, maxLength: 3 }), (values) => {
        const encode = compileKeyEncoder(values.map(() => ({ name: 'bytes' })))
        const length = values.reduce((sum, value) => sum + value.length, 0)
        expect(encode(values).length).toBeLessThanOrEqual(2 * length + 2 * values.length)
      }),
    )
  })

  test('refuse json (TYPE-10)', () => {
    expect(() => compileKeyEncoder([{ name: 'json' }])).toThrow('json')
  })

  test('after a prefix comes the next one, also where it ends in 255', () => {
    expect(after(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 3))
    expect(after(Uint8Array.of(1, 0xff, 0xff))).toEqual(Uint8Array.of(2))
  })
})

describe('encoded rows', () => {
  const columns = fc
    .array(logicalType, { minLength: 1, maxLength: 6 })
    .map((types) =>
      types.map((type, index): ColumnDefinition => ({ name: `c${index}`, type, nullable: true })),
    )

  test('come back as they were, all columns or some (TYPE-11)', () => {
    const cases = columns.chain((all) =>
      fc.record({
        all: fc.constant(all),
        values: fc.tuple(...all.map(({ type }) => fc.option(storedValue(type)))),
        wanted: fc.subarray(all.map(({ name }) => name)),
      }),
    )
    fc.assert(
      fc.property(cases, ({ all, values, wanted }) => {
        const row = Object.fromEntries(all.map(({ name }, index) => [name, values[index]!]))
        const codec = rowCodec('t', all)
        const stored = new Uint8Array(codec.encode(row))
        expect(codec.decoder(all.map(({ name }) => name))(stored)).toStrictEqual(row)
        expect(codec.decoder(wanted)(stored)).toStrictEqual(
          Object.fromEntries(wanted.map((name) => [name, row[name]])),
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('that are damaged are refused', () => {
    const codec = rowCodec('t', [
      { name: 'a', type: { name: 'integer' }, nullable: false },
      { name: 'b', type: { name: 'bigint' }, nullable: false },
    ])
    for (const text of ['', '[1', '[1]', '{"a":1,"b":"2"}', 'null', '[1,"2",3]', '[1,"x"]', '[1,2]'])
      expect(() => codec.decoder(['a', 'b'])(Buffer.from(text)), text).toThrow(
        expect.objectContaining({ code: 'CORRUPT', table: 't' }),
      )
  })
})
