import type { Database, Transaction } from '../../../database/database-types.js'
import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { expectRefusal, expectRows, expectSame, outcomeOf } from '../../report/expect.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'
import { item, items, withItems } from '../items.js'

const rules = ['WRITE-8']

/** Nobody outside sees a part of a transaction, and none takes effect on the ruins of another. */
export const transactionsAreApart = fixedProperty({
  name: 'transactions/concurrency',
  rules,
  cases: [
    { name: 'reads outside see the state before, or wait for the end', check: outsideReads },
    { name: 'a write outside waits for the end or is told to try again', check: outsideWrites },
    { name: 'two transactions at once both take effect or one is told to try again', check: twoAtOnce },
    { name: 'a counter raised by many transactions at once counts them all', check: noLostUpdates },
  ],
})

/** Runs until the gate is opened, in a transaction that has already written. */
function heldOpen(
  database: Database,
  write: (transaction: Transaction) => Promise<unknown>,
): {
  readonly entered: Promise<void>
  readonly release: () => void
  readonly ended: Promise<void>
} {
  const entered = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const ended = database.transaction(async (transaction) => {
    try {
      await write(transaction)
    } finally {
      entered.resolve()
    }
    await gate.promise
  })
  ended.catch(() => undefined)
  return { entered: entered.promise, release: () => gate.resolve(), ended }
}

async function outsideReads(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (database, table) => {
    const held = heldOpen(database, async (transaction) => {
      await handleOf(transaction, items).insert(item(2))
      await handleOf(transaction, items).patch(1, { label: 'changed' })
    })
    await held.entered
    const reads = Promise.all([table.all(), table.get(2), table.count()])
    if (database.capabilities.readsDuringTransaction) {
      const [rows, row, count] = await withinLimit('reads while a transaction is open', () => reads)
      expectRows('all() outside', rows, [item(1)], { rules })
      expectSame('get() outside', row, undefined, rules)
      expectSame('count() outside', count, 1, rules)
      held.release()
      await held.ended
    } else {
      held.release()
      await held.ended
      const [rows] = await withinLimit('reads that waited', () => reads)
      expectSame(
        'the number of rows that a waiting read sees: all or nothing',
        [1, 2].includes(rows.length),
        true,
        rules,
      )
    }
    const after = [item(1, { label: 'changed', edition: 2 }), item(2)]
    expectRows('all() after the end', await table.all(), after, { rules })
  })
}

async function outsideWrites(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (database, table) => {
    const held = heldOpen(database, (transaction) =>
      handleOf(transaction, items).patch(1, { label: 'inside' }),
    )
    await held.entered
    const outside = outcomeOf(() => table.insert(item(2)))
    setTimeout(held.release, 50)
    await held.ended
    const outcome = await withinLimit('a write outside', () => outside)
    const inside = item(1, { label: 'inside', edition: 2 })
    if (outcome.kind === 'value') {
      expectRows('the table afterwards', await table.all(), [inside, item(2)], { rules })
    } else {
      await expectRefusal('a write outside', ['CONFLICT', 'BUSY', 'TIMEOUT'], () => {
        throw outcome.error
      })
      expectRows('the table afterwards', await table.all(), [inside], { rules })
    }
  })
}

async function twoAtOnce(bench: Bench): Promise<void> {
  await withItems(bench, [item(1), item(2)], async (database, table) => {
    const raise = (id: number): Promise<unknown> =>
      database.transaction(
        async (transaction) => {
          const inside = handleOf(transaction, items)
          const row = await inside.require(id)
          await inside.patch(id, { amount: Number(row['amount']) + 10 })
        },
        { retry: { attempts: 50 } },
      )
    await withinLimit('two transactions at once', () => Promise.all([raise(1), raise(2)]))
    const amounts = (await table.all()).map((row) => row['amount'])
    expectSame('both took effect', amounts, [11, 12], rules)
  })
}

async function noLostUpdates(bench: Bench): Promise<void> {
  await withItems(bench, [item(1, { amount: 0 })], async (database, table) => {
    const raise = (): Promise<unknown> =>
      database.transaction(
        async (transaction) => {
          const inside = handleOf(transaction, items)
          const row = await inside.require(1)
          await inside.patch(1, { amount: Number(row['amount']) + 1 })
        },
        { retry: { attempts: 100 } },
      )
    await withinLimit('ten transactions at once', () => Promise.all(Array.from({ length: 10 }, raise)))
    expectSame('the counter', (await table.get(1))?.['amount'], 10, rules)
  })
}
