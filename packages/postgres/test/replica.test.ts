import { integer, open, table, text } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import { startServer, startStandby } from '@holdfast/postgres-server'
import type { Standby, StartedServer } from '@holdfast/postgres-server'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { postgres } from '../src/index.js'
import type { EngineStatistics, NativeClients, PostgresOptions } from '../src/index.js'
import { itemRows, items } from './databases.js'

let primary: StartedServer
let standby: Standby

beforeAll(async () => {
  primary = await startServer()
  // Whoever reads there never keeps it from following the primary.
  standby = await startStandby(primary, ['-c', 'max_standby_streaming_delay=0'])
})

afterAll(async () => {
  await standby.stop()
  await primary.stop()
})

let schemas = 0

async function opened(options: PostgresOptions = {}): Promise<Database<NativeClients>> {
  const schema = `replica_${++schemas}`
  const database = await open(postgres({ url: primary.url, replicaUrl: standby.url, schema, ...options }))
  onTestFinished(() => database.close())
  return database
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** Waits until the standby has all that the primary has. */
async function followed(): Promise<void> {
  const [source, copy] = [await connected(primary.url), await connected(standby.url)]
  // Also what is not written out yet, for nothing waits for the disk here.
  const { rows } = await source.query<{ at: string }>('select pg_current_wal_insert_lsn()::text as at')
  const isThere = () =>
    copy.query<{ is: boolean }>('select pg_last_wal_replay_lsn() >= $1::pg_lsn as is', [rows[0]!.at])
  await expect.poll(async () => (await isThere()).rows[0]!.is, { timeout: 30_000 }).toBe(true)
}

/** A database with items, which the standby has too. */
async function filled(count: number, options?: PostgresOptions): Promise<Database<NativeClients>> {
  const database = await opened(options)
  await database.ensure(items)
  await database.table(items).insert(itemRows(count))
  await followed()
  return database
}

async function replicaOf(database: Database<NativeClients>) {
  const { replica } = (await database.stats()).engine as unknown as EngineStatistics
  return replica!
}

/** The standby follows the primary no more until the test has finished. */
async function paused(): Promise<{ readonly resume: () => Promise<void> }> {
  const client = await connected(standby.url)
  await client.query('select pg_wal_replay_pause()')
  const state = () => client.query<{ state: string }>('select pg_get_wal_replay_pause_state() as state')
  await expect.poll(async () => (await state()).rows[0]!.state, { timeout: 30_000 }).toBe('paused')
  const resume = async () => void (await client.query('select pg_wal_replay_resume()'))
  onTestFinished(resume)
  return { resume }
}

describe('reads outside of transactions', () => {
  test('are answered by the replica, whatever their kind', async () => {
    const database = await filled(3000)
    await paused()
    await database.table(items).patch(0, { name: 'changed since' })
    const handle = database.table(items)
    const before = await replicaOf(database)
    expect(before).toMatchObject({ reachable: true, fallbacks: 0 })
    expect(await handle.get(0)).toEqual(itemRows(1)[0])
    expect((await handle.getMany([0, 1]))[0]).toEqual(itemRows(1)[0])
    expect(await handle.all()).toEqual(itemRows(3000))
    expect(await handle.all()).toEqual(itemRows(3000))
    expect(await Array.fromAsync(handle.stream())).toEqual(itemRows(3000))
    expect(await handle.where((row) => row.name.eq('changed since')).count()).toBe(0)
    expect((await handle.search(['name'], 'since')).length).toBe(0)
    const after = await replicaOf(database)
    expect(after.fallbacks).toBe(0)
    expect(after.reads).toBeGreaterThanOrEqual(7)
  })

  test('are answered by the primary within transactions, and what writes goes there', async () => {
    const database = await filled(3)
    await paused()
    const handle = database.table(items)
    await handle.insert({ id: 100, name: 'new' })
    const before = await replicaOf(database)
    await database.transaction(async (tx) => {
      expect(await tx.table(items).get(100)).toEqual({ id: 100, name: 'new' })
      await tx.table(items).insert({ id: 101, name: 'newer' })
    })
    expect(await database.transaction((tx) => tx.table(items).count(), { readOnly: true })).toBe(5)
    expect((await database.sql`select count(*)::int as count from items`)[0]).toEqual({ count: 5 })
    expect((await replicaOf(database)).reads).toBe(before.reads)
  })

  test('of a table that the replica has not yet been told of are answered by the primary', async () => {
    const database = await filled(3)
    const { resume } = await paused()
    const notes = table('notes', { id: integer().primaryKey(), body: text() })
    await database.ensure(notes)
    await database.table(notes).insert({ id: 1, body: 'x' })
    expect(await database.table(notes).get(1)).toEqual({ id: 1, body: 'x' })
    expect(await Array.fromAsync(database.table(notes).stream())).toHaveLength(1)
    expect((await database.table(notes).search(['body'], 'x')).length).toBe(1)
    const counts = await replicaOf(database)
    expect(counts).toMatchObject({ reachable: true, reads: 0 })
    expect(counts.fallbacks).toBeGreaterThanOrEqual(3)
    await resume()
    await followed()
    expect(await database.table(notes).get(1)).toEqual({ id: 1, body: 'x' })
    expect((await replicaOf(database)).reads).toBe(counts.reads + 1)
  })

  test('that the replica ends to keep up with the primary are begun again on the primary', async () => {
    const database = await filled(2500, { max: 3 })
    const handle = database.table(items)
    const slow = handle
      .join(handle, (left, right) => left.name.concat(right.name).contains('nowhere'))
      .select((left) => ({ id: left.id }))
    const client = await connected(primary.url)
    const copy = await connected(standby.url)
    const running = async () =>
      (
        await copy.query(
          "select from pg_stat_activity where application_name = 'holdfast' and state = 'active'",
        )
      ).rowCount
    const { resume } = await paused()
    // What is replayed next takes the table away from whoever reads it.
    await client.query(`begin; lock table "replica_${schemas}".items in access exclusive mode; commit`)
    const answers = [slow.all(), Array.fromAsync(slow.stream())]
    await expect.poll(running, { interval: 5, timeout: 30_000 }).toBe(2)
    await resume()
    expect(await Promise.all(answers)).toEqual([[], []])
    expect(await replicaOf(database)).toMatchObject({ reachable: true, fallbacks: 2 })
  })
})

describe('a replica that goes', () => {
  test('is missed by nobody, and is asked again when it is back', async () => {
    const database = await filled(2000)
    const handle = database.table(items)
    let stop = false
    const seen: unknown[] = []
    const reader = async (read: () => Promise<unknown>) => {
      while (!stop) seen.push(await read())
    }
    const readers = [
      reader(() => handle.get(7)),
      reader(() => handle.count()),
      reader(() => handle.all()),
      reader(() => handle.where((row) => row.id.lt(900)).all()),
      reader(async () => (await handle.stream().next()).value),
    ]
    const failed = Promise.all(readers)
    await expect.poll(async () => (await replicaOf(database)).reads, { timeout: 30_000 }).toBeGreaterThan(20)
    await standby.halt()
    await expect
      .poll(async () => (await replicaOf(database)).fallbacks, { timeout: 30_000 })
      .toBeGreaterThan(50)
    expect(await replicaOf(database)).toMatchObject({ reachable: false })
    await standby.resume()
    const { reads } = await replicaOf(database)
    await expect
      .poll(async () => (await replicaOf(database)).reads, { timeout: 30_000 })
      .toBeGreaterThan(reads + 20)
    expect(await replicaOf(database)).toMatchObject({ reachable: true })
    stop = true
    // No error has reached any of them.
    await failed
    const counts = await database.stats()
    expect(counts.engine!['connections']).toMatchObject({ waiting: 0 })
    expect(seen.length).toBeGreaterThan(90)
  })

  test('in the middle of a stream ends that stream only', async () => {
    const database = await filled(1)
    const handle = database.table(items)
    // More than the network holds on its way.
    await handle.insert(itemRows(40_000, 1).map((row) => ({ ...row, name: row.name.padEnd(1000) })))
    await followed()
    const stream = handle.stream()
    expect((await stream.next()).done).toBe(false)
    await standby.halt()
    onTestFinished(() => standby.resume())
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true })
    expect(await handle.count()).toBe(40_001)
    expect(await Array.fromAsync(handle.select(({ id }) => ({ id })).stream())).toHaveLength(40_001)
  })
})

