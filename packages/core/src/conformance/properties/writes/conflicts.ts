import { open } from '../../../database/open.js'
import { tableFromDefinition } from '../../../schema/table.js'
import type { ColumnDefinition, TableDefinition } from '../../../schema/types.js'
import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { expectRefusal, expectRows, expectSame, expectThat } from '../../report/expect.js'
import { handleOf } from '../../untyped.js'
import { below, item, items, withItems } from '../items.js'

/** What a write does with rows that are there already, and what it refuses: the code, the table, the key. */
export const conflictsAreTold = fixedProperty({
  name: 'writes/conflicts',
  rules: ['WRITE-2', 'WRITE-3', 'WRITE-4', 'WRITE-5', 'WRITE-6', 'NULL-7'],
  cases: [
    { name: 'insert refuses an existing key', rules: ['WRITE-2'], check: insertRefuses },
    { name: 'insert refuses a key repeated in the call', rules: ['WRITE-2'], check: repeatedKey },
    { name: 'skip keeps the first', rules: ['WRITE-2'], check: skipKeepsFirst },
    {
      name: 'replace and put let the last win and replace the whole row',
      rules: ['WRITE-2'],
      check: lastWins,
    },
    { name: 'what is not found is no error', rules: ['WRITE-3'], check: missingIsNoError },
    { name: 'a unique index refuses, and ignores nulls', rules: ['NULL-7'], check: uniqueRefuses },
    { name: 'unique values may move between rows in one transaction', rules: ['NULL-7'], check: uniqueMoves },
    { name: 'several definitions of one table are one table', rules: ['NULL-7'], check: severalDefinitions },
    { name: 'a check refuses false and lets null pass', rules: ['WRITE-6'], check: checkRefuses },
    {
      name: 'versions rise with every write and guard against stale ones',
      rules: ['WRITE-5'],
      check: versionsRise,
    },
    { name: 'key and version columns never change', rules: ['WRITE-4'], check: keysNeverChange },
    { name: 'generated keys rise and never come back', rules: ['WRITE-4'], check: generatedKeys },
    {
      name: 'a deleted row can be inserted again in the same transaction',
      rules: ['WRITE-8'],
      check: reinsert,
    },
    { name: 'defaults fill what is left out', rules: ['WRITE-3'], check: defaultsFill },
  ],
})

async function insertRefuses(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (_database, table) => {
    const error = await expectRefusal('insert', 'DUPLICATE_KEY', () =>
      table.insert(item(1, { label: 'other' })),
    )
    expectSame('the table that the error names', error.table, items.name)
    expectSame('the key that the error names', error.key, 1)
    expectRows('the table', await table.all(), [item(1)])
  })
}

async function repeatedKey(bench: Bench): Promise<void> {
  await withItems(bench, [], async (_database, table) => {
    await expectRefusal('insert', 'DUPLICATE_KEY', () => table.insert([item(1), item(2), item(1)]))
    expectRows('the table', await table.all(), [])
  })
}

async function skipKeepsFirst(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (_database, table) => {
    const rows = [item(1, { label: 'a' }), item(2, { label: 'b' }), item(2, { label: 'c' }), item(3)]
    expectSame('the result', await table.insert(rows, { onConflict: 'skip' }), {
      count: 2,
      keys: [1, 2, 2, 3],
    })
    expectRows('the table', await table.all(), [item(1), item(2, { label: 'b' }), item(3)])
  })
}

async function lastWins(bench: Bench): Promise<void> {
  await withItems(bench, [item(1, { code: 'x' })], async (_database, table) => {
    expectSame(
      'put',
      await table.put([
        { id: 1, label: 'a' },
        { id: 2, label: 'b' },
        { id: 2, label: 'c' },
      ]),
      {
        count: 2,
        keys: [1, 2, 2],
      },
    )
    const first = item(1, { label: 'a', amount: null, edition: 2 })
    expectRows('the table after put', await table.all(), [
      first,
      item(2, { label: 'c', amount: null, edition: 2 }),
    ])
    const replaced = await table.insert({ id: 1, label: 'd' }, { onConflict: 'replace' })
    expectSame('insert with replace', replaced, { count: 1, keys: [1] })
    expectSame('the row', await table.get(1), { ...first, label: 'd', edition: 3 })
  })
}

async function missingIsNoError(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (database, table) => {
    expectSame('get', await table.get(9), undefined)
    expectSame('getMany', await table.getMany([9, 1, 9, 1]), [undefined, item(1), undefined, item(1)])
    expectSame('has', await table.has(9), false)
    expectSame('patch', await table.patch(9, { label: 'x' }), false)
    expectSame('patchMany', await table.patchMany([{ key: 9, set: { label: 'x' } }]), 0)
    expectSame('delete', await table.delete(9), false)
    expectSame('deleteMany', await table.deleteMany([9, 1, 1]), 1)
    expectSame('update', await below(database, -5).update({ label: 'x' }), 0)
    await expectRefusal('require', 'NOT_FOUND', () => table.require(9))
    await expectRefusal('one', 'NOT_FOUND', () => table.one())
    expectSame('first', await table.first(), undefined)
  })
}

