import { double, integer, literal, open, table } from '@holdfast/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { postgres } from '../src/index.js'
import { freshOptions } from './schemas.js'

const pairs = table('pairs', { id: integer().primaryKey(), a: double().nullable(), b: double().nullable() })

/** Doubles of every magnitude, those at which arithmetic leaves the type, and those beside them. */
const edges = [1074, 1073, 1023, 1022, 1000, 600, 538, 537, 512, 500, 475, 424, 53, 1, 0]
  .flatMap((power) => [2 ** power, 2 ** -power])
  .filter((value) => Number.isFinite(value) && value !== 0)
  .flatMap((value) => [value, value * (1 + Number.EPSILON), value * (1 - Number.EPSILON / 2)])
  .concat(0, Number.MAX_VALUE, 1.5, 3)
  .filter((value) => Number.isFinite(value))
/** Pairs whose product or quotient lies at the end of the type, where one digit decides. */
const mantissa = fc.oneof(
  fc.double({ min: 1, max: 2, noNaN: true }),
  fc.constantFrom(1, 1 + Number.EPSILON, 2 - Number.EPSILON, 1.5),
)
const power = (exponent: number) => (exponent < -1074 || exponent > 1023 ? 0 : 2 ** exponent)
const borderPair = fc
  .tuple(
    mantissa,
    mantissa,
    fc.integer({ min: -1074, max: 1023 }),
    fc.constantFrom(-1076, -1075, -1074, 1022, 1023, 1024),
    fc.boolean(),
  )
  .map(([left, right, exponent, whole, isProduct]): [number, number] => {
    const other = isProduct ? whole - exponent : exponent - whole
    return [left * power(exponent), right * power(other)]
  })
  .filter((pair) => pair.every((value) => Number.isFinite(value)))
const anyDouble = fc
  .oneof(
    fc.constantFrom(...edges, ...edges.map((value) => -value)),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant(null),
  )
  .map((value) => (value === null ? null : value + 0))

const finite = (value: number) => (Number.isFinite(value) ? value + 0 : null)
const of = (operation: (a: number, b: number) => number) => (a: number | null, b: number | null) =>
  a === null || b === null ? null : finite(operation(a, b))

const expected = {
  sum: of((a, b) => a + b),
  difference: of((a, b) => a - b),
  product: of((a, b) => a * b),
  quotient: of((a, b) => a / b),
  nested: of((a, b) => (a + b) * a),
} as const

test('arithmetic of doubles is that of JavaScript, without a failure, and is not left to core', async () => {
  const database = await open(postgres(freshOptions()))
  await database.ensure(pairs)
  const handle = database.table(pairs)
  let nodesTaken = true
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.tuple(anyDouble, anyDouble), borderPair), { minLength: 50, maxLength: 50 }),
      async (values) => {
        await handle.clear()
        await handle.insert(values.map(([a, b], id) => ({ id, a, b })))
        const { rows, stats } = await handle
          .select((row) => ({
            id: row.id,
            a: row.a,
            b: row.b,
            sum: row.a.add(row.b),
            difference: row.a.subtract(row.b),
            product: row.a.multiply(row.b),
            quotient: row.a.divide(row.b),
            nested: row.a.add(row.b).multiply(row.a),
          }))
          .run()
        nodesTaken &&= stats.nodesTaken === stats.nodes
        for (const row of rows) {
          for (const [name, operation] of Object.entries(expected)) {
            if (name === 'nested') continue
            expect([row.a, name, row.b, row[name as keyof typeof row]]).toEqual([
              row.a,
              name,
              row.b,
              operation(row.a, row.b),
            ])
          }
          const sum = expected.sum(row.a, row.b)
          expect(row.nested).toBe(expected.product(sum, row.a))
        }
      },
    ),
    { numRuns: 60 },
  )
  expect(nodesTaken).toBe(true)
  await database.close()
})

test('a parameter beside a column is no different', async () => {
  const database = await open(postgres(freshOptions()))
  await database.ensure(pairs)
  const handle = database.table(pairs)
  const values = [
    0,
    1,
    -1,
    5e-324,
    -5e-324,
    2 ** -538,
    2 ** 512,
    1e154,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    2.2250738585072014e-308,
  ]
  await handle.insert(values.map((a, id) => ({ id, a, b: null })))
  // More often than a statement is planned anew for its values.
  for (const b of [...values, ...values]) {
    const rows = await handle
      .select((row) => ({
        a: row.a,
        sum: row.a.add(b),
        difference: row.a.subtract(b),
        product: row.a.multiply(b),
        quotient: row.a.divide(b),
      }))
      .all()
    for (const { a, ...results } of rows) {
      for (const [name, result] of Object.entries(results)) {
        expect([a, name, b, result]).toEqual([a, name, b, expected[name as keyof typeof expected](a, b)])
      }
    }
  }
  await database.close()
})

test('two parameters are no different, also where no row asks for them', async () => {
  const database = await open(postgres(freshOptions()))
  await database.ensure(pairs)
  const handle = database.table(pairs)
  const asked = (a: number, b: number) => {
    const [left, right] = [literal(double(), a), literal(double(), b)]
    return handle.select((row) => ({
      id: row.id,
      sum: left.add(right),
      difference: left.subtract(right),
      product: left.multiply(right),
      quotient: left.divide(right),
    }))
  }
  const numbers = fc.tuple(anyDouble, anyDouble).map(([a, b]): [number, number] => [a ?? 1, b ?? 1])
  await fc.assert(
    fc.asyncProperty(fc.oneof(numbers, borderPair), async ([a, b]) => {
      await handle.clear()
      expect(await asked(a, b).all()).toEqual([])
      await handle.insert({ id: 0, a: null, b: null })
      const results = Object.entries(expected).filter(([name]) => name !== 'nested')
      const row = Object.fromEntries(results.map(([name, operation]) => [name, operation(a, b)]))
      expect(await asked(a, b).one()).toEqual({ id: 0, ...row })
    }),
    { numRuns: 400 },
  )
  await database.close()
})
