import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AggregateColumn, Relation } from '../relation/types.js'
import type { LogicalType, StoredRow, StoredValue, TableDefinition } from '../schema/types.js'
import { evaluate } from './evaluate.js'
import { collect } from './operator.js'

/** A table of one column `v` and a group `g`. */
function tableOf(type: LogicalType): TableDefinition {
  const columns = [
    { name: 'id', type: { name: 'integer' } as const, nullable: false },
    { name: 'v', type, nullable: true },
  ]
  return { name: 'values', columns, primaryKey: ['id'], indexes: [], checks: [] }
}

async function aggregated(
  type: LogicalType,
  values: readonly StoredValue[],
  column: Omit<AggregateColumn, 'name'>,
): Promise<StoredValue> {
  const relation: Relation = {
    node: 'aggregate',
    input: { node: 'scan', table: tableOf(type), database: 'main' },
    groups: [],
    aggregates: [{ argument: { kind: 'column', name: 'v' }, ...column, name: 'result' }],
  }
  const rows = values.map((v, id): StoredRow => ({ id, v }))
  const answer = await collect(evaluate(relation, () => [rows]))
  expect(answer).toHaveLength(1)
  return answer[0]!['result']!
}

const integer: LogicalType = { name: 'integer' }
const bigint: LogicalType = { name: 'bigint' }
const double: LogicalType = { name: 'double' }
const decimal: LogicalType = { name: 'decimal', precision: 10, scale: 2 }

const safe = fc.maxSafeInteger()
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const scaled = fc.bigInt({ min: -(10n ** 10n) + 1n, max: 10n ** 10n - 1n })
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const orNull = <Value>(values: fc.Arbitrary<Value>) =>
  fc.array(fc.option(values, { nil: null }), { maxLength: 30 })

const present = <Value>(values: readonly (Value | null)[]): Value[] =>
  values.filter((value) => value !== null)
const overflows = { code: 'NUMERIC_OVERFLOW' }

describe('sum', () => {
  test('of integers is the exact bigint', async () => {
    await fc.assert(
      fc.asyncProperty(orNull(safe), async (values) => {
        const numbers = present(values)
        const total = numbers.reduce((sum, value) => sum + BigInt(value), 0n)
        expect(await aggregated(integer, values, { function: 'sum' })).toBe(
          numbers.length === 0 ? null : total,
        )
      }),
    )
  })

  test('of bigints is exact whatever happens on the way, and refused outside int64', async () => {
    await fc.assert(
      fc.asyncProperty(orNull(int64), async (values) => {
        const numbers = present(values)
        const total = numbers.reduce((sum, value) => sum + value, 0n)
        const sum = aggregated(bigint, values, { function: 'sum' })
        if (BigInt.asIntN(64, total) !== total) await expect(sum).rejects.toMatchObject(overflows)
        else expect(await sum).toBe(numbers.length === 0 ? null : total)
      }),
    )
    expect(await aggregated(bigint, [2n ** 62n, 2n ** 62n, -1n], { function: 'sum' })).toBe(2n ** 63n - 1n)
    await expect(aggregated(bigint, [2n ** 62n, 2n ** 62n], { function: 'sum' })).rejects.toMatchObject(
      overflows,
    )
  })

  test('of decimals has 18 digits', async () => {
    const wide: LogicalType = { name: 'decimal', precision: 18, scale: 2 }
    const nines = 10n ** 18n - 1n
    expect(await aggregated(wide, [nines, 1n, -1n], { function: 'sum' })).toBe(nines)
    await expect(aggregated(wide, [nines, 1n], { function: 'sum' })).rejects.toMatchObject(overflows)
    await expect(aggregated(wide, [-nines, -1n], { function: 'sum' })).rejects.toMatchObject(overflows)
  })

  test('of doubles is within 2·n·ε·Σ|x| of the exact sum', async () => {
    const grid = fc.integer({ min: -(2 ** 50), max: 2 ** 50 }).map((value) => value / 1024 + 0)
    await fc.assert(
      fc.asyncProperty(fc.array(grid, { minLength: 1, maxLength: 50 }), async (values) => {
        const exact = Number(values.reduce((sum, value) => sum + BigInt(value * 1024), 0n)) / 1024
        const size = values.reduce((sum, value) => sum + Math.abs(value), 0)
        const sum = (await aggregated(double, values, { function: 'sum' })) as number
        expect(Math.abs(sum - exact)).toBeLessThanOrEqual(2 * values.length * Number.EPSILON * size)
      }),
    )
    expect(await aggregated(double, [1, 1e100, 1, -1e100], { function: 'sum' })).toBe(2)
  })

  test('of doubles is refused only if the sum itself is too large', async () => {
    const most = Number.MAX_VALUE
    for (const order of [
      [most, most, -most],
      [most, -most, most],
      [-most, most, most],
    ]) {
      expect(await aggregated(double, order, { function: 'sum' })).toBe(most)
    }
    await expect(aggregated(double, [most, most], { function: 'sum' })).rejects.toMatchObject(overflows)
    await expect(aggregated(double, [most, most], { function: 'average' })).rejects.toMatchObject(overflows)
    expect(await aggregated(double, [most, -most, 5e-324], { function: 'sum' })).toBe(5e-324)
  })

  test('is never −0', async () => {
    expect(await aggregated(double, [-5e-324, -5e-324, -5e-324], { function: 'average' })).toBe(-5e-324)
    expect(await aggregated(double, [-5e-324, 0, 0], { function: 'average' })).toBe(0)
    expect(await aggregated(double, [1, -1], { function: 'sum' })).toBe(0)
  })
})

