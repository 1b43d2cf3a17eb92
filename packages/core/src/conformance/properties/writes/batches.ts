import { createTable, withTables } from '../../bench.js'
import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { disagree } from '../../report/disagreement.js'
import { expectRefusal, expectRows, expectSame, expectThat, outcomeOf } from '../../report/expect.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'
import type { AnyHandle } from '../../untyped.js'
import { item, items, itemsFrom, withItems } from '../items.js'
import type { Item } from '../items.js'

const rules = ['WRITE-1']

/** A large batch is one write: everything or nothing, whatever goes wrong and wherever it stands. */
export const batchesAreAtomic = fixedProperty({
  name: 'writes/batches',
  rules,
  cases: [
    {
      name: 'a row of a wrong type at any place',
      check: (bench) => badRowAnywhere(bench, (row) => ({ ...row, label: 7 }), 'INVALID_VALUE'),
    },
    {
      name: 'a failed check at any place',
      check: (bench) => badRowAnywhere(bench, (row) => ({ ...row, amount: -1 }), 'CHECK_VIOLATION'),
    },
    {
      name: 'an existing key at any place',
      check: (bench) => badRowAnywhere(bench, (row) => ({ ...row, id: 1 }), 'DUPLICATE_KEY'),
    },
    {
      name: 'an existing unique value at any place',
      check: (bench) => badRowAnywhere(bench, (row) => ({ ...row, code: 'taken' }), 'UNIQUE_VIOLATION'),
    },
    { name: 'a stale version at any place of patchMany', check: staleVersionAnywhere },
    { name: '100,000 rows of which the last repeats a key', check: hundredThousandRefused },
    { name: '100,000 rows, read and deleted by their keys', check: hundredThousandAccepted },
    { name: 'a batch in parts is the batch', check: partsAreTheWhole },
    { name: 'arrays, iterables and async iterables are the same, order kept', check: everyInput },
    { name: 'an iterable that throws changes nothing', check: throwingIterables },
    { name: 'an abort at any time leaves all or nothing', check: abortedWrites },
    { name: 'an empty batch', check: emptyBatch },
    { name: 'a list of 70,000 values', check: longList },
  ],
})

const sizes: readonly number[] = [1, 2, 33, 1001, 2500]

async function badRowAnywhere(
  bench: Bench,
  spoil: (row: Item) => Record<string, unknown>,
  code: 'INVALID_VALUE' | 'CHECK_VIOLATION' | 'DUPLICATE_KEY' | 'UNIQUE_VIOLATION',
): Promise<void> {
  const before = [item(1), item(2, { code: 'taken' })]
  await withItems(bench, before, async (_database, table) => {
    for (const size of sizes) {
      for (const place of new Set([0, size >> 1, size - 1])) {
        const rows: Record<string, unknown>[] = itemsFrom(10, size)
        rows[place] = spoil(item(10 + place))
        const what = `${size} rows, the bad one at ${place}`
        await expectRefusal(
          `insert of ${what}`,
          code,
          () => withinLimit('insert', () => table.insert(rows)),
          rules,
        )
        if (code !== 'DUPLICATE_KEY') {
          await expectRefusal(`put of ${what}`, code, () => withinLimit('put', () => table.put(rows)), rules)
        }
        expectRows(`the table after ${what}`, await table.all(), before, { rules })
      }
    }
  })
}

async function staleVersionAnywhere(bench: Bench): Promise<void> {
  const before = itemsFrom(1, 50)
  await withItems(bench, before, async (_database, table) => {
    for (const place of [0, 25, 49]) {
      const patches = before.map(({ id }, index) => ({
        key: id,
        set: { label: 'new' },
        version: index === place ? 2 : 1,
      }))
      await expectRefusal(
        'patchMany',
        'VERSION_MISMATCH',
        () => withinLimit('patchMany', () => table.patchMany(patches)),
        ['WRITE-5'],
      )
      expectRows('the table afterwards', await table.all(), before, { rules })
    }
  })
}

const many = 100_000

async function hundredThousandRefused(bench: Bench): Promise<void> {
  await withItems(bench, [], async (_database, table) => {
    const rows = [...itemsFrom(1, many - 1), item(1)]
    await expectRefusal(
      'insert',
      'DUPLICATE_KEY',
      () => withinLimit('insert', () => table.insert(rows), 60_000),
      rules,
    )
    expectSame('the number of rows afterwards', await table.count(), 0, rules)
  })
}

async function hundredThousandAccepted(bench: Bench): Promise<void> {
  await withItems(bench, [], async (_database, table) => {
    const rows = itemsFrom(1, many)
    const { count } = await withinLimit('insert', () => table.insert(rows), 60_000)
    expectSame('the number of rows inserted', count, many, ['WRITE-3'])
    expectSame('the number of rows', await table.count(), many, rules)
    const keys = rows.map(({ id }) => id)
    const read = await withinLimit('getMany', () => table.getMany(keys), 60_000)
    expectRows('the rows by their keys', read, rows)
    expectSame(
      'the number deleted',
      await withinLimit('deleteMany', () => table.deleteMany(keys.slice(1)), 60_000),
      many - 1,
      ['WRITE-3'],
    )
    expectRows('what is left', await table.all(), [item(1)], { rules })
  })
}

