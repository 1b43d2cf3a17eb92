import type { ErrorCode } from '../../../backend/errors.js'
import type { LogicalType } from '../../../schema/types.js'
import { withTables } from '../../bench.js'
import type { Bench } from '../../bench.js'
import { boundaryValues } from '../../generate/boundaries.js'
import { describeType, isOrdered } from '../../generate/types.js'
import { fixedProperty } from '../../property.js'
import type { FixedCase } from '../../property.js'
import { expectRefusal, expectRows } from '../../report/expect.js'
import { printValue } from '../../report/print.js'
import { toUser } from '../../../schema/values.js'
import { handleOf } from '../../untyped.js'
import { keyedTable, valueTable } from './value-table.js'

const money: LogicalType = { name: 'decimal', precision: 4, scale: 2 }
const milliseconds: LogicalType = { name: 'timestamp', unit: 'ms' }
const microseconds: LogicalType = { name: 'timestamp', unit: 'us' }

/** What belongs to no type. */
const strangers: readonly unknown[] = [Symbol('s'), () => 1, NaN, Infinity, -Infinity]

interface Refused {
  readonly rule: string
  readonly type: LogicalType
  readonly values: readonly unknown[]
}

const refused: readonly Refused[] = [
  { rule: 'TYPE-1', type: { name: 'boolean' }, values: [0, 1, 'true', 1n, {}, new Boolean(true)] },
  {
    rule: 'TYPE-1',
    type: { name: 'integer' },
    values: [1.5, 2 ** 53, -(2 ** 53), '1', 1n, true, new Date(0), [1], {}],
  },
  { rule: 'TYPE-1', type: { name: 'bigint' }, values: [1, '1', 2n ** 63n, -(2n ** 63n) - 1n, true, {}] },
  { rule: 'TYPE-2', type: { name: 'double' }, values: ['1.5', 1n, true, {}, [1]] },
  {
    rule: 'TYPE-3',
    type: money,
    values: ['1.234', '100.00', '100', '1e1', '', ' 1', '+1', '1,5', '.5', '5.', '0x1', 'NaN', 1.5, 1n, {}],
  },
  {
    rule: 'TYPE-4',
    type: { name: 'text' },
    values: ['\ud800', 'a\udc00b', '\udfff\ud800', 'a\u0000b', 1, true, {}, ['a'], new String('a')],
  },
  {
    rule: 'TYPE-5',
    type: { name: 'bytes' },
    values: ['AQI=', [1, 2], new ArrayBuffer(2), new Uint16Array(2), new DataView(new ArrayBuffer(1)), {}],
  },
  {
    rule: 'TYPE-6',
    type: { name: 'date' },
    values: [
      '2024-02-30',
      '2023-02-29',
      '0000-01-01',
      '10000-01-01',
      '2024-1-1',
      '2024-01-01T00:00:00Z',
      '20240101',
      '',
      ' 2024-01-01',
      new Date(0),
      0,
    ],
  },
  {
    rule: 'TYPE-7',
    type: milliseconds,
    values: [
      new Date(NaN),
      new Date(-62_135_596_800_001),
      new Date(253_402_300_800_000),
      0,
      '2024-01-01T00:00:00Z',
      0n,
      {},
    ],
  },
  {
    rule: 'TYPE-7',
    type: microseconds,
    values: [0, new Date(0), -62_135_596_800_000_001n, 253_402_300_800_000_000n, '0'],
  },
  {
    rule: 'TYPE-8',
    type: { name: 'uuid' },
    values: [
      '',
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1',
      'a0eebc999c0b4ef8bb6d6bb9bd380a11',
      '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}',
      'g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      1,
    ],
  },
  {
    rule: 'TYPE-9',
    type: { name: 'json' },
    values: [
      1n,
      new Date(0),
      new Map(),
      undefinedInside(),
      { a: NaN },
      [2 ** 53],
      1e21,
      { a: '\ud800' },
      { 'a\u0000': 1 },
      Uint8Array.of(1),
    ],
  },
]

