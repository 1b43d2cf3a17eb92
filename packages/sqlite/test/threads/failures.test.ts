import { bigint, integer, open, sum, table } from '@holdfast/core'
import Driver from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { sqlite } from '../../src/index.js'
import { itemRows, items } from '../databases.js'
import { temporaryFile } from '../files.js'
import { openedInThreads } from './databases.js'
import { grouped, named, pairs, remaining } from './queries.js'
import { endedThread, startedThreads } from './started.js'

const numbers = table('numbers', { id: integer().primaryKey(), value: bigint() })

/** Nothing is written in a thread. */
const never = { fewestWrittenRows: Number.POSITIVE_INFINITY, checkpointedRows: Number.POSITIVE_INFINITY }

describe('what goes wrong', () => {
  test('an error in a thread is the same as elsewhere, and the thread goes on', async () => {
    const started = startedThreads()
    const database = await openedInThreads(10, { threads: 1 })
    await database.ensure(numbers)
    await database.table(numbers).insert([
      { id: 1, value: 2n ** 62n },
      { id: 2, value: 2n ** 62n },
    ])
    const overflow = database
      .table(numbers)
      .select((row) => ({ total: sum(row.value) }))
      .all()
    await expect(overflow).rejects.toMatchObject({ code: 'NUMERIC_OVERFLOW' })
    expect(await database.table(items).count()).toBe(10)
    expect(started.filter(({ threadId }) => threadId !== endedThread).length).toBeLessThanOrEqual(2)
  })

  test('a table that is gone is UNKNOWN_TABLE', async () => {
    const path = temporaryFile()
    const database = await openedInThreads(10, { path })
    await database.table(items).count()
    const other = new Driver(path)
    other.exec('drop table items')
    other.close()
    await nextTurn()
    await expect(database.table(items).count()).rejects.toMatchObject({ code: 'UNKNOWN_TABLE' })
  })

  test('a thread that dies fails its reads with a code, and the next one has another thread', async () => {
    const started = startedThreads()
    const database = await openedInThreads(0, { threads: 1 }, never)
    await database.table(items).insert(itemRows(10_000))
    const stream = named(database).stream()[Symbol.asyncIterator]()
    await stream.next()
    expect(started).toHaveLength(1)
    await started[0]!.terminate()
    await expect(remaining(stream)).rejects.toMatchObject({ code: 'CONNECTION_LOST', retryable: true })
    expect(await database.table(items).count()).toBe(10_000)
    expect(started).toHaveLength(2)
  })

  test('a query that was aborted is answered at once, and the next one need not wait for it', async () => {
    const database = await openedInThreads(3000, { threads: 1 })
    await database.table(items).count()
    const controller = new AbortController()
    let answered = false
    const reading = pairs(database)
      .all({ signal: controller.signal })
      .finally(() => (answered = true))
    await nextTurn()
    expect(answered).toBe(false)
    controller.abort(new Error('enough'))
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } })
    expect(await database.table(items).count()).toBe(3000)
  })

  test('one that was aborted while it waited for a thread never began', async () => {
    const database = await openedInThreads(3000, { threads: 1 })
    const controller = new AbortController()
    const first = pairs(database).all()
    const second = database.table(items).count({ signal: controller.signal })
    await nextTurn()
    controller.abort()
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await first).toHaveLength(1)
  })

  test('streams that are left early let go of their threads', async () => {
    const database = await openedInThreads(5000, { threads: 1 })
    for (let round = 0; round < 20; round++) {
      for await (const _ of database.table(items).stream()) break
      for await (const _ of database
        .table(items)
        .where((row) => row.name.ne('x'))
        .stream())
        break
    }
    expect(await database.table(items).count()).toBe(5000)
  })

  test('many streams that nobody reads on keep no other query waiting', async () => {
    const database = await openedInThreads(5000, { threads: 1 })
    const streams = Array.from({ length: 20 }, () => named(database).stream()[Symbol.asyncIterator]())
    for (const stream of streams) await stream.next()
    expect(await database.table(items).count()).toBe(5000)
  })
})

describe('closing', () => {
  test('ends all threads and lets go of the file', async () => {
    const started = startedThreads()
    const path = temporaryFile()
    const database = await openedInThreads(5000, { path })
    await grouped(database).all()
    const stream = named(database).stream()[Symbol.asyncIterator]()
    await stream.next()
    await database.close()
    expect(started.length).toBeGreaterThan(0)
    expect(started.map(({ threadId }) => threadId)).toEqual(started.map(() => endedThread))
    // SQLite removes it with the last connection.
    expect(existsSync(`${path}-wal`)).toBe(false)
    await expect(stream.next()).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('waits for the queries that run', async () => {
    const started = startedThreads()
    const database = await openedInThreads(2000)
    const answers = Promise.all([pairs(database).all(), database.table(items).count()])
    await database.close()
    expect((await answers)[1]).toBe(2000)
    expect(started.map(({ threadId }) => threadId)).toEqual(started.map(() => endedThread))
  })

  test('with the same file opened again, everything is there', async () => {
    const path = temporaryFile()
    const database = await openedInThreads(1000, { path })
    await database.table(items).insert(itemRows(1000, 1000))
    await database.close()
    const again = await open(sqlite({ path }))
    expect(await again.table(items).count()).toBe(2000)
    await again.close()
  })
})
