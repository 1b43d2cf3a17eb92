import { isHoldfastError } from '../../../backend/errors.js'
import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { disagree } from '../../report/disagreement.js'
import { expectRefusal, expectRows, expectSame, expectThat, outcomeOf } from '../../report/expect.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'
import { createItems, item, items, itemsFrom, withItems } from '../items.js'
import type { Item } from '../items.js'

const rules = ['WRITE-1', 'WRITE-10']

/** However many batches its rows come in, a load is one write. */
export const loadsAreOneWrite = fixedProperty({
  name: 'writes/loads',
  rules,
  cases: [
    { name: 'a load is an insert, whatever the batch', check: loadsInsert },
    { name: 'rows in arrays are rows', check: rowsInArrays },
    { name: 'each policy in batches', check: everyPolicy },
    { name: 'a bad row in any batch changes nothing', check: badRowAnywhere },
    { name: 'an iterable that throws in any batch changes nothing', check: throwingIterables },
    { name: 'a bad row counts before what the iterable throws after it', check: badRowBeforeFault },
    { name: 'an abort at any time leaves nothing', check: aborted },
    { name: 'within a transaction a load undoes only itself', check: nested },
    { name: 'rows that are read from the same database meanwhile', check: fromTheSameDatabase },
    { name: 'the end of the database ends it', check: closedMeanwhile },
  ],
})

const before: readonly Item[] = [item(1), item(2, { code: 'taken' })]

/** An iterable that tells how far it was read, and whether it was told that no more is wanted. */
class Source<Given = Record<string, unknown>> implements AsyncIterable<Given> {
  asked = 0
  ended = false
  readonly #rows: readonly Given[]

