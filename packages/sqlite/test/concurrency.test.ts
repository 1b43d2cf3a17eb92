import { open } from '@holdfast/core'
import Driver from 'better-sqlite3'
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { sqlite } from '../src/index.js'
import { itemRows, items, opened, openedWithItems } from './databases.js'
import { temporaryFile } from './files.js'

const count = 5000

/** Takes the first row of a stream and gives the stream back to be read on. */
async function begun<Row>(stream: AsyncIterable<Row>): Promise<AsyncIterator<Row>> {
  const iterator = stream[Symbol.asyncIterator]()
  await iterator.next()
  return iterator
}

async function remaining(iterator: AsyncIterator<unknown>): Promise<number> {
  let rows = 0
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) rows++
  return rows
}

describe.each([
  ['wal', {}],
  ['one connection', { journalMode: 'delete' }],
  ['memory', { path: ':memory:' }],
] as const)('streams (%s)', (_, options) => {
  test('writes go on beside an open stream, which sees none of them', async () => {
    const database = await openedWithItems(count, options)
    const table = database.table(items)
    const stream = await begun(table.stream())
    await table.insert(itemRows(2000, count))
    await table.where((row) => row.id.lt(1000)).delete()
    await database.transaction((tx) => tx.table(items).delete(count - 1))
    expect(await remaining(stream)).toBe(count - 1)
    expect(await table.count()).toBe(count + 2000 - 1000 - 1)
  })

  test('a stream over a filter is a snapshot too', async () => {
    const database = await openedWithItems(count, options)
    const table = database.table(items)
    const stream = await begun(table.where((row) => row.name.startsWith('item')).stream())
    await table.insert(itemRows(2000, count))
    expect(await remaining(stream)).toBe(count - 1)
  })

  test('many streams at once', async () => {
    const database = await openedWithItems(2000, options)
    const table = database.table(items)
    const streams = await Promise.all(Array.from({ length: 20 }, () => begun(table.stream())))
    await table.insert({ id: 9999, name: 'late' })
    expect(await Promise.all(streams.map(remaining))).toEqual(streams.map(() => 1999))
  })

  test('streams and writes of one transaction', async () => {
    const database = await openedWithItems(count, options)
    await database.transaction(async (tx) => {
      const table = tx.table(items)
      const first = await begun(table.stream())
      const second = await begun(table.where((row) => row.id.ge(10)).stream())
      await table.insert(itemRows(10, count))
      await table.delete(0)
      expect(await remaining(first)).toBe(count - 1)
      expect(await remaining(second)).toBe(count - 11)
      expect(await table.count()).toBe(count + 9)
    })
  })

  test('a stream that is broken off lets go of what it held', async () => {
    const database = await openedWithItems(count, options)
    for (let round = 0; round < 100; round++) {
      for await (const _ of database.table(items).stream()) break
    }
    await database.table(items).insert({ id: -1, name: 'after' })
    expect(await database.table(items).count()).toBe(count + 1)
  })

  test('aborting ends a stream and a large write, which then did not happen', async () => {
    const database = await openedWithItems(count, options)
    const table = database.table(items)
    const reading = new AbortController()
    const stream = await begun(table.stream({ signal: reading.signal }))
    reading.abort()
    await expect(remaining(stream)).rejects.toMatchObject({ code: 'ABORTED' })

    const writing = new AbortController()
    const insert = table.insert(itemRows(200_000, count), { signal: writing.signal })
    setTimeout(() => writing.abort(), 5)
    await expect(insert).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await table.count()).toBe(count)
  })
})