async function partsAreTheWhole(bench: Bench): Promise<void> {
  const rows = [...itemsFrom(1, 400), ...itemsFrom(200, 400).map((row) => ({ ...row, label: 'again' }))]
  for (const verb of ['put', 'skip'] as const) {
    const whole = await contentsAfter(bench, (table) => write(table, verb, rows))
    for (const cut of [1, 250, 399, 600]) {
      const parts = await contentsAfter(bench, async (table) => {
        await write(table, verb, rows.slice(0, cut))
        await write(table, verb, rows.slice(cut))
      })
      expectRows(`${verb} in two parts, cut at ${cut}`, parts, whole, { rules: ['WRITE-2'] })
    }
  }
}

function write(table: AnyHandle, verb: 'put' | 'skip', rows: readonly Item[]): Promise<unknown> {
  return verb === 'put' ? table.put(rows) : table.insert(rows, { onConflict: 'skip' })
}

async function contentsAfter(
  bench: Bench,
  work: (table: AnyHandle) => Promise<unknown>,
): Promise<Record<string, unknown>[]> {
  let rows: Record<string, unknown>[] = []
  await withItems(bench, [], async (_database, table) => {
    await work(table)
    rows = await table.all()
  })
  return rows
}

async function everyInput(bench: Bench): Promise<void> {
  const rows = itemsFrom(1, 1200)
  const inputs: readonly (readonly [string, () => Iterable<Item> | AsyncIterable<Item>])[] = [
    ['an array', () => rows],
    ['a set', () => new Set(rows)],
    ['a generator', () => rows.values()],
    ['an async generator', () => slowly(rows)],
  ]
  for (const [name, input] of inputs) {
    await withItems(bench, [], async (_database, table) => {
      const { count, keys } = await table.insert(input())
      expectSame(`the count of ${name}`, count, rows.length, ['WRITE-3'])
      expectSame(
        `the keys of ${name}, in its order`,
        keys,
        rows.map(({ id }) => id),
        ['WRITE-3'],
      )
      expectRows(`the rows of ${name}`, await table.all(), rows)
    })
  }
  await withItems(bench, [], async (_database, table) => {
    const single = await table.insert(item(5))
    expectSame('the result of a single row', single, { count: 1, keys: [5] }, ['WRITE-3'])
    const reversed = rows.toReversed()
    expectSame(
      'keys in the order of the rows',
      (await table.put(reversed)).keys,
      reversed.map(({ id }) => id),
      ['WRITE-3'],
    )
  })
}

async function* slowly(rows: readonly Item[]): AsyncGenerator<Item> {
  for (const row of rows) {
    if (row.id % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    yield row
  }
}

async function throwingIterables(bench: Bench): Promise<void> {
  const mine = new Error('mine')
  const inputs: readonly (() => Iterable<Item> | AsyncIterable<Item>)[] = [
    function* () {
      yield* itemsFrom(1, 1500)
      throw mine
    },
    async function* () {
      yield* itemsFrom(1, 1500)
      throw mine
    },
  ]
  await withItems(bench, [], async (_database, table) => {
    for (const input of inputs) {
      for (const call of [() => table.insert(input()), () => table.put(input())]) {
        const outcome = await outcomeOf(call)
        expectSame(
          'the error of the iterable comes through',
          outcome.kind === 'error' && outcome.error === mine,
          true,
          rules,
        )
        expectSame('the number of rows afterwards', await table.count(), 0, rules)
      }
    }
    await table.insert(item(1))
  })
}

async function abortedWrites(bench: Bench): Promise<void> {
  await withItems(bench, [], async (_database, table) => {
    for (const delay of [0, 1, 5, 20]) {
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(), delay)
      const outcome = await outcomeOf(() =>
        withinLimit('insert', () =>
          table.insert(slowly(itemsFrom(1, 20_000)), { signal: controller.signal }),
        ),
      )
      clearTimeout(timer)
      const count = await table.count()
      if (outcome.kind === 'error') {
        await expectRefusal('an aborted insert', 'ABORTED', () => {
          throw outcome.error
        })
        expectThat(count === 0 || count === 20_000, 'no row or all 20,000', `${count} rows`, rules)
      } else {
        expectSame('the rows of an insert that was not aborted in time', count, 20_000, rules)
      }
      await table.clear()
    }
  })
}

async function emptyBatch(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (_database, table) => {
    expectSame('insert of nothing', await table.insert([]), { count: 0, keys: [] }, ['WRITE-3'])
    expectSame('put of nothing', await table.put([]), { count: 0, keys: [] }, ['WRITE-3'])
    expectSame('getMany of nothing', await table.getMany([]), [])
    expectSame('patchMany of nothing', await table.patchMany([]), 0, ['WRITE-3'])
    expectSame('deleteMany of nothing', await table.deleteMany([]), 0, ['WRITE-3'])
    expectRows('the table afterwards', await table.all(), [item(1)], { rules })
  })
}

async function longList(bench: Bench): Promise<void> {
  const database = await bench.shared()
  const last = 139_998
  const rows = [...itemsFrom(1, 50), ...itemsFrom(last - 49, 50)]
  await withTables(database, [], async () => {
    await createTable(database, { definition: { ...items, checks: [] }, rows: [] })
    const table = handleOf(database, items)
    await table.insert(rows)
    const wanted = Array.from({ length: 70_000 }, (_, index) => index * 2)
    const found = await withinLimit('a query with a list of 70,000', () =>
      table.where((row) => row['id']?.in(wanted) ?? disagree('the column', undefined, 'id')).all(),
    )
    expectRows(
      'the rows of a long list',
      found,
      rows.filter(({ id }) => id % 2 === 0),
      { rules: ['NULL-4'] },
    )
    await database.drop(items.name)
  })
}
