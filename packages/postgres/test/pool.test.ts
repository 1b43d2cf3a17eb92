import { describe, expect, test } from 'vitest'
import { itemRows, items, opened, openedWithItems, otherProgram } from './databases.js'
import { connections, expectAllFree, expectNoneLent } from './free.js'
import { freshOptions } from './schemas.js'
import { applicationNames, endless, schemaOf, watch } from './watching.js'

describe('a pool', () => {
  test('that is exhausted tells so, and recovers', async () => {
    const database = await openedWithItems(1, { min: 2, max: 2, acquireTimeout: 200 })
    const gate = Promise.withResolvers<void>()
    const holders = [1, 2].map(() => {
      const { promise: entered, resolve } = Promise.withResolvers<void>()
      const ended = database.transaction(async (tx) => {
        await tx.table(items).count()
        resolve()
        await gate.promise
      })
      return { entered, ended }
    })
    await Promise.all(holders.map(({ entered }) => entered))
    const exhausted = {
      code: 'TIMEOUT',
      retryable: true,
      message:
        'All 2 connections were in use for more than 200 ms. End transactions and streams sooner, or raise the option "max" or "acquireTimeout".',
    }
    const calls: readonly (() => Promise<unknown>)[] = [
      () => database.table(items).count(),
      () => database.table(items).insert({ id: 9, name: 'nine' }),
      () => Array.fromAsync(database.table(items).stream()),
      () => database.transaction(async () => undefined),
      () => database.sql`select 1`,
    ]
    await Promise.all(calls.map((call) => expect(call()).rejects.toMatchObject(exhausted)))
    const controller = new AbortController()
    const waiting = database.table(items).all({ signal: controller.signal })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
    gate.resolve()
    await Promise.all(holders.map(({ ended }) => ended))
    expect(await database.table(items).count()).toBe(1)
    await expectNoneLent(database)
  })

  test('gives connections to those who wait, in the order of asking', async () => {
    const database = await openedWithItems(1, { max: 1 })
    const order: number[] = []
    await Promise.all([1, 2, 3].map((turn) => database.native.use(async () => void order.push(turn))))
    expect(order).toEqual([1, 2, 3])
  })

  test('closes connections that nobody uses, down to the least', async () => {
    const applicationName = applicationNames()
    const database = await openedWithItems(1, { min: 1, max: 4, idleTimeout: 50, applicationName })
    const count = await watch(applicationName)
    const all = Promise.withResolvers<number>()
    let entered = 0
    const use = async () => {
      if (++entered === 4) all.resolve(count())
      await all.promise
    }
    await Promise.all(Array.from({ length: 4 }, () => database.native.use(use)))
    expect(await all.promise).toBe(4)
    await expect.poll(() => count()).toBe(1)
    expect((await connections(database)).open).toBe(1)
  })

  test('replaces connections that are too old', async () => {
    const database = await openedWithItems(1, { maxLifetime: 50 })
    const process = async () => (await database.sql`select pg_backend_pid() as pid`)[0]?.['pid']
    const first = await process()
    await expect.poll(process).not.toBe(first)
  })

  test('leaves no connection behind when it is closed', async () => {
    const applicationName = applicationNames()
    const database = await openedWithItems(5000, { applicationName })
    const stream = database.table(items).stream()
    await stream.next()
    await database.close()
    const left = await watch(applicationName)
    await expect.poll(() => left()).toBe(0)
  })
})

describe('a call that takes too long', () => {
  test('ends at the time limit of statements', async () => {
    const options = freshOptions()
    const filled = await opened(options)
    await filled.ensure(items)
    await filled.table(items).insert(itemRows(100_000))
    const database = await opened({ ...options, statementTimeout: 1000, max: 4 })
    const calls: readonly (() => Promise<unknown>)[] = [
      () => database.sql`select pg_sleep(600)`,
      () => endless(database).all(),
      () => Array.fromAsync(endless(database).stream()),
      () => database.transaction((tx) => endless(tx).all()),
    ]
    const timeout = {
      code: 'TIMEOUT',
      retryable: true,
      message: expect.stringContaining('statementTimeout') as string,
    }
    await Promise.all(calls.map((call) => expect(call()).rejects.toMatchObject(timeout)))
    await expectAllFree(database, 4)
  })

  test('is cancelled at the server when the caller aborts it', async () => {
    const applicationName = applicationNames()
    const database = await openedWithItems(100_000, { applicationName })
    const running = await watch(applicationName)
    const aborted = { code: 'ABORTED', retryable: false }
    const calls: readonly ((signal: AbortSignal) => Promise<unknown>)[] = [
      (signal) => database.sql({ signal })`select pg_sleep(600)`,
      (signal) => endless(database).all({ signal }),
      (signal) => Array.fromAsync(endless(database).stream({ signal })),
      (signal) => database.transaction((tx) => tx.sql({ signal })`select pg_sleep(600)`),
      (signal) => database.transaction((tx) => endless(tx).all({ signal })),
    ]
    for (const call of calls) {
      const controller = new AbortController()
      const outcome = call(controller.signal)
      outcome.catch(() => undefined)
      await expect.poll(() => running('active')).toBe(1)
      controller.abort()
      await expect(outcome).rejects.toMatchObject(aborted)
      expect(await running('active')).toBe(0)
      await expectNoneLent(database)
    }
    // Nothing of it reaches whoever comes next.
    for (let round = 0; round < 20; round++) expect(await database.table(items).count()).toBe(100_000)
  })

  test('in a transaction undoes itself alone when it is aborted', async () => {
    const database = await openedWithItems(1)
    await database.transaction(async (tx) => {
      await tx.table(items).insert({ id: 5, name: 'five' })
      const signal = AbortSignal.timeout(100)
      await expect(tx.sql({ signal })`select pg_sleep(30)`).rejects.toMatchObject({ code: 'ABORTED' })
      expect(await tx.table(items).get(5)).toEqual({ id: 5, name: 'five' })
    })
    expect(await database.table(items).count()).toBe(2)
  })

  test('fails where another transaction holds the row', async () => {
    const database = await openedWithItems(1, { lockTimeout: 100 })
    const client = await otherProgram()
    await client.query('begin')
    await client.query(`select from "${await schemaOf(database)}".items for update`)
    await expect(database.table(items).patch(0, { name: 'x' })).rejects.toMatchObject({ code: 'BUSY' })
    await client.query('rollback')
    expect(await database.table(items).patch(0, { name: 'x' })).toBe(true)
    await expectNoneLent(database)
  })
})
