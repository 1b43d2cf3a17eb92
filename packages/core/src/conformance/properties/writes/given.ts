import { open } from '../../../database/open.js'
import { tableFromDefinition } from '../../../schema/table.js'
import type { ColumnDefinition, TableDefinition } from '../../../schema/types.js'
import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { expectRefusal, expectRows, expectSame, expectThat } from '../../report/expect.js'
import { handleOf } from '../../untyped.js'
import { below, item, withItems } from '../items.js'

/** What nobody writes but the database: generated keys, versions, defaults. */
export const givenValuesHold = fixedProperty({
  name: 'writes/given',
  rules: ['WRITE-3', 'WRITE-4', 'WRITE-5'],
  cases: [
    {
      name: 'versions rise with every write and guard against stale ones',
      rules: ['WRITE-5'],
      check: versionsRise,
    },
    { name: 'key and version columns never change', rules: ['WRITE-4'], check: keysNeverChange },
    { name: 'generated keys rise and never come back', rules: ['WRITE-4'], check: generatedKeys },
    { name: 'defaults fill what is left out', rules: ['WRITE-3'], check: defaultsFill },
  ],
})

async function versionsRise(bench: Bench): Promise<void> {
  await withItems(bench, [], async (database, table) => {
    const edition = async (): Promise<unknown> => (await table.require(1))['edition']
    await table.insert({ ...item(1), edition: 7 })
    expectSame('after insert, whatever was given', await edition(), 1)
    await table.patch(1, { label: 'a' })
    expectSame('after patch', await edition(), 2)
    await table.put(item(1))
    expectSame('after put', await edition(), 3)
    await below(database, 9).update({ label: 'b' })
    expectSame('after update', await edition(), 4)
    await expectRefusal('a stale patch', 'VERSION_MISMATCH', () =>
      table.patch(1, { label: 'c' }, { version: 3 }),
    )
    await expectRefusal('a stale delete', 'VERSION_MISMATCH', () => table.delete(1, { version: 5 }))
    await expectRefusal('a patch of a missing row', 'VERSION_MISMATCH', () =>
      table.patch(2, { label: 'c' }, { version: 1 }),
    )
    expectSame('the row after the refusals', await table.get(1), item(1, { label: 'b', edition: 4 }))
    expectSame('a current patch', await table.patch(1, { label: 'd' }, { version: 4 }), true)
    expectSame('a current delete', await table.delete(1, { version: 5 }), true)
    await table.insert(item(1))
    expectSame('after a new insert', await edition(), 1)
  })
}

async function keysNeverChange(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (database, table) => {
    await expectRefusal('patch of the key', 'INVALID_VALUE', () => table.patch(1, { id: 2 }))
    await expectRefusal('patch of the version', 'INVALID_VALUE', () => table.patch(1, { edition: 5 }))
    await expectRefusal('update of the key', ['INVALID_VALUE', 'TYPE_MISMATCH'], () =>
      below(database, 9).update({ id: 2 }),
    )
    await expectRefusal('update of the version', ['INVALID_VALUE', 'TYPE_MISMATCH'], () =>
      below(database, 9).update({ edition: 5 }),
    )
    expectRows('the table', await table.all(), [item(1)])
  })
}

function counted(type: 'integer' | 'bigint'): TableDefinition {
  const columns: ColumnDefinition[] = [
    { name: 'id', type: { name: type }, nullable: false, generated: 'increment' },
    { name: 'label', type: { name: 'text' }, nullable: false },
  ]
  return { name: 'counted', columns, primaryKey: ['id'], indexes: [], checks: [] }
}

async function generatedKeys(bench: Bench): Promise<void> {
  for (const type of ['integer', 'bigint'] as const) {
    const definition = counted(type)
    const backend = bench.subject.backend()
    let database = await bench.open({}, backend)
    await database.ensure(tableFromDefinition(definition))
    const given: bigint[] = []
    const insert = async (count: number, table = handleOf(database, definition)): Promise<void> => {
      const rows = Array.from({ length: count }, (_, index) => ({ label: `r${index}` }))
      const { keys } = await table.insert(rows)
      expectSame('a key for each row', keys.length, count)
      for (const key of keys) {
        expectSame('the type of a generated key', typeof key, type === 'integer' ? 'number' : 'bigint')
        const value = BigInt(key as number | bigint)
        expectThat(
          given.every((earlier) => earlier < value),
          `a key above ${given.at(-1) ?? 0n}`,
          String(key),
        )
        given.push(value)
      }
    }
    await insert(3)
    await handleOf(database, definition).deleteMany(
      given.map((key) => (type === 'integer' ? Number(key) : key)),
    )
    await insert(2)
    await handleOf(database, definition).clear()
    await insert(1)
    const explicit = type === 'integer' ? 1000 : 1000n
    await handleOf(database, definition).insert({ id: explicit, label: 'given' })
    given.push(1000n)
    await insert(2)
    await handleOf(database, definition).put({ id: type === 'integer' ? 2000 : 2000n, label: 'given' })
    given.push(2000n)
    await handleOf(database, definition).clear()
    await insert(1)
    // Committed are only the keys, of rows that nobody else has seen.
    await database.transaction(async (transaction) => {
      const table = handleOf(transaction, definition)
      await insert(2, table)
      await table.clear()
    })
    await insert(1)
    // The greatest key is that of no row when the database is closed.
    await handleOf(database, definition).clear()
    await bench.close(database)
    const again = bench.reopening(backend)
    if (again === undefined) continue
    database = await bench.opened(() => open(again))
    await insert(1)
    await bench.close(database)
  }
}

async function defaultsFill(bench: Bench): Promise<void> {
  const database = await bench.shared()
  const definition: TableDefinition = {
    name: 'filled',
    columns: [
      { name: 'id', type: { name: 'uuid' }, nullable: false, default: { kind: 'uuid' } },
      { name: 'at', type: { name: 'timestamp', unit: 'ms' }, nullable: false, default: { kind: 'now' } },
      { name: 'micro', type: { name: 'timestamp', unit: 'us' }, nullable: false, default: { kind: 'now' } },
      { name: 'flag', type: { name: 'boolean' }, nullable: true, default: { kind: 'value', value: true } },
      { name: 'note', type: { name: 'text' }, nullable: true },
    ],
    primaryKey: ['id'],
    indexes: [],
    checks: [],
  }
  await database.ensure(tableFromDefinition(definition))
  const table = handleOf(database, definition)
  const before = Date.now()
  const { keys } = await table.insert([{}, { flag: null, note: '' }, { flag: undefined }])
  const after = Date.now()
  const rows = await table.all()
  expectSame(
    'keys in the order of insertion, which is that of time',
    rows.map((row) => row['id']),
    keys,
    ['WRITE-4'],
  )
  expectSame(
    'flags',
    rows.map((row) => row['flag']),
    [true, null, true],
  )
  expectSame(
    'notes',
    rows.map((row) => row['note']),
    [null, '', null],
  )
  for (const row of rows) {
    const at = (row['at'] as Date).getTime()
    expectThat(at >= before && at <= after, `an instant from ${before} to ${after}`, String(at))
    expectSame('one instant for the whole call', row['micro'], BigInt(at) * 1000n)
  }
  await database.drop(definition.name)
}
