import { integer, isHoldfastError, open, table, text } from '@holdfast/core'
import { startServer } from '@holdfast/postgres-server'
import type { StartedServer } from '@holdfast/postgres-server'
import process from 'node:process'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { postgres } from '../src/index.js'
import type { PostgresOptions } from '../src/index.js'
import { itemRows, items } from './databases.js'
import { expectAllFree, expectNoneLent } from './free.js'

const lost = { code: 'CONNECTION_LOST', retryable: true }
const unreachable = { code: 'CONNECTION_FAILED', retryable: true }

let server: StartedServer

// Writes wait for the disk, as they do where anything depends on them.
beforeAll(async () => {
  server = await startServer({ durable: true })
})

afterAll(() => server.stop())

let schemas = 0
beforeEach(() => void schemas++)

async function openedHere(options: PostgresOptions = {}) {
  const database = await open(postgres({ url: server.url, schema: `restart_${schemas}`, max: 4, ...options }))
  onTestFinished(() => database.close())
  await database.ensure(items)
  return database
}

type Opened = Awaited<ReturnType<typeof openedHere>>

/** After the server is back: the same open database works on, with all of its connections. */
async function expectToWork(database: Opened, rows: number): Promise<void> {
  expect(await database.table(items).count()).toBe(rows)
  await database.table(items).insert({ id: -1, name: 'after' })
  expect(await database.table(items).get(-1)).toEqual({ id: -1, name: 'after' })
  await database.transaction((tx) => tx.table(items).delete(-1))
  await expectAllFree(database, 4)
  await expectNoneLent(database)
}

test('a server that is started anew is not noticed by reads', async () => {
  const database = await openedHere({ min: 4 })
  await database.table(items).insert(itemRows(10))
  await server.crash()
  await server.restart()
  const reads = [
    database.table(items).count(),
    database.table(items).get(3),
    Array.fromAsync(database.table(items).stream()),
  ]
  expect(await Promise.all(reads)).toEqual([10, itemRows(10)[3], itemRows(10)])
  await expectToWork(database, 10)
})

test('in the middle of a transaction: it is undone, and what comes meanwhile is told why', async () => {
  const database = await openedHere()
  await database.table(items).insert(itemRows(10))
  const transaction = database.transaction(async (tx) => {
    await tx.table(items).insert({ id: 100, name: 'a hundred' })
    await server.crash()
    await tx.table(items).insert({ id: 101, name: 'one more' })
  })
  await expect(transaction).rejects.toMatchObject(lost)
  const calls: readonly (() => Promise<unknown>)[] = [
    () => database.table(items).count(),
    () => database.table(items).insert({ id: 102, name: 'meanwhile' }),
    () => Array.fromAsync(database.table(items).stream()),
    () => database.transaction((tx) => tx.table(items).count()),
    () => database.sql`select 1`,
  ]
  for (const call of calls) await expect(call()).rejects.toMatchObject(unreachable)
  await expect(open(postgres({ url: server.url }))).rejects.toMatchObject(unreachable)
  await server.restart()
  await expectToWork(database, 10)
})

test('in the middle of the commit of a transaction: it is there wholly, or not at all', async () => {
  const database = await openedHere()
  const committing = database.transaction(async (tx) => {
    await tx.table(items).insert(itemRows(1000))
    void server.crash()
  })
  const committed = await committing.then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject(lost)
      return false
    },
  )
  await expect
    .poll(() =>
      server.restart().then(
        () => true,
        () => false,
      ),
    )
    .toBe(true)
  const rows = await database.table(items).count()
  expect(committed ? [1000] : [0, 1000]).toContain(rows)
  await expectToWork(database, rows)
})

test('in the middle of a COPY: nothing of it is there', async () => {
  const database = await openedHere({ applicationName: 'copying' })
  const observer = await openedHere()
  const inserting = database.table(items).insert(itemRows(500_000))
  inserting.catch(() => undefined)
  const copies = () =>
    observer.sql`select from pg_stat_activity where application_name = 'copying' and query like 'COPY%' and state = 'active'`
  await expect.poll(async () => (await copies()).length, { interval: 5 }).toBe(1)
  await server.crash()
  await expect(inserting).rejects.toMatchObject(lost)
  await server.restart()
  await expectToWork(database, 0)
})