describe('transactions', () => {
  test('reads go on beside an open transaction and see the state before it', async () => {
    const database = await openedWithItems(10)
    let commit = () => {}
    const held = new Promise<void>((resolve) => (commit = resolve))
    const transaction = database.transaction(async (tx) => {
      await tx.table(items).insert({ id: 99, name: 'new' })
      await held
    })
    await nextTurn()
    const seen = Promise.all([
      database.table(items).count(),
      database.table(items).get(99),
      database
        .table(items)
        .where((row) => row.id.eq(99))
        .all(),
    ])
    expect(await seen).toEqual([10, undefined, []])
    commit()
    await transaction
    expect(await database.table(items).count()).toBe(11)
  })

  test('with one connection reads wait for the end of a transaction and never see half of it', async () => {
    const database = await openedWithItems(10, { path: ':memory:' })
    let commit = () => {}
    const held = new Promise<void>((resolve) => (commit = resolve))
    const transaction = database.transaction(async (tx) => {
      await tx.table(items).insert({ id: 99, name: 'new' })
      await held
    })
    await nextTurn()
    const reads = [database.table(items).count(), database.table(items).get(99).then(Boolean)]
    expect(await Promise.race([...reads, delay(30, 'waiting')])).toBe('waiting')
    commit()
    await transaction
    expect(await Promise.all(reads)).toEqual([11, true])
  })

  test('a reading transaction keeps its snapshot and holds up no writer', async () => {
    const database = await openedWithItems(10)
    await database.transaction(
      async (tx) => {
        expect(await tx.table(items).count()).toBe(10)
        await new Promise<void>((resolve, reject) => {
          // Outside the callback's own context, as another request would be.
          setTimeout(() => void database.native.exec("insert into items values (99, 'native')"), 0)
          setTimeout(resolve, 20)
          setTimeout(reject, 5000)
        })
        expect(await tx.table(items).count()).toBe(10)
      },
      { readOnly: true },
    )
    expect(await database.table(items).count()).toBe(11)
  })

  test('writers of one process take turns; one that waits too long is BUSY', async () => {
    const database = await openedWithItems(0, { timeout: 50 })
    let end = () => {}
    const held = new Promise<void>((resolve) => (end = resolve))
    const long = database.transaction(async (tx) => {
      await tx.table(items).insert({ id: 1, name: 'long' })
      await held
    })
    await nextTurn()
    await expect(database.table(items).insert({ id: 2, name: 'late' })).rejects.toMatchObject({
      code: 'BUSY',
      retryable: true,
      message: expect.stringContaining('of this process') as string,
    })
    end()
    await long
    await database.table(items).insert({ id: 2, name: 'late' })
    expect(await database.table(items).count()).toBe(2)
  })

  test('a caller who stops waiting for its turn leaves no trace in the queue', async () => {
    const database = await openedWithItems(0)
    let end = () => {}
    const held = new Promise<void>((resolve) => (end = resolve))
    const long = database.transaction(() => held)
    await nextTurn()
    const controller = new AbortController()
    const aborted = database.table(items).insert(itemRows(3), { signal: controller.signal })
    const patient = database.table(items).insert({ id: 9, name: 'patient' })
    controller.abort()
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
    end()
    await Promise.all([long, patient])
    expect(await database.table(items).all()).toEqual([{ id: 9, name: 'patient' }])
  })
})

describe('another process', () => {
  /** Another connection that knows nothing of ours, as another process has. */
  function locked(path: string): Driver.Database {
    const other = new Driver(path)
    other.exec('begin immediate')
    return other
  }

  test('that holds the file is waited for, without holding up the event loop', async () => {
    const path = temporaryFile()
    const database = await openedWithItems(0, { path })
    const other = locked(path)
    const turns = { count: 0 }
    const timer = setInterval(() => turns.count++, 5)
    setTimeout(() => other.exec('commit'), 60)
    await Promise.all([
      database.table(items).insert({ id: 1, name: 'one' }),
      database.table(items).insert(itemRows(10, 10)),
      database.transaction((tx) => tx.table(items).insert({ id: 2, name: 'two' })),
    ])
    clearInterval(timer)
    other.close()
    expect(turns.count).toBeGreaterThan(2)
    expect(await database.table(items).count()).toBe(12)
  })

  test('that holds it for too long is BUSY, and nothing has changed', async () => {
    const path = temporaryFile()
    const database = await openedWithItems(1, { path, timeout: 40 })
    const other = locked(path)
    const busy = {
      code: 'BUSY',
      retryable: true,
      message: expect.stringContaining('Another process') as string,
    }
    await expect(database.table(items).insert({ id: 1, name: 'one' })).rejects.toMatchObject(busy)
    await expect(database.table(items).insert(itemRows(10, 10))).rejects.toMatchObject(busy)
    await expect(
      database
        .table(items)
        .where((row) => row.id.eq(0))
        .delete(),
    ).rejects.toMatchObject(busy)
    expect(await database.table(items).count()).toBe(1)
    other.exec('rollback')
    other.close()
    await database.table(items).insert({ id: 1, name: 'one' })
    expect(await database.table(items).count()).toBe(2)
  })

  test('is seen as soon as it has committed', async () => {
    const path = temporaryFile()
    const database = await openedWithItems(1, { path })
    const other = await open(sqlite({ path }))
    for (let id = 1; id < 100; id++) {
      await other.table(items).insert({ id, name: 'other' })
      // The same turn, and a read right before: neither may hide the row.
      expect(await database.table(items).get(id)).toEqual({ id, name: 'other' })
    }
    await other.close()
  })
})

