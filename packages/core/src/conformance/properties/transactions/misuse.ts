import type { Transaction } from '../../../database/database-types.js'
import { tableFromDefinition } from '../../../schema/table.js'
import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { disagree } from '../../report/disagreement.js'
import { expectRefusal, expectRows, expectSame, outcomeOf } from '../../report/expect.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'
import { below, createItems, item, items, withItems } from '../items.js'

const rules = ['WRITE-8']

/** Misuse fails at once instead of hanging; what is not offered is refused. */
export const misuseFailsAtOnce = fixedProperty({
  name: 'transactions/misuse',
  rules,
  cases: [
    { name: 'the outer handle inside the callback fails at once', check: outerHandleIsMisuse },
    { name: 'the outer transaction inside a nested callback fails at once', check: outerTransactionIsMisuse },
    { name: 'a transaction that has ended is closed', check: endedIsClosed },
    { name: 'a read-only transaction refuses writes', check: readOnlyRefuses },
    { name: 'the declared isolation is given, a stronger one refused', check: isolationIsDeclared },
    { name: 'a table created inside is undone with it, or creating is refused', check: schemaInside },
  ],
})

async function outerHandleIsMisuse(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (database, table) => {
    await database.transaction(async () => {
      const misuses: readonly (readonly [string, () => unknown])[] = [
        ['get', () => table.get(1)],
        ['getMany', () => table.getMany([1])],
        ['insert', () => table.insert(item(2))],
        ['put', () => table.put(item(2))],
        ['patch', () => table.patch(1, { label: 'x' })],
        ['delete', () => table.delete(1)],
        ['all', () => table.all()],
        ['update', () => below(database, 9).update({ amount: 1 })],
        ['stream', async () => Array.fromAsync(table.stream())],
        ['transaction', () => database.transaction(async () => 1)],
        ['tables', () => database.tables()],
        ['drop', () => database.drop(items.name)],
      ]
      for (const [name, misuse] of misuses) {
        await expectRefusal(
          `${name} of the outer handle`,
          'TRANSACTION_MISUSE',
          () => withinLimit(name, misuse),
          rules,
        )
      }
    })
    expectRows('the table afterwards', await table.all(), [item(1)], { rules })
  })
}

async function outerTransactionIsMisuse(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (database, table) => {
    await database.transaction(async (outer) => {
      await outer.transaction(async () => {
        await expectRefusal(
          'insert of the outer transaction',
          'TRANSACTION_MISUSE',
          () => withinLimit('insert', () => handleOf(outer, items).insert(item(2))),
          rules,
        )
      })
      await handleOf(outer, items).insert(item(3))
    })
    expectRows('the table afterwards', await table.all(), [item(1), item(3)], { rules })
  })
}

async function endedIsClosed(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (database, table) => {
    const kept: Transaction[] = []
    await database.transaction(async (transaction) => kept.push(transaction))
    await outcomeOf(() =>
      database.transaction(async (transaction) => {
        kept.push(transaction)
        throw new Error('undo')
      }),
    )
    await database.transaction(async (transaction) => {
      await transaction.transaction(async (inner) => kept.push(inner))
    })
    for (const transaction of kept) {
      const inside = handleOf(transaction, items)
      const uses: readonly (() => unknown)[] = [
        () => inside.get(1),
        () => inside.insert(item(2)),
        () => inside.all(),
        () => below(transaction, 9).delete(),
        () => transaction.transaction(async () => 1),
        () => transaction.tables(),
      ]
      for (const use of uses)
        await expectRefusal('use after the end', 'TRANSACTION_CLOSED', () => withinLimit('use', use), rules)
    }
    expectRows('the table afterwards', await table.all(), [item(1)], { rules })
  })
}

async function readOnlyRefuses(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (database, table) => {
    await database.transaction(
      async (transaction) => {
        const inside = handleOf(transaction, items)
        expectRows('all() inside', await inside.all(), [item(1)])
        await expectRefusal('insert', 'READ_ONLY', () => inside.insert(item(2)))
        await expectRefusal('delete', 'READ_ONLY', () => inside.delete(1))
        await expectRefusal('update', 'READ_ONLY', () => below(transaction, 9).update({ amount: 1 }))
      },
      { readOnly: true },
    )
    expectRows('the table afterwards', await table.all(), [item(1)])
  })
}

async function isolationIsDeclared(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (database) => {
    const { transactions } = database.capabilities
    await database.transaction(async () => 1, { isolation: 'snapshot' })
    const serializable = (): Promise<unknown> =>
      database.transaction(async () => 1, { isolation: 'serializable' })
    if (transactions === 'snapshot') await expectRefusal('a stronger isolation', 'UNSUPPORTED', serializable)
    else await serializable()
  })
}

async function schemaInside(bench: Bench): Promise<void> {
  const database = await bench.open()
  const outcome = await outcomeOf(() =>
    database.transaction(async (transaction) => {
      await createInside(transaction)
      throw new Error('undo')
    }),
  )
  if (database.capabilities.transactionalSchema) {
    expectSame(
      'the error of the callback',
      outcome.kind === 'error' && String(outcome.error),
      'Error: undo',
      rules,
    )
  } else {
    await expectRefusal('create inside a transaction', 'UNSUPPORTED', () => {
      if (outcome.kind === 'error') throw outcome.error
    })
  }
  const names = (await database.tables()).map(({ name }) => name)
  if (names.includes(items.name)) disagree('the tables afterwards', names, [], rules)
  await createItems(database, [item(1)])
  await bench.close(database)
}

async function createInside(transaction: Transaction): Promise<void> {
  await transaction.create(tableFromDefinition(items))
  await handleOf(transaction, items).insert(item(1))
  expectRows('the new table inside', await handleOf(transaction, items).all(), [item(1)], { rules })
}
