import { integer, table, text } from '@holdfast/core'
import type { Transaction } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { itemRows, items, openedWithItems } from './databases.js'

/** What any call answers once SQLite has undone the transaction. */
const undone = {
  code: 'TRANSACTION_CLOSED',
  message: expect.stringMatching(
    /undone the whole transaction after a failure \(\w+: .*begin it again/,
  ) as string,
}

const long = 'x'.repeat(50_000)

const trigger =
  "create trigger unlucky before insert on items when new.id = 13 begin select raise(rollback, 'unlucky'); end"
const unlucky = Object.assign([trigger], { raw: [trigger] })

/** Ways in which SQLite undoes a transaction by itself. */
const failures = {
  'no page left': async (tx: Transaction) => {
    for (let id = 1000; ; id++) await tx.table(items).insert({ id, name: long })
  },
  'or rollback': (tx: Transaction) => tx.sql`insert or rollback into items values (0, 'again')`,
  'a trigger': async (tx: Transaction) => {
    await tx.sql(unlucky)
    await tx.table(items).insert({ id: 13, name: 'refused' })
  },
  'a trigger, among rows that are put': async (tx: Transaction) => {
    await tx.sql(unlucky)
    await tx.table(items).put(itemRows(10, 10))
  },
} satisfies Record<string, (tx: Transaction) => Promise<unknown>>

const opening = { maxPageCount: 200 }
const modes = [opening, { ...opening, path: ':memory:' }, { ...opening, journalMode: 'delete' }] as const

describe.each(modes)('a transaction that SQLite undoes (%o)', (options) => {
  test.each(Object.entries(failures))('%s: what follows is refused and nothing stays', async (_, fail) => {
    const database = await openedWithItems(1, options)
    const outcome = database.transaction(async (tx) => {
      const table = tx.table(items)
      await table.insert({ id: 1, name: 'before' })
      await expect(fail(tx)).rejects.toMatchObject({ name: 'HoldfastError' })
      await expect(table.insert({ id: 2, name: 'after' })).rejects.toMatchObject(undone)
      await expect(table.insert(itemRows(5, 20))).rejects.toMatchObject(undone)
      await expect(table.query().update({ name: 'after' })).rejects.toMatchObject(undone)
      await expect(table.get(0)).rejects.toMatchObject(undone)
      await expect(table.count()).rejects.toMatchObject(undone)
      await expect(table.stream()[Symbol.asyncIterator]().next()).rejects.toMatchObject(undone)
      await expect(tx.sql`delete from items`).rejects.toMatchObject(undone)
      await expect(tx.ensure(more)).rejects.toMatchObject(undone)
      await expect(tx.transaction(() => Promise.resolve(1))).rejects.toMatchObject(undone)
    })
    await expect(outcome).rejects.toMatchObject(undone)
    expect(await database.table(items).all()).toEqual(itemRows(1))
    expect((await database.tables()).map(({ name }) => name)).toEqual(['items'])
    // The connection goes on.
    await database.transaction((tx) => tx.table(items).insert({ id: 3, name: 'later' }))
    expect(await database.table(items).count()).toBe(2)
  })

  test('the callback that goes on in spite of it hears of it in the end', async () => {
    const database = await openedWithItems(1, options)
    const outcome = database.transaction(async (tx) => {
      await tx.table(items).insert({ id: 1, name: 'before' })
      await failures['a trigger'](tx).catch(() => undefined)
    })
    await expect(outcome).rejects.toMatchObject({ ...undone, cause: { code: 'CHECK_VIOLATION' } })
    expect(await database.table(items).all()).toEqual(itemRows(1))
  })

  test('in a nested call it undoes the outer one too', async () => {
    const database = await openedWithItems(1, options)
    const outcome = database.transaction(async (tx) => {
      await tx.table(items).insert({ id: 1, name: 'outer' })
      await expect(
        tx.transaction(async (inner) => {
          await inner.table(items).insert({ id: 2, name: 'inner' })
          await failures['a trigger'](inner)
        }),
      ).rejects.toMatchObject({ code: 'CHECK_VIOLATION' })
      await expect(tx.table(items).insert({ id: 3, name: 'after' })).rejects.toMatchObject(undone)
    })
    await expect(outcome).rejects.toMatchObject(undone)
    expect(await database.table(items).all()).toEqual(itemRows(1))
  })

  test('calls that were waiting for their turn are refused as well', async () => {
    const database = await openedWithItems(1, options)
    await database.sql(unlucky)
    const outcome = database.transaction(async (tx) => {
      const table = tx.table(items)
      return Promise.allSettled([
        table.insert(itemRows(3, 11)),
        table.insert({ id: 30, name: 'after' }),
        table.insert(itemRows(3, 40)),
      ])
    })
    await expect(outcome).rejects.toMatchObject(undone)
    expect(await database.table(items).all()).toEqual(itemRows(1))
  })
})

const more = table('more', { id: integer().primaryKey(), name: text() })

test('rows that are put outside a transaction are there wholly or not at all, whatever undoes them', async () => {
  const database = await openedWithItems(0)
  await database.sql(unlucky)
  for (const onConflict of ['error', 'skip', 'replace'] as const) {
    await expect(database.table(items).insert(itemRows(100), { onConflict })).rejects.toMatchObject({
      code: 'CHECK_VIOLATION',
    })
    expect(await database.table(items).count()).toBe(0)
  }
})
