import { describe, expect, test } from 'vitest'
import { expectNoneLent } from './free.js'
import { itemRows, items, openedWithItems, otherProgram } from './databases.js'
import { applicationNames, killConnections, schemaOf, watch } from './watching.js'

const lost = { code: 'CONNECTION_LOST', retryable: true }

describe('a connection that the server ends', () => {
  test('while it is unused is replaced without anybody noticing', async () => {
    const applicationName = applicationNames()
    const database = await openedWithItems(3, { applicationName })
    const reads: readonly (() => Promise<unknown>)[] = [
      () => database.table(items).count(),
      () => database.table(items).get(1),
      () => Array.fromAsync(database.table(items).stream()),
      () => database.tables(),
      () => Promise.all([1, 2].map((id) => database.table(items).get(id))),
    ]
    for (const read of reads) {
      const before = await read()
      // At the same time, so that some of it is noticed only by the read.
      const [killed, after] = [killConnections(applicationName), await read()]
      expect(after).toEqual(before)
      expect(await killed).toBeGreaterThan(0)
      expect(await read()).toEqual(before)
      await expectNoneLent(database)
    }
  })

  test('in the middle of a statement is told, and the next call works', async () => {
    const applicationName = applicationNames()
    const database = await openedWithItems(3, { applicationName })
    const sleeping = database.sql`select pg_sleep(600)`
    sleeping.catch(() => undefined)
    const running = await watch(applicationName)
    await expect.poll(() => running('active')).toBe(1)
    await killConnections(applicationName)
    await expect(sleeping).rejects.toMatchObject(lost)
    expect(await database.table(items).count()).toBe(3)
    await expectNoneLent(database)
  })

  test('in the middle of a transaction undoes it', async () => {
    const applicationName = applicationNames()
    const database = await openedWithItems(3, { applicationName })
    const transaction = database.transaction(async (tx) => {
      await tx.table(items).insert({ id: 10, name: 'ten' })
      await killConnections(applicationName)
      await tx.table(items).insert({ id: 11, name: 'eleven' })
    })
    await expect(transaction).rejects.toMatchObject(lost)
    expect(await database.table(items).count()).toBe(3)
    await expectNoneLent(database)
  })

  test('before the commit is never told as one', async () => {
    const applicationName = applicationNames()
    const database = await openedWithItems(3, { applicationName })
    const transaction = database.transaction(async (tx) => {
      await tx.table(items).insert({ id: 10, name: 'ten' })
      await killConnections(applicationName)
    })
    await expect(transaction).rejects.toMatchObject(lost)
    expect(await database.table(items).get(10)).toBeUndefined()
  })

  test('in the middle of inserts that share a commit is told to each of them, for it may have happened', async () => {
    const applicationName = applicationNames()
    const database = await openedWithItems(0, { applicationName })
    const schema = await schemaOf(database)
    const client = await otherProgram(schema)
    await client.query(`
      create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(600); return null; end';
      create trigger slow before insert on items for each statement execute function slow()`)
    const inserts = [1, 2, 3].map((id) => database.table(items).insert({ id, name: 'shared' }))
    const outcomes = Promise.allSettled(inserts)
    const running = await watch(applicationName)
    await expect.poll(() => running('active')).toBe(1)
    await killConnections(applicationName)
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: lost })
    }
    expect(await database.table(items).count()).toBe(0)
    await expectNoneLent(database)
  })

  test('in the middle of a stream ends the stream', async () => {
    const applicationName = applicationNames()
    const database = await openedWithItems(0, { applicationName })
    // More than what lies between the two at any time.
    await database.table(items).insert(itemRows(20_000).map(({ id }) => ({ id, name: 'x'.repeat(2000) })))
    let seen = 0
    const reading = (async () => {
      for await (const row of database.table(items).stream()) {
        expect(row.id).toBe(seen++)
        if (seen === 10) await killConnections(applicationName)
      }
    })()
    await expect(reading).rejects.toMatchObject(lost)
    expect(seen).toBeLessThan(20_000)
    expect(await database.table(items).count()).toBe(20_000)
    await expectNoneLent(database)
  })

  test('in the middle of a COPY leaves nothing of it', async () => {
    const applicationName = applicationNames()
    const database = await openedWithItems(0, { applicationName })
    const inserting = database.table(items).insert(itemRows(300_000))
    inserting.catch(() => undefined)
    const client = await otherProgram()
    const isCopying =
      "select count(*)::int as copies from pg_stat_activity where application_name = $1 and query like 'COPY%' and state = 'active'"
    for (let copies = 0; copies === 0;) {
      copies = (await client.query<{ copies: number }>(isCopying, [applicationName])).rows[0]!.copies
    }
    await killConnections(applicationName)
    await expect(inserting).rejects.toMatchObject(lost)
    expect(await database.table(items).count()).toBe(0)
    await expectNoneLent(database)
  })
})