describe('average', () => {
  test('is the exact sum as a double by the count', async () => {
    await fc.assert(
      fc.asyncProperty(orNull(int64), async (values) => {
        const numbers = present(values)
        const total = Number(numbers.reduce((sum, value) => sum + value, 0n))
        const expected = numbers.length === 0 ? null : total / numbers.length + 0
        expect(await aggregated(bigint, values, { function: 'average' })).toBe(expected)
      }),
    )
    expect(await aggregated(decimal, [150n, 50n, null], { function: 'average' })).toBe(1)
  })
})

describe('standardDeviation', () => {
  /** From exact integers: the root of (n·Σx² − (Σx)²) / (n·(n − 1)), to 40 digits. */
  function exactDeviation(values: readonly bigint[]): number {
    const count = BigInt(values.length)
    const sum = values.reduce((total, value) => total + value, 0n)
    const squares = values.reduce((total, value) => total + value * value, 0n)
    return Math.sqrt(Number(((count * squares - sum * sum) * 10n ** 40n) / (count * (count - 1n))) / 1e40)
  }

  const close = (actual: StoredValue, expected: number) =>
    expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(1e-12 * expected)

  test('of integers, bigints and decimals is right however far from zero they lie', async () => {
    await fc.assert(
      fc.asyncProperty(
        int64,
        fc.array(fc.nat(1000), { minLength: 2, maxLength: 20 }),
        async (base, steps) => {
          const start = base / 2n
          const values = steps.map((step) => start + BigInt(step))
          close(await aggregated(bigint, values, { function: 'standardDeviation' }), exactDeviation(values))
        },
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(scaled, { minLength: 2, maxLength: 20 }), async (values) => {
        close(
          await aggregated(decimal, values, { function: 'standardDeviation' }),
          exactDeviation(values) / 100,
        )
      }),
    )
  })

  test('of doubles is right however far from zero they lie', async () => {
    const base = fc.integer({ min: -(2 ** 40), max: 2 ** 40 })
    await fc.assert(
      fc.asyncProperty(
        base,
        fc.array(fc.nat(1000), { minLength: 2, maxLength: 20 }),
        async (start, steps) => {
          const values = steps.map((step) => start + step / 1024)
          const exact = exactDeviation(steps.map(BigInt)) / 1024
          const deviation = (await aggregated(double, values, { function: 'standardDeviation' })) as number
          expect(Math.abs(deviation - exact)).toBeLessThanOrEqual(1e-9 * exact)
        },
      ),
    )
  })

  test('of doubles overflows and underflows nowhere on the way', async () => {
    const root = Math.SQRT2
    for (const size of [1e300, 1, 1e-300]) {
      const deviation = (await aggregated(double, [size, -size], { function: 'standardDeviation' })) as number
      expect(deviation / (root * size)).toBeCloseTo(1, 12)
    }
  })

  test('is null below two values, and 0 where all are alike', async () => {
    expect(await aggregated(double, [], { function: 'standardDeviation' })).toBeNull()
    expect(await aggregated(double, [1, null], { function: 'standardDeviation' })).toBeNull()
    await fc.assert(
      fc.asyncProperty(finite, async (value) => {
        expect(await aggregated(double, [value, value, value], { function: 'standardDeviation' })).toBe(0)
      }),
    )
  })
})