function undefinedInside(): unknown {
  return [undefined]
}

function cycle(): unknown {
  const value: Record<string, unknown> = {}
  value['self'] = value
  return value
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}

const refusal: readonly ErrorCode[] = ['INVALID_VALUE']
const invalidOrTooLarge: readonly ErrorCode[] = ['INVALID_VALUE', 'LIMIT_EXCEEDED']

/** What does not belong to a type is refused by every verb, with a code, and changes nothing. */
export const strangersAreRefused = fixedProperty({
  name: 'types/refusals',
  rules: [
    'TYPE-1',
    'TYPE-2',
    'TYPE-3',
    'TYPE-4',
    'TYPE-5',
    'TYPE-6',
    'TYPE-7',
    'TYPE-8',
    'TYPE-9',
    'TYPE-10',
    'NULL-7',
  ],
  cases: [
    ...refused.map(({ rule, type, values }): FixedCase => ({
      name: `${values.length + strangers.length} values that are no ${describeType(type)}`,
      rules: [rule],
      check: (bench) => checkRefused(bench, type, [...values, ...strangers]),
    })),
    { name: 'json nested 65 deep, and without end', rules: ['TYPE-9'], check: (bench) => checkDeep(bench) },
    { name: 'a text over the largest size', rules: ['TYPE-10'], check: checkLargeValue },
    { name: 'a key over the largest size', rules: ['TYPE-10'], check: checkLargeKey },
    { name: 'null in a key and in a column that is not nullable', rules: ['NULL-7'], check: checkNull },
  ],
})

async function checkRefused(bench: Bench, type: LogicalType, values: readonly unknown[]): Promise<void> {
  const database = await bench.shared()
  const good = toUser(type, boundaryValues(type)[1] ?? null)
  const definition = valueTable(type)
  await withTables(database, [{ definition, rows: [] }], async () => {
    const table = handleOf(database, definition)
    await table.insert({ id: 1, value: good })
    for (const value of values) {
      const what = `${describeType(type)} given ${printValue(value).slice(0, 80)}`
      await expectRefusal(`insert of ${what}`, refusal, () => table.insert({ id: 2, value }))
      await expectRefusal(`insert after a good row of ${what}`, refusal, () =>
        table.insert([
          { id: 2, value: good },
          { id: 3, value },
        ]),
      )
      await expectRefusal(`put of ${what}`, refusal, () => table.put({ id: 1, value }))
      await expectRefusal(`patch of ${what}`, refusal, () => table.patch(1, { value }))
      expectRows(`the table after refusing ${what}`, await table.all(), [{ id: 1, value: good }], {
        rules: ['WRITE-1'],
      })
    }
  })
  if (isOrdered(type)) await checkRefusedKeys(bench, type, values)
}

async function checkRefusedKeys(bench: Bench, type: LogicalType, values: readonly unknown[]): Promise<void> {
  const database = await bench.shared()
  const definition = keyedTable(type)
  await withTables(database, [{ definition, rows: [] }], async () => {
    const table = handleOf(database, definition)
    for (const value of values) {
      const what = `the ${describeType(type)} key ${printValue(value).slice(0, 80)}`
      await expectRefusal(`get of ${what}`, refusal, () => table.get(value))
      await expectRefusal(`getMany of ${what}`, refusal, () => table.getMany([value]))
      await expectRefusal(`has of ${what}`, refusal, () => table.has(value))
      await expectRefusal(`delete of ${what}`, refusal, () => table.delete(value))
      await expectRefusal(`deleteMany of ${what}`, refusal, () => table.deleteMany([value]))
      await expectRefusal(`patch of ${what}`, refusal, () => table.patch(value, { place: 1 }))
      await expectRefusal(`insert of ${what}`, refusal, () => table.insert({ id: value, place: 1 }))
    }
    expectRows('the table after refusing keys', await table.all(), [], { rules: ['WRITE-1'] })
  })
}

