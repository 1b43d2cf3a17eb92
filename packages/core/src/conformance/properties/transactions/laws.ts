import type { Bench } from '../../bench.js'
import { fixedProperty } from '../../property.js'
import { expectRefusal, expectRows, expectSame, outcomeOf } from '../../report/expect.js'
import { handleOf } from '../../untyped.js'
import { below, item, items, withItems } from '../items.js'

const rules = ['WRITE-8']

/** All of a transaction or nothing; nested ones undo themselves alone. */
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