describe('quantile', () => {
  test('lies between the sorted values around (n − 1)·f', async () => {
    expect(await aggregated(integer, [4, 1, null, 3, 2], { function: 'quantile', fraction: 0.25 })).toBe(1.75)
    expect(await aggregated(integer, [4, 1, 3, 2], { function: 'median' })).toBe(2.5)
    expect(await aggregated(decimal, [110n, 1230n], { function: 'quantile', fraction: 0 })).toBe(1.1)
    expect(await aggregated(bigint, [2n ** 63n - 1n], { function: 'median' })).toBe(2 ** 63)
    expect(await aggregated(double, [null], { function: 'median' })).toBeNull()
  })

  test('is one of the values where it falls on one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(finite, { minLength: 1, maxLength: 20 }),
        fc.nat(19),
        async (values, place) => {
          const sorted = values.toSorted((left, right) => left - right)
          const index = place % values.length
          const fraction = values.length === 1 ? 0.5 : index / (values.length - 1)
          fc.pre((values.length - 1) * fraction === index || values.length === 1)
          expect(await aggregated(double, values, { function: 'quantile', fraction })).toBe(sorted[index])
        },
      ),
    )
  })
})

describe('other aggregates', () => {
  test('count counts rows, and values that are not null', async () => {
    const { argument: _, ...rows } = { argument: undefined, function: 'count' as const }
    expect(await aggregated(integer, [1, null, 1], rows)).toBe(2)
    expect(await aggregated(integer, [1, null, 1], { function: 'countDistinct' })).toBe(1)
  })

  test('countDistinct, minimum and maximum tell values apart as their types do', async () => {
    const bytes = [new Uint8Array([2]), new Uint8Array([1, 255]), new Uint8Array([2])]
    expect(await aggregated({ name: 'bytes' }, bytes, { function: 'countDistinct' })).toBe(2)
    expect(await aggregated({ name: 'bytes' }, bytes, { function: 'minimum' })).toBe(bytes[1])
    const texts = ['\u{1f600}', '\uffff', 'z', null]
    expect(await aggregated({ name: 'text' }, texts, { function: 'maximum' })).toBe('\u{1f600}')
    expect(await aggregated({ name: 'text' }, texts, { function: 'minimum' })).toBe('z')
    expect(await aggregated({ name: 'boolean' }, [true, false], { function: 'maximum' })).toBe(true)
    expect(await aggregated({ name: 'text' }, [null], { function: 'maximum' })).toBeNull()
  })

  test('first and last take nulls too', async () => {
    const order = [
      { expression: { kind: 'column', name: 'id' }, direction: 'descending', nulls: 'last' },
    ] as const
    expect(await aggregated(integer, [1, 2, null], { function: 'first', orderBy: order })).toBeNull()
    expect(await aggregated(integer, [1, 2, null], { function: 'last', orderBy: order })).toBe(1)
    expect(await aggregated(integer, [], { function: 'first', orderBy: order })).toBeNull()
  })

  test('null is a group, and so is every value of the type', async () => {
    const relation: Relation = {
      node: 'aggregate',
      input: { node: 'scan', table: tableOf(decimal), database: 'main' },
      groups: [{ name: 'v', expression: { kind: 'column', name: 'v' } }],
      aggregates: [{ name: 'n', function: 'count' }],
    }
    const rows = [100n, null, 100n, -100n, null].map((v, id): StoredRow => ({ id, v }))
    expect(await collect(evaluate(relation, () => [rows]))).toEqual([
      { v: 100n, n: 2 },
      { v: null, n: 2 },
      { v: -100n, n: 1 },
    ])
    expect(await collect(evaluate(relation, () => []))).toEqual([])
  })
})