describe('writes that share a commit', () => {
  test('each has its own result and its own error', async () => {
    const database = await openedWithItems(10)
    const table = database.table(items)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, id) => table.insert({ id: id % 60, name: `new ${id}` })),
    )
    const ids = outcomes.map((outcome, id) => [id % 60, outcome.status] as const)
    // Those of the first sixty that were not there yet, and none of the second round.
    expect(ids.filter(([, status]) => status === 'fulfilled').map(([id]) => id)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 10),
    )
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({ code: 'DUPLICATE_KEY', key: index % 60 })
      }
    }
    expect(await table.count()).toBe(60)
  })

  test('are told only after the commit, which a reader of another connection sees', async () => {
    const path = temporaryFile()
    const database = await openedWithItems(0, { path })
    const reader = new Driver(path, { readonly: true })
    const find = reader.prepare('select count(*) from items where id = ?').pluck()
    await Promise.all(
      itemRows(200).map(async (row) => {
        await database.table(items).insert(row)
        expect(find.get(row.id)).toBe(1)
      }),
    )
    reader.close()
  })

  test('keep their order: the last put of a key wins', async () => {
    const database = await openedWithItems(0)
    const table = database.table(items)
    await Promise.all(Array.from({ length: 300 }, (_, round) => table.put({ id: 1, name: `round ${round}` })))
    expect(await table.get(1)).toEqual({ id: 1, name: 'round 299' })
  })

  test('one that was aborted meanwhile did not happen', async () => {
    const database = await openedWithItems(0)
    const table = database.table(items)
    const controller = new AbortController()
    const first = table.insert({ id: 1, name: 'first' })
    const second = table.insert({ id: 2, name: 'second' })
    const aborted = table.insert({ id: 3, name: 'third' }, { signal: controller.signal })
    controller.abort()
    await Promise.all([first, second])
    await expect(aborted).rejects.toMatchObject({ code: 'ABORTED' })
    expect(await table.count()).toBe(2)
  })
})

describe('reads that share a snapshot', () => {
  test('see every write of this process, whichever way it was made', async () => {
    const database = await openedWithItems(0)
    const table = database.table(items)
    const read = async () => {
      // Close together, so that they would share.
      for (let round = 0; round < 5; round++) await table.get(0)
      return table.count()
    }
    let expected = 0
    const check = async (write: () => Promise<unknown>) => {
      await write()
      expect(await read()).toBe(++expected)
    }
    for (let round = 0; round < 20; round++) {
      await check(() => table.insert({ id: expected, name: 'insert' }))
      await check(() => table.insert([{ id: expected, name: 'batch' }]))
      await check(() =>
        database.transaction((tx) => tx.table(items).insert({ id: expected, name: 'transaction' })),
      )
      await check(() => database.sql`insert into items values (${expected}, 'sql')`)
      await check(async () => database.native.exec(`insert into items values (${expected}, 'native')`))
    }
  })

  test('are not made when the process writes the file by connections of its own', async () => {
    const path = temporaryFile()
    const database = await openedWithItems(1, { path, sharedReads: false })
    const other = new Driver(path)
    for (let round = 0; round < 20; round++) {
      for (let read = 0; read < 10; read++) await database.table(items).get(0)
      other.prepare('insert into items values (?, ?)').run(100 + round, 'other')
      expect(await database.table(items).count()).toBe(round + 2)
    }
    other.close()
  })

  test('end with the code that is ready to run', async () => {
    const path = temporaryFile()
    const database = await openedWithItems(1, { path })
    const other = new Driver(path)
    for (let round = 0; round < 20; round++) {
      for (let read = 0; read < 10; read++) await database.table(items).get(0)
      await nextTurn()
      other.prepare('insert into items values (?, ?)').run(100 + round, 'other')
      expect(await database.table(items).count()).toBe(round + 2)
    }
    other.close()
  })
})

test('calls after close are CLOSED, and closing ends open streams', async () => {
  const database = await opened()
  await database.ensure(items)
  await database.table(items).insert(itemRows(count))
  const stream = await begun(database.table(items).stream())
  await database.close()
  await expect(remaining(stream)).rejects.toMatchObject({ code: 'CLOSED' })
  await expect(database.table(items).count()).rejects.toMatchObject({ code: 'CLOSED' })
})