test('in the middle of a stream: the stream ends with an error', async () => {
  const database = await openedHere()
  const name = 'x'.repeat(2000)
  await database.table(items).insert(itemRows(20_000).map(({ id }) => ({ id, name })))
  let seen = 0
  const reading = async () => {
    for await (const row of database.table(items).stream()) {
      expect(row.id).toBe(seen++)
      if (seen === 10) await server.crash()
    }
  }
  await expect(reading()).rejects.toMatchObject(lost)
  expect(seen).toBeLessThan(20_000)
  await server.restart()
  await expectToWork(database, 20_000)
})

const acknowledged = table('acknowledged', { id: integer().primaryKey(), way: text() })

/** What a write that met the end of its server may be told. */
const expected: readonly string[] = ['CONNECTION_LOST', 'CONNECTION_FAILED']

/** Writes in several ways at once until it is told to stop; returns what was acknowledged, and what was not. */
function writing(database: Opened) {
  let stopped = false
  let next = 0
  const sure = new Set<number>()
  const unsure = new Set<number>()
  const take = (count: number) => Array.from({ length: count }, () => next++)
  const handle = database.table(acknowledged)
  const ways: Readonly<Record<string, (ids: readonly number[]) => Promise<unknown>>> = {
    single: ([id]) => handle.insert({ id: id!, way: 'single' }),
    shared: (ids) => Promise.all(ids.map((id) => handle.insert({ id, way: 'shared' }))),
    batch: (ids) => handle.insert(ids.map((id) => ({ id, way: 'batch' }))),
    copy: (ids) => handle.insert(ids.map((id) => ({ id, way: 'copy' }))),
    transaction: (ids) =>
      database.transaction(async (tx) => {
        for (const id of ids) await tx.table(acknowledged).insert({ id, way: 'transaction' })
      }),
  }
  const sizes: Readonly<Record<string, number>> = {
    single: 1,
    shared: 5,
    batch: 20,
    copy: 300,
    transaction: 3,
  }
  const loop = async (way: string) => {
    while (!stopped) {
      const ids = take(sizes[way]!)
      try {
        await ways[way]!(ids)
        for (const id of ids) sure.add(id)
      } catch (error) {
        for (const id of ids) unsure.add(id)
        expect(expected).toContain(isHoldfastError(error) ? error.code : error)
        return
      }
    }
  }
  const ended = Promise.all(Object.keys(ways).map(loop))
  const stop = async () => {
    stopped = true
    await ended
  }
  return { sure, unsure, ended, stop }
}

/** Every row that was acknowledged, and of the others only such as were asked for. */
async function expectAllThere(database: Opened, { sure, unsure }: ReturnType<typeof writing>) {
  const there = new Set((await database.table(acknowledged).all()).map(({ id }) => id))
  expect([...sure].filter((id) => !there.has(id))).toEqual([])
  expect([...there].filter((id) => !sure.has(id) && !unsure.has(id))).toEqual([])
  await expectNoneLent(database)
}

test('no row that was acknowledged is lost with the server', async () => {
  const database = await openedHere({ max: 6 })
  await database.ensure(acknowledged)
  for (let round = 0; round < 3; round++) {
    await database.table(acknowledged).clear()
    const writes = writing(database)
    await expect.poll(() => writes.sure.size, { interval: 1 }).toBeGreaterThan(2000)
    await server.crash()
    await writes.ended
    await server.restart()
    await expectAllThere(database, writes)
  }
})

test('nor with one of its processes, whose end all the others follow', async () => {
  const database = await openedHere({ max: 6 })
  await database.ensure(acknowledged)
  const writes = writing(database)
  await expect.poll(() => writes.sure.size, { interval: 1 }).toBeGreaterThan(2000)
  const victim = Number((await database.sql`select pg_backend_pid() as pid`)[0]?.['pid'])
  process.kill(victim, 'SIGKILL')
  await writes.ended
  // It recovers by itself.
  const works = () =>
    database
      .table(acknowledged)
      .count()
      .then(
        () => true,
        () => false,
      )
  await expect.poll(works).toBe(true)
  await expectAllThere(database, writes)
})