  constructor(rows: readonly Given[]) {
    this.#rows = rows
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Given> {
    try {
      for (const row of this.#rows) {
        this.asked += 1
        if (this.asked % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
        yield row
      }
    } finally {
      this.ended = true
    }
  }
}

async function loadsInsert(bench: Bench): Promise<void> {
  const rows = itemsFrom(10, 2500)
  for (const batchSize of [1, 7, 1000, 2500, 10_000]) {
    const given = batchSize === 1 ? rows.slice(0, 40) : rows
    await withItems(bench, before, async (_database, table) => {
      const { count } = await withinLimit('load', () => table.load(new Source(given), { batchSize }))
      expectSame(`the count in batches of ${batchSize}`, count, given.length, rules)
      expectRows('the rows', await table.all(), [...before, ...given], { rules })
    })
  }
  await withItems(bench, [], async (_database, table) => {
    expectSame('a load of nothing', await table.load([]), { count: 0 }, rules)
    expectSame('a load of one row', await table.load(item(1)), { count: 1 }, rules)
    expectSame('a load of a set', await table.load(new Set(itemsFrom(2, 3)), { batchSize: 2 }), { count: 3 })
    expectRows('the rows', await table.all(), itemsFrom(1, 4), { rules })
  })
}

async function rowsInArrays(bench: Bench): Promise<void> {
  const rows: Record<string, unknown>[] = itemsFrom(10, 300)
  const lengths = [0, 1, 7, 100, 0, 150, 2, 40]
  const inArrays = (given: readonly Record<string, unknown>[]) => {
    let start = 0
    return lengths.map((length) => given.slice(start, (start += length)))
  }
  for (const batchSize of [1, 64, 4096]) {
    for (const given of [inArrays(rows), new Source(inArrays(rows))]) {
      await withItems(bench, before, async (_database, table) => {
        const { count } = await withinLimit('load', () => table.load(given, { batchSize }))
        expectSame(`the count in batches of ${batchSize}`, count, rows.length, rules)
        expectRows('the rows', await table.all(), [...before, ...rows], { rules })
      })
    }
  }
  await withItems(bench, before, async (_database, table) => {
    const spoilt = inArrays(rows.map((row, index) => (index === 200 ? { ...row, label: 7 } : row)))
    const load = () => table.load(spoilt, { batchSize: 30 })
    const { path } = await expectRefusal('load with a bad row in an array', 'INVALID_VALUE', load, rules)
    expectSame('the place of a bad row', path, 'rows[200].label', rules)
    expectRows('the rows', await table.all(), before, { rules })
  })
}

async function everyPolicy(bench: Bench): Promise<void> {
  const rows = [...itemsFrom(1, 30), ...itemsFrom(20, 30).map((row) => ({ ...row, label: 'again' }))]
  const again = (id: number, edition: number) => item(id, { label: 'again', edition })
  for (const batchSize of [4, 25, 60]) {
    await withItems(bench, before, async (_database, table) => {
      const { count } = await table.load(rows, { onConflict: 'skip', batchSize })
      expectSame('the rows that were not there', count, 47, ['WRITE-2'])
      const added = [...itemsFrom(3, 28), ...itemsFrom(31, 19).map((row) => ({ ...row, label: 'again' }))]
      expectRows('after skip', await table.all(), [...before, ...added], { rules: ['WRITE-2'] })
    })
    await withItems(bench, before, async (_database, table) => {
      await table.load(rows.slice(2), { onConflict: 'replace', batchSize: 60 })
      await table.load(
        itemsFrom(40, 5).map(({ id }) => again(id, 1)),
        { onConflict: 'replace', batchSize: 2 },
      )
      const [row] = await table.all().then((all) => all.filter(({ id }) => id === 41))
      expectSame('a row replaced in a later batch', row?.['edition'], 2, ['WRITE-5'])
    })
  }
}

async function badRowAnywhere(bench: Bench): Promise<void> {
  const spoilt = [
    ['INVALID_VALUE', { label: 7 }],
    ['CHECK_VIOLATION', { amount: -1 }],
    ['DUPLICATE_KEY', { id: 1 }],
    ['UNIQUE_VIOLATION', { code: 'taken' }],
  ] as const
  const batchSize = 100
  await withItems(bench, before, async (_database, table) => {
    for (const [code, change] of spoilt) {
      for (const place of [0, 99, 100, 250, 799]) {
        const rows: Record<string, unknown>[] = itemsFrom(10, 800)
        rows[place] = { ...rows[place], ...change }
        const source = new Source(rows)
        const what = `load with ${code} at ${place}`
        await expectRefusal(
          what,
          code,
          () => withinLimit(what, () => table.load(source, { batchSize })),
          rules,
        )
        expectRows(`the table after ${what}`, await table.all(), before, { rules })
        expectSame(`whether the iterable was ended after ${what}`, source.ended, true, rules)
        const most = place + 2 * batchSize
        expectThat(source.asked <= most, `at most ${most} rows asked for`, `${source.asked}`, rules)
      }
    }
  })
}

async function throwingIterables(bench: Bench): Promise<void> {
  const mine = new Error('mine')
  await withItems(bench, before, async (_database, table) => {
    for (const good of [0, 5, 100, 250]) {
      const sync = function* () {
        yield* itemsFrom(10, good)
        throw mine
      }
      const async = async function* () {
        yield* sync()
      }
      for (const rows of [sync(), async()]) {
        const outcome = await outcomeOf(() => table.load(rows, { batchSize: 100 }))
        const isMine = outcome.kind === 'error' && outcome.error === mine
        expectSame('whether the error of the iterable comes through', isMine, true, rules)
        expectRows('the table afterwards', await table.all(), before, { rules })
      }
    }
  })
}

async function badRowBeforeFault(bench: Bench): Promise<void> {
  await withItems(bench, before, async (_database, table) => {
    for (const thrownAfter of [201, 250, 300]) {
      const rows = async function* () {
        yield* itemsFrom(10, 150)
        yield item(1)
        await new Promise((resolve) => setImmediate(resolve))
        yield* itemsFrom(160, thrownAfter - 151)
        throw new Error('mine')
      }
      const load = () => table.load(rows(), { batchSize: 100 })
      await expectRefusal('load of a bad row before the fault', 'DUPLICATE_KEY', load, rules)
      expectRows('the table afterwards', await table.all(), before, { rules })
    }
  })
}

async function aborted(bench: Bench): Promise<void> {
  await withItems(bench, before, async (_database, table) => {
    for (const delay of [0, 1, 5, 20]) {
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(), delay)
      const source = new Source(itemsFrom(10, 200_000))
      const options = { signal: controller.signal, batchSize: 500 }
      await expectRefusal(
        'an aborted load',
        'ABORTED',
        () => withinLimit('load', () => table.load(source, options)),
        rules,
      )
      clearTimeout(timer)
      expectRows('the table afterwards', await table.all(), before, { rules })
    }
  })
}

async function nested(bench: Bench): Promise<void> {
  await withItems(bench, before, async (database) => {
    await database.transaction(async (transaction) => {
      const table = handleOf(transaction, items)
      await table.insert(item(5))
      const rows = [...itemsFrom(10, 250), item(5)]
      await expectRefusal(
        'a load that meets a row of its transaction',
        'DUPLICATE_KEY',
        () => table.load(rows, { batchSize: 100 }),
        rules,
      )
      expectRows('what the transaction sees', await table.all(), [...before, item(5)], { rules })
      await table.load(itemsFrom(10, 250), { batchSize: 100 })
    })
    const after = await handleOf(database, items).all()
    expectRows('what was committed', after, [...before, item(5), ...itemsFrom(10, 250)], { rules })
  })
}

async function fromTheSameDatabase(bench: Bench): Promise<void> {
  const rows = itemsFrom(1, 2500)
  await withItems(bench, rows, async (database) => {
    const copy = { ...items, name: 'copy', indexes: [] }
    const table = await createItems(database, [], copy)
    const source = handleOf(database, items)
    const outcome = await outcomeOf(() =>
      withinLimit('load', () => table.load(source.stream(), { batchSize: 100 })),
    )
    if (outcome.kind === 'error') {
      // Where reads wait for the end of a transaction, the load would wait for itself.
      const told = isHoldfastError(outcome.error) && outcome.error.code === 'TRANSACTION_MISUSE'
      const possible = database.capabilities.readsDuringTransaction
      if (possible || !told) disagree('a load from the same database', 'the copied rows', outcome.error)
    }
    const copied = outcome.kind === 'error' ? [] : rows
    expectRows('the copy', await table.all(), copied, { rules })
    expectRows('the original', await source.all(), rows, { rules })
    await database.drop(copy.name)
  })
}

async function closedMeanwhile(bench: Bench): Promise<void> {
  const backend = bench.subject.backend()
  const database = await bench.open({}, backend)
  const table = await createItems(database, before)
  let closing: Promise<void> | undefined
  const rows = async function* () {
    for (const row of itemsFrom(10, 1000)) {
      if (row.id === 500) closing = bench.close(database)
      if (row.id > 500) await new Promise((resolve) => setImmediate(resolve))
      yield row
    }
  }
  await expectRefusal(
    'a load whose database is closed',
    'CLOSED',
    () => withinLimit('load', () => table.load(rows(), { batchSize: 100 })),
    rules,
  )
  await closing
  const reopening = bench.reopening(backend)
  if (reopening === undefined) return
  const reopened = await bench.open({}, reopening)
  expectRows('the table when it is opened again', await handleOf(reopened, items).all(), before, { rules })
  await bench.close(reopened)
}
