import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { expectRefusal, expectRows, expectSame } from '../../report/expect.js'
import { handleOf } from '../../untyped.js'
import { below, createItems, item, items, withItems } from '../items.js'

/** What a write does with rows that are there already, and what it refuses: the code, the table, the key. */
export const conflictsAreTold = fixedProperty({
  name: 'writes/conflicts',
  rules: ['WRITE-2', 'WRITE-3', 'WRITE-6', 'WRITE-8', 'NULL-7'],
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
    { name: 'patches that repeat a key count each', rules: ['WRITE-3'], check: repeatedPatches },
    { name: 'a unique index refuses, and ignores nulls', rules: ['NULL-7'], check: uniqueRefuses },
    { name: 'unique values may move between rows in one transaction', rules: ['NULL-7'], check: uniqueMoves },
    { name: 'several definitions of one table are one table', rules: ['NULL-7'], check: severalDefinitions },
    { name: 'a check refuses false and lets null pass', rules: ['WRITE-6'], check: checkRefuses },
    {
      name: 'a deleted row can be inserted again in the same transaction',
      rules: ['WRITE-8'],
      check: reinsert,
    },
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

/** Without checks patches go to the engine as they are. */
async function repeatedPatches(bench: Bench): Promise<void> {
  const database = await bench.shared()
  for (const definition of [items, { ...items, checks: [] }]) {
    const table = await createItems(database, [item(1), item(2)], definition)
    const patches = [
      { key: 1, set: { label: 'a' } },
      { key: 9, set: { label: 'b' } },
      { key: 1, set: { amount: 7 } },
      { key: 2, set: { label: 'c' } },
      { key: 1, set: { label: 'd' } },
    ]
    expectSame('patchMany', await table.patchMany(patches), 4)
    const after = [item(1, { label: 'd', amount: 7, edition: 4 }), item(2, { label: 'c', edition: 2 })]
    expectRows('the table', await table.all(), after)
    await database.transaction(async (transaction) => {
      expectSame('patchMany inside', await handleOf(transaction, definition).patchMany(patches), 4)
    })
    expectSame('the edition afterwards', (await table.get(1))?.['edition'], 7)
    await database.drop(items.name)
  }
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
