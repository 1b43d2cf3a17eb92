import type { Database, Transaction } from '../../../database/database-types.js'
import { tableFromDefinition } from '../../../schema/table.js'
import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { disagree } from '../../report/disagreement.js'
import { expectRefusal, expectRows, expectSame, outcomeOf } from '../../report/expect.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'
import { below, createItems, item, items, withItems } from '../items.js'

const rules = ['WRITE-8']

/** All of a transaction or nothing, seen by nobody before its end; misuse fails at once instead of hanging. */
export const transactionsHold = fixedProperty({
  name: 'transactions/laws',
  rules,
  cases: [
    { name: 'a transaction reads its own writes', check: readsItsOwnWrites },
    { name: 'what the callback returns comes through', check: resultComesThrough },
    { name: 'what the callback throws comes through and undoes everything', check: throwUndoes },
    { name: 'a refused call inside undoes itself alone', check: refusedCallUndoesItself },
    { name: 'a nested transaction that throws undoes itself alone', check: nestedUndoesItself },
    { name: 'nested transactions three deep', check: nestedThreeDeep },
    { name: 'reads outside see the state before, or wait for the end', check: outsideReads },
    { name: 'a write outside waits for the end or is told to try again', check: outsideWrites },
    { name: 'the outer handle inside the callback fails at once', check: outerHandleIsMisuse },
    { name: 'the outer transaction inside a nested callback fails at once', check: outerTransactionIsMisuse },
    { name: 'a transaction that has ended is closed', check: endedIsClosed },
    { name: 'a read-only transaction refuses writes', check: readOnlyRefuses },
    { name: 'the declared isolation is given, a stronger one refused', check: isolationIsDeclared },
    { name: 'a table created inside is undone with it, or creating is refused', check: schemaInside },
    { name: 'two transactions at once both take effect or one is told to try again', check: twoAtOnce },
    { name: 'a counter raised by many transactions at once counts them all', check: noLostUpdates },
  ],
})

async function readsItsOwnWrites(bench: Bench): Promise<void> {
  await withItems(bench, [item(1), item(2)], async (database, table) => {
    await database.transaction(async (transaction) => {
      const inside = handleOf(transaction, items)
      await inside.insert(item(3))
      await inside.patch(1, { label: 'changed' })
      await inside.delete(2)
      const changed = item(1, { label: 'changed', edition: 2 })
      expectRows('all() inside', await inside.all(), [changed, item(3)], { rules })
      expectSame('get() inside', await inside.get(1), changed, rules)
      expectSame('get() of a deleted row inside', await inside.get(2), undefined, rules)
      expectRows('getMany() inside', await inside.getMany([3, 2, 1]), [item(3), undefined, changed], {
        rules,
      })
      expectSame('count() inside', await inside.count(), 2, rules)
      expectRows('where() inside', await below(transaction, 3).all(), [changed], { rules })
      expectSame('update() inside', await below(transaction, 9).update({ amount: 7 }), 2, rules)
      expectSame('delete() by condition inside', await below(transaction, 9).delete(), 2, rules)
      expectRows('all() at the end', await inside.all(), [], { rules })
    })
    expectRows('the table afterwards', await table.all(), [], { rules })
  })
}

async function resultComesThrough(bench: Bench): Promise<void> {
  await withItems(bench, [], async (database) => {
    const result = { any: 'thing' }
    expectSame('the result', (await database.transaction(async () => result)) === result, true, rules)
    expectSame('the result of a callback that is not async', await database.transaction(() => 5), 5, rules)
  })
}

async function throwUndoes(bench: Bench): Promise<void> {
  const anything: readonly unknown[] = [new Error('mine'), 'a text', undefined]
  await withItems(bench, [item(1)], async (database, table) => {
    for (const thrown of anything) {
      const outcome = await outcomeOf(() =>
        database.transaction(async (transaction) => {
          await handleOf(transaction, items).insert([item(2), item(3)])
          await handleOf(transaction, items).delete(1)
          throw thrown
        }),
      )
      expectSame('what comes through', outcome.kind === 'error' && outcome.error === thrown, true, rules)
      expectRows('the table afterwards', await table.all(), [item(1)], { rules })
    }
    const caught = await outcomeOf(() => database.transaction(() => Promise.reject(new Error('at once'))))
    expectSame('a callback that rejects at once', caught.kind, 'error', rules)
  })
}

async function refusedCallUndoesItself(bench: Bench): Promise<void> {
  await withItems(bench, [item(1, { code: 'x' })], async (database, table) => {
    await database.transaction(async (transaction) => {
      const inside = handleOf(transaction, items)
      await inside.insert(item(2))
      await expectRefusal('a repeated key inside', 'DUPLICATE_KEY', () => inside.insert([item(3), item(1)]))
      await expectRefusal('a repeated code inside', 'UNIQUE_VIOLATION', () =>
        inside.insert([item(4), item(5, { code: 'x' })]),
      )
      await expectRefusal('a failed check inside', 'CHECK_VIOLATION', () => inside.patch(2, { amount: -1 }))
      await inside.insert(item(6))
    })
    expectRows('the table afterwards', await table.all(), [item(1, { code: 'x' }), item(2), item(6)], {
      rules,
    })
  })
}

async function nestedUndoesItself(bench: Bench): Promise<void> {
  await withItems(bench, [item(1)], async (database, table) => {
    await database.transaction(async (outer) => {
      await handleOf(outer, items).insert(item(2))
      const outcome = await outcomeOf(() =>
        outer.transaction(async (inner) => {
          await handleOf(inner, items).insert(item(3))
          await handleOf(inner, items).delete(2)
          throw new Error('undo')
        }),
      )
      expectSame('the error of the nested callback', outcome.kind, 'error', rules)
      expectRows('inside, after the nested one', await handleOf(outer, items).all(), [item(1), item(2)], {
        rules,
      })
      await outer.transaction(async (inner) => {
        await handleOf(inner, items).insert(item(4))
      })
    })
    expectRows('the table afterwards', await table.all(), [item(1), item(2), item(4)], { rules })
  })
}

async function nestedThreeDeep(bench: Bench): Promise<void> {
  await withItems(bench, [], async (database, table) => {
    await database.transaction(async (one) => {
      await handleOf(one, items).insert(item(1))
      await outcomeOf(() =>
        one.transaction(async (two) => {
          await handleOf(two, items).insert(item(2))
          await two.transaction(async (three) => {
            await handleOf(three, items).insert(item(3))
            expectRows('three deep', await handleOf(three, items).all(), [item(1), item(2), item(3)], {
              rules,
            })
          })
          expectRows('two deep', await handleOf(two, items).all(), [item(1), item(2), item(3)], { rules })
          throw new Error('undo two, and three with it')
        }),
      )
      expectRows('one deep', await handleOf(one, items).all(), [item(1)], { rules })
    })
    expectRows('the table afterwards', await table.all(), [item(1)], { rules })
  })
}

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
