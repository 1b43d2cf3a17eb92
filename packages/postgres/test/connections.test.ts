import { open } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { postgres } from '../src/index.js'
import type { NativeClients } from '../src/index.js'
import { connections, expectAllFree, expectNoneLent } from './free.js'
import { itemRows, items, opened, openedWithItems, otherProgram } from './databases.js'
import { freshOptions, serverUrl } from './schemas.js'

const lost = { code: 'CONNECTION_LOST', retryable: true }

/** Ends all connections of a database but the one that asks. */
async function killConnections(name: string): Promise<number> {
  const client = await otherProgram()
  const { rowCount } = await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
    [name],
  )
  return rowCount ?? 0
}

const names = (() => {
  let last = 0
  return () => `test ${process.pid} ${++last}`
})()

/** Counts the connections of a name, as the server sees them: all, or those that run a statement. */
async function watch(name: string): Promise<(state?: 'active') => Promise<number>> {
  const client = await otherProgram()
  return async (state) => {
    const text =
      'select from pg_stat_activity where application_name = $1 and ($2::text is null or state = $2)'
    return (await client.query(text, [name, state])).rowCount ?? 0
  }
}

/** A query that takes hours. */
function endless(database: Pick<Database, 'table'>) {
  const all = database.table(items)
  return all
    .join(all, (left, right) => left.name.concat(right.name).contains('nowhere'))
    .select((left) => ({ id: left.id, name: left.name }))
    .orderBy((row) => row.id.asc())
    .limit(1)
}

describe('a connection that the server ends', () => {
  test('while it is unused is replaced without anybody noticing', async () => {
    const applicationName = names()
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
    const applicationName = names()
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
    const applicationName = names()
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
    const applicationName = names()
    const database = await openedWithItems(3, { applicationName })
    const transaction = database.transaction(async (tx) => {
      await tx.table(items).insert({ id: 10, name: 'ten' })
      await killConnections(applicationName)
    })
    await expect(transaction).rejects.toMatchObject(lost)
    expect(await database.table(items).get(10)).toBeUndefined()
  })

  test('in the middle of inserts that share a commit is told to each of them, for it may have happened', async () => {
    const applicationName = names()
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
    const applicationName = names()
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
    const applicationName = names()
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
    const applicationName = names()
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
    const applicationName = names()
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
    const applicationName = names()
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

async function schemaOf(database: Database<NativeClients>): Promise<string> {
  return String((await database.sql`select current_schema() as name`)[0]?.['name'])
}

describe('a server that cannot be reached', () => {
  const { hostname, port } = new URL(serverUrl)

  test('is told', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port: nobody } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    await expect(open(postgres({ host: '127.0.0.1', port: nobody, password: 'x' }))).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      retryable: true,
    })
  })

  test('because it does not answer is told in time', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void silent.close())
    const { port: mute } = silent.address() as AddressInfo
    const opening = open(postgres({ host: '127.0.0.1', port: mute, connectTimeout: 200, password: 'x' }))
    await expect(opening).rejects.toMatchObject({ code: 'CONNECTION_FAILED' })
  })

  test('because it refuses the password', async () => {
    const opening = open(
      postgres({ host: hostname, port: Number(port), user: 'postgres', password: 'wrong' }),
    )
    await expect(opening).rejects.toMatchObject({ code: 'UNAUTHORIZED', retryable: false })
  })

  test('because there is no such database', async () => {
    await expect(opened({ database: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
