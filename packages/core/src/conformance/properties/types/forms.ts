import type { LogicalType } from '../../../schema/types.js'
import { withTables } from '../../bench.js'
import type { Bench } from '../../bench.js'
import { describeType } from '../../generate/types.js'
import { fixedProperty } from '../../property.js'
import type { FixedCase } from '../../property.js'
import { expectSame } from '../../report/expect.js'
import { printValue } from '../../report/print.js'
import { handleOf } from '../../untyped.js'
import { keyedTable, valueTable } from './value-table.js'

interface Form {
  readonly rule: string
  readonly type: LogicalType
  readonly given: unknown
  readonly returned: unknown
}

const double: LogicalType = { name: 'double' }
const money: LogicalType = { name: 'decimal', precision: 4, scale: 2 }
const bytes: LogicalType = { name: 'bytes' }
const uuid: LogicalType = { name: 'uuid' }
const json: LogicalType = { name: 'json' }

/** Values that are accepted in more forms than the one that comes back. */
const forms: readonly Form[] = [
  { rule: 'TYPE-1', type: { name: 'integer' }, given: -0, returned: 0 },
  { rule: 'TYPE-2', type: double, given: -0, returned: 0 },
  { rule: 'TYPE-3', type: money, given: '1.5', returned: '1.50' },
  { rule: 'TYPE-3', type: money, given: '-0.00', returned: '0.00' },
  { rule: 'TYPE-3', type: money, given: '99.99', returned: '99.99' },
  { rule: 'TYPE-3', type: { name: 'decimal', precision: 18, scale: 0 }, given: '7', returned: '7' },
  { rule: 'TYPE-5', type: bytes, given: Buffer.from([1, 2]), returned: Uint8Array.of(1, 2) },
  {
    rule: 'TYPE-5',
    type: bytes,
    given: Uint8Array.of(0, 1, 2, 3).subarray(1, 3),
    returned: Uint8Array.of(1, 2),
  },
  {
    rule: 'TYPE-8',
    type: uuid,
    given: 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
    returned: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
  },
  {
    rule: 'TYPE-9',
    type: json,
    given: { b: 1, a: [-0, { d: 1, c: null }] },
    returned: { a: [0, { c: null, d: 1 }], b: 1 },
  },
  { rule: 'TYPE-9', type: json, given: null, returned: null },
  { rule: 'TYPE-9', type: json, given: 'null', returned: 'null' },
  { rule: 'TYPE-9', type: json, given: false, returned: false },
  { rule: 'TYPE-9', type: json, given: nested(64), returned: nested(64) },
]

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}

/** What is accepted in several forms comes back in one; what the caller holds stays the caller's. */
export const formsAreOne = fixedProperty({
  name: 'types/forms',
  rules: ['TYPE-1', 'TYPE-2', 'TYPE-3', 'TYPE-5', 'TYPE-8', 'TYPE-9', 'TYPE-11'],
  cases: [
    ...forms.map((form): FixedCase => ({
      name: `${describeType(form.type)} given as ${printValue(form.given).slice(0, 60)}`,
      rules: [form.rule],
      check: (bench) => checkForm(bench, form),
    })),
    { name: 'an upper-case UUID finds the row of its key', rules: ['TYPE-8'], check: checkUuidKey },
    { name: 'objects of the caller are neither changed nor kept', rules: ['TYPE-11'], check: checkOwnership },
  ],
})

async function checkForm(bench: Bench, { type, given, returned, rule }: Form): Promise<void> {
  const database = await bench.shared()
  const definition = valueTable(type)
  await withTables(database, [{ definition, rows: [] }], async () => {
    const table = handleOf(database, definition)
    await table.insert({ id: 1, value: given })
    await table.put({ id: 2, value: given })
    await table.insert({ id: 3, value: null })
    await table.patch(3, { value: given })
    for (const id of [1, 2, 3])
      expectSame('the value that comes back', await table.get(id), { id, value: returned }, [rule])
  })
}

async function checkUuidKey(bench: Bench): Promise<void> {
  const database = await bench.shared()
  const definition = keyedTable(uuid)
  await withTables(database, [{ definition, rows: [] }], async () => {
    const table = handleOf(database, definition)
    const id = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
    await table.insert({ id: id.toUpperCase(), place: 1 })
    expectSame('the row', await table.get(id), { id, place: 1 })
    expectSame('the row by its key in upper case', await table.get(id.toUpperCase()), { id, place: 1 })
  })
}

async function checkOwnership(bench: Bench): Promise<void> {
  const database = await bench.shared()
  const definition = {
    ...valueTable(json),
    columns: [
      ...valueTable(json).columns,
      { name: 'bytes', type: bytes, nullable: false },
      { name: 'at', type: { name: 'timestamp' as const, unit: 'ms' as const }, nullable: false },
    ],
  }
  await withTables(database, [{ definition, rows: [] }], async () => {
    const table = handleOf(database, definition)
    const original = (): Record<string, unknown> => ({
      id: 1,
      value: { list: [1] },
      bytes: Uint8Array.of(1),
      at: new Date(1000),
    })
    const given = original()
    await table.insert(Object.freeze(given))
    expectSame('the row of the caller', given, original())
    spoil(given)
    expectSame('the row after the caller changed its own', await table.get(1), original())
    const read = (await table.get(1)) as Record<string, unknown>
    spoil(read)
    expectSame('the row after the caller changed what it had read', await table.get(1), original())
    for (const row of await table.all()) spoil(row)
    expectSame('the row after the caller changed what it had queried', await table.get(1), original())
  })
}

function spoil(row: Record<string, unknown>): void {
  ;(row['value'] as { list: number[] }).list.push(2)
  ;(row['bytes'] as Uint8Array)[0] = 9
  ;(row['at'] as Date).setTime(0)
}