async function checkDeep(bench: Bench): Promise<void> {
  const database = await bench.shared()
  const definition = valueTable({ name: 'json' })
  await withTables(database, [{ definition, rows: [] }], async () => {
    const table = handleOf(database, definition)
    for (const value of [nested(65), nested(1000), cycle()]) {
      await expectRefusal('json nested too deep', invalidOrTooLarge, () => table.insert({ id: 1, value }))
    }
    expectRows('the table', await table.all(), [])
  })
}

async function checkLargeValue(bench: Bench): Promise<void> {
  const database = await bench.shared()
  const { maxValueBytes } = database.capabilities.limits
  const text = valueTable({ name: 'text' })
  await withTables(database, [{ definition: text, rows: [] }], async () => {
    const table = handleOf(database, text)
    await expectRefusal('a text over the limit', 'LIMIT_EXCEEDED', () =>
      table.insert({ id: 1, value: 'x'.repeat(maxValueBytes + 1) }),
    )
    await expectRefusal('a text over the limit only in bytes', 'LIMIT_EXCEEDED', () =>
      table.insert({ id: 1, value: '\u00e9'.repeat(maxValueBytes / 2 + 1) }),
    )
    const largest = 'y'.repeat(maxValueBytes)
    await table.insert({ id: 2, value: largest })
    const read = await table.get(2)
    expectRows('the largest text comes back', [read?.['value'] === largest], [true])
  })
}

async function checkLargeKey(bench: Bench): Promise<void> {
  const database = await bench.shared()
  const { maxKeyBytes } = database.capabilities.limits
  const definition = keyedTable({ name: 'text' })
  await withTables(database, [{ definition, rows: [] }], async () => {
    const table = handleOf(database, definition)
    const largest = 'k'.repeat(maxKeyBytes)
    await table.insert({ id: largest, place: 1 })
    expectRows('the row of the longest key', [await table.get(largest)], [{ id: largest, place: 1 }])
    await expectRefusal('a key over the limit', 'LIMIT_EXCEEDED', () =>
      table.insert({ id: `${largest}k`, place: 2 }),
    )
    await expectRefusal('a key over the limit only in bytes', 'LIMIT_EXCEEDED', () =>
      table.insert({ id: '\u00e9'.repeat(maxKeyBytes / 2 + 1), place: 2 }),
    )
    await expectRefusal('a look-up by a key over the limit', 'LIMIT_EXCEEDED', () => table.get(`${largest}k`))
    expectRows('the table', await table.all(), [{ id: largest, place: 1 }])
  })
}

async function checkNull(bench: Bench): Promise<void> {
  const database = await bench.shared()
  const definition = valueTable({ name: 'text' }, { nullable: false })
  await withTables(database, [{ definition, rows: [] }], async () => {
    const table = handleOf(database, definition)
    await expectRefusal('null for a key', refusal, () => table.insert({ id: null, value: 'a' }))
    await expectRefusal('no key', refusal, () => table.insert({ value: 'a' }))
    await expectRefusal('null for a column', refusal, () => table.insert({ id: 1, value: null }))
    await expectRefusal('no value for a column', refusal, () => table.insert({ id: 1 }))
    await expectRefusal('undefined for a column', refusal, () => table.insert({ id: 1, value: undefined }))
    await expectRefusal('an unknown column', 'UNKNOWN_COLUMN', () =>
      table.insert({ id: 1, value: 'a', other: 1 }),
    )
    await expectRefusal('get of null', refusal, () => table.get(null))
    await table.insert({ id: 1, value: '' })
    await expectRefusal('patch to null', refusal, () => table.patch(1, { value: null }))
    expectRows('the table', await table.all(), [{ id: 1, value: '' }])
  })
}