describe('a replica that never was', () => {
  test('is no error', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    const database = await opened({ replicaUrl: `postgres://postgres:none@127.0.0.1:${port}/postgres` })
    await database.ensure(items)
    await database.table(items).insert(itemRows(10))
    expect(await database.table(items).count()).toBe(10)
    expect(await replicaOf(database)).toMatchObject({ reachable: false, reads: 0, fallbacks: 1 })
  })

  test('keeps nobody waiting but the first', async () => {
    let attempts = 0
    const silent = createServer(() => void attempts++)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void silent.close())
    const { port } = silent.address() as AddressInfo
    const replicaUrl = `postgres://postgres:none@127.0.0.1:${port}/postgres`
    const database = await opened({ replicaUrl, connectTimeout: 400 })
    await database.ensure(items)
    expect(await database.table(items).count()).toBe(0)
    for (let round = 0; round < 200; round++) expect(await database.table(items).count()).toBe(0)
    expect(await replicaOf(database)).toMatchObject({ reads: 0, fallbacks: 201 })
    // The first one, and some that nobody waits for.
    expect(attempts).toBeLessThan(50)
  })

  test('is told where it refuses the password', async () => {
    const url = new URL(standby.url)
    url.password = 'wrong'
    const database = await opened({ replicaUrl: url.href })
    await database.ensure(items)
    await expect(database.table(items).count()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})