async function uniqueRefuses(bench: Bench): Promise<void> {
  const before = [item(1, { code: 'x' }), item(2), item(3)]
  await withItems(bench, before, async (_database, table) => {
    const error = await expectRefusal('insert', 'UNIQUE_VIOLATION', () =>
      table.insert(item(4, { code: 'x' })),
    )
    expectSame('the table that the error names', error.table, items.name)
    await expectRefusal('put', 'UNIQUE_VIOLATION', () => table.put(item(2, { code: 'x' })))
    await expectRefusal('patch', 'UNIQUE_VIOLATION', () => table.patch(2, { code: 'x' }))
    await expectRefusal('two in one call', 'UNIQUE_VIOLATION', () =>
      table.insert([item(4, { code: 'y' }), item(5, { code: 'y' })]),
    )
    expectSame(
      'skip leaves the row out',
      (await table.insert(item(4, { code: 'x' }), { onConflict: 'skip' })).count,
      0,
    )
    expectRows('the table', await table.all(), before)
    await table.put(item(1, { code: 'x' }))
    await table.insert(item(6, { code: 'X' }))
  })
}

async function uniqueMoves(bench: Bench): Promise<void> {
  await withItems(bench, [item(1, { code: 'x' }), item(2, { code: 'y' })], async (database, table) => {
    await database.transaction(async (transaction) => {
      const inside = handleOf(transaction, items)
      await inside.patch(1, { code: null })
      await inside.patch(2, { code: 'x' })
      await inside.patch(1, { code: 'y' })
    })
    expectRows('the table', await table.all(), [
      item(1, { code: 'y', edition: 3 }),
      item(2, { code: 'x', edition: 2 }),
    ])
    await table.delete(2)
    await table.insert(item(3, { code: 'x' }))
  })
}

async function severalDefinitions(bench: Bench): Promise<void> {
  await withItems(bench, [item(1, { code: 'x' })], async (database, table) => {
    await database.transaction(async (transaction) => {
      // Every handle has a definition object of its own.
      await handleOf(transaction, items).insert(item(2, { code: 'y' }))
      await expectRefusal('a value that another handle has put', 'UNIQUE_VIOLATION', () =>
        handleOf(transaction, items).insert(item(3, { code: 'y' })),
      )
      await handleOf(transaction, items).patch(1, { code: null })
      await handleOf(transaction, items).insert(item(4, { code: 'x' }))
    })
    await expectRefusal('a value that a transaction has put', 'UNIQUE_VIOLATION', () =>
      handleOf(database, items).insert(item(5, { code: 'x' })),
    )
    expectSame('the number of rows', await table.count(), 3)
  })
}

async function checkRefuses(bench: Bench): Promise<void> {
  const before = [item(1), item(2)]
  await withItems(bench, before, async (database, table) => {
    await expectRefusal('insert', 'CHECK_VIOLATION', () => table.insert(item(3, { amount: -1 })))
    await expectRefusal('put', 'CHECK_VIOLATION', () => table.put(item(1, { amount: -1 })))
    await expectRefusal('patch', 'CHECK_VIOLATION', () => table.patch(1, { amount: -1 }))
    await expectRefusal('patchMany', 'CHECK_VIOLATION', () =>
      table.patchMany([
        { key: 1, set: { amount: 5 } },
        { key: 2, set: { amount: -1 } },
      ]),
    )
    await expectRefusal('update', 'CHECK_VIOLATION', () => below(database, 9).update({ amount: -1 }))
    expectRows('the table', await table.all(), before)
    await table.insert(item(3, { amount: null }))
    await table.patch(1, { amount: null })
  })
}

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
    const insert = async (count: number): Promise<void> => {
      const rows = Array.from({ length: count }, (_, index) => ({ label: `r${index}` }))
      const { keys } = await handleOf(database, definition).insert(rows)
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
    await bench.close(database)
    const again = bench.reopening(backend)
    if (again === undefined) continue
    database = await bench.opened(() => open(again))
    await insert(1)
    await bench.close(database)
  }
}

async function reinsert(bench: Bench): Promise<void> {
  await withItems(bench, [item(1, { code: 'x' })], async (database, table) => {
    await database.transaction(async (transaction) => {
      const inside = handleOf(transaction, items)
      await inside.delete(1)
      await inside.insert(item(1, { code: 'x', label: 'second' }))
      await inside.delete(1)
      await inside.insert(item(1, { code: 'x', label: 'third' }))
    })
    expectRows('the table', await table.all(), [item(1, { code: 'x', label: 'third' })])
  })
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
