import { integer, table, text } from '@holdfast/core'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { itemRows, items, openedWithItems } from '../databases.js'
import { temporaryFile } from '../files.js'
import { openedInThreads } from './databases.js'
import { endedThread, letsOthersRun, startedThreads } from './started.js'

const unique = table('unique_items', {
  id: integer().primaryKey().generated(),
  name: text().unique(),
  note: text().nullable(),
})

/** A database whose thread for writes has begun: until then writes are made on the event loop. */
async function openedWithWriter(...[count, options]: Parameters<typeof openedInThreads>) {
  const started = startedThreads()
  const database = await openedInThreads(0, options)
  const begin = database.table(items).insert(itemRows(2))
  await Promise.all([begin, new Promise((resolve) => started[0]!.once('message', resolve))])
  await database.table(items).clear()
  if (count > 0) await database.table(items).insert(itemRows(count))
  return { database, started }
}

describe('writes of many rows', () => {
  test('are made in a thread when there are reads beside them, and else on the event loop', async () => {
    const started = startedThreads()
    const database = await openedWithItems(0)
    const handle = database.table(items)
    for (let batch = 0; batch < 5; batch++) await handle.insert(itemRows(1000, batch * 1000))
    expect(started).toHaveLength(0)
    for (let batch = 5; batch < 10; batch++) {
      await Promise.all(Array.from({ length: 10 }, (_, id) => handle.get(id)))
      await handle.insert(itemRows(1000, batch * 1000))
    }
    expect(started).toHaveLength(1)
    expect(await handle.all()).toEqual(itemRows(10_000))
  })

  test('are there when they are acknowledged, for reads on the event loop and in threads', async () => {
    const { database } = await openedWithWriter(0)
    const handle = database.table(items)
    for (let batch = 0; batch < 20; batch++) {
      const written = handle.insert(itemRows(100, batch * 100))
      expect(await letsOthersRun(() => written)).toBe(true)
      expect(await handle.get(batch * 100 + 99)).toEqual({
        id: batch * 100 + 99,
        name: `item ${batch * 100 + 99}`,
      })
      expect(await handle.count()).toBe(batch * 100 + 100)
    }
  })

  test('give back generated keys, and counts', async () => {
    const { database } = await openedWithWriter(0)
    await database.ensure(unique)
    const handle = database.table(unique)
    const rows = Array.from({ length: 50 }, (_, index) => ({
      name: `name ${index}`,
      note: index % 2 ? null : '',
    }))
    const inserted = await handle.insert(rows)
    expect(await handle.all()).toEqual(rows.map((row, index) => ({ id: index + 1, ...row })))
    expect(await handle.insert(rows, { onConflict: 'skip' })).not.toEqual(inserted)
    expect(await handle.count()).toBe(50)
    expect(await handle.query().update({ note: 'all' })).toBe(50)
    expect(await handle.where((row) => row.id.gt(10)).delete()).toBe(40)
  })

  test('that are refused say why, and leave nothing behind', async () => {
    const { database } = await openedWithWriter(100)
    await database.ensure(unique)
    const handle = database.table(items)
    await expect(handle.insert([...itemRows(50, 100), { id: 7, name: 'seven' }])).rejects.toMatchObject({
      code: 'DUPLICATE_KEY',
      key: 7,
      table: 'items',
    })
    expect(await handle.count()).toBe(100)

    const names = database.table(unique)
    await names.insert([{ name: 'a' }, { name: 'b' }, { name: 'c' }])
    const violation = { code: 'UNIQUE_VIOLATION', table: 'unique_items' }
    await expect(names.insert([{ name: 'd' }, { name: 'a' }])).rejects.toMatchObject(violation)
    await expect(names.query().update({ name: 'same' })).rejects.toMatchObject(violation)
    expect((await names.all()).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  test('that are aborted did not happen', async () => {
    const { database } = await openedWithWriter(0)
    const controller = new AbortController()
    const insert = database.table(items).insert(itemRows(50_000), { signal: controller.signal })
    await nextTurn()
    controller.abort(new Error('enough'))
    await expect(insert).rejects.toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } })
    expect(await database.table(items).count()).toBe(0)
    await database.table(items).insert(itemRows(10))
    expect(await database.table(items).count()).toBe(10)
  })

  test('keep their order with writes of single rows and transactions', async () => {
    const { database } = await openedWithWriter(10)
    const handle = database.table(items)
    const renamed = (name: string) => itemRows(10).map((row) => ({ ...row, name }))
    await Promise.all([
      handle.put(renamed('first')),
      handle.put({ id: 3, name: 'second' }),
      database.transaction((tx) => tx.table(items).put({ id: 4, name: 'third' })),
      handle.put(renamed('last')),
    ])
    expect(await handle.all()).toEqual(renamed('last'))
  })

  test('wait for a transaction, and fail with BUSY when it takes too long', async () => {
    const { database } = await openedWithWriter(0, { timeout: 50 })
    let end = () => {}
    const held = new Promise<void>((resolve) => (end = resolve))
    const long = database.transaction(() => held)
    await nextTurn()
    await expect(database.table(items).insert(itemRows(10))).rejects.toMatchObject({ code: 'BUSY' })
    end()
    await long
    await database.table(items).insert(itemRows(10))
    expect(await database.table(items).count()).toBe(10)
  })

  test('are made on the event loop once the connection that writes was handed out', async () => {
    const { database, started } = await openedWithWriter(10)
    database.native.exec("insert into items values (99, 'native')")
    const insert = database.table(items).insert(itemRows(1000, 100))
    database.native.prepare('select 1').get()
    await insert
    expect(await database.table(items).count()).toBe(1011)
    expect(started.length).toBeGreaterThan(0)
  })

  test('whose thread dies fail with a code that says so, and the next one has another thread', async () => {
    const path = temporaryFile()
    const { database, started } = await openedWithWriter(10, { path, threads: 1 })
    const writing = database.table(items).insert(itemRows(100_000, 10))
    const failed = expect(writing).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
    await nextTurn()
    const writer = started.find(({ threadId }) => threadId !== endedThread)!
    await writer.terminate()
    await failed
    await database.table(items).put(itemRows(10))
    const rows = await database.table(items).count()
    expect([10, 100_010]).toContain(rows)
  })
})

describe('conditional writes', () => {
  test('of many rows let others run', async () => {
    const { database } = await openedWithWriter(5000)
    const handle = database.table(items)
    expect(await letsOthersRun(() => handle.where((row) => row.id.ge(100)).update({ name: 'same' }))).toBe(
      true,
    )
    expect(await handle.where((row) => row.name.eq('same')).count()).toBe(4900)
    expect(await letsOthersRun(() => handle.where((row) => row.name.eq('same')).delete())).toBe(true)
    expect(await handle.count()).toBe(100)
  })
})
