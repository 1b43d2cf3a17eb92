import type { Database } from '@holdfast/core'
import { tableFromDefinition } from '@holdfast/core/backend'
import { describe, expect, test } from 'vitest'
import { itemRows, items, opened, openedWithItems } from '../databases.js'
import { temporaryFile } from '../files.js'
import { openedInThreads } from './databases.js'
import { grouped, named, remaining } from './queries.js'
import { letsOthersRun, startedThreads } from './started.js'

/** More than are scanned in no time, and fewer than have a checkpoint of their own. */
const many = 15_000

describe('what runs in a thread', () => {
  test('is what reads many rows, and nothing else is kept waiting', async () => {
    const started = startedThreads()
    const database = await openedWithItems(0)
    const table = database.table(items)
    await table.load(itemRows(many).map((row) => ({ ...row, name: `${row.name} ${'.'.repeat(100)}` })))
    expect(await letsOthersRun(() => table.get(5))).toBe(false)
    expect(await letsOthersRun(() => table.where((row) => row.id.eq(5)).all())).toBe(false)
    expect(await letsOthersRun(() => table.limit(10).all())).toBe(false)
    expect(await letsOthersRun(() => table.insert({ id: many, name: 'one more' }))).toBe(false)
    expect(started).toHaveLength(0)

    expect(await letsOthersRun(() => grouped(database).all())).toBe(true)
    expect(started).toHaveLength(1)
    expect(await letsOthersRun(() => table.orderBy((row) => row.name.desc()).all())).toBe(true)
  })

  test('is nothing in a small database', async () => {
    const started = startedThreads()
    const database = await openedWithItems(1000)
    await grouped(database).all()
    for await (const _ of database.table(items).stream());
    expect(started).toHaveLength(0)
  })

  test.each([{ threads: 0 }, { threads: false }, { path: ':memory:' }, { journalMode: 'delete' }] as const)(
    'is nothing with %o',
    async (options) => {
      const started = startedThreads()
      const database = await openedInThreads(5000, options)
      expect(await grouped(database).all()).toEqual([
        { first: 'i', total: BigInt((5000 * 4999) / 2), rows: 5000 },
      ])
      expect(started).toHaveLength(0)
    },
  )

  test('is the same as it is elsewhere, rows of all kinds', async () => {
    const database = await openedInThreads(3000)
    const here = await openedWithItems(3000, { threads: 0 })
    const reads = [
      (from: Database) => grouped(from).all(),
      (from: Database) => from.table(items).all(),
      (from: Database) => from.table(items).count(),
      (from: Database) =>
        from
          .table(items)
          .orderBy((row) => row.name)
          .offset(10)
          .limit(1500)
          .all(),
      (from: Database) => Array.fromAsync(from.table(items).stream()),
      (from: Database) =>
        Array.fromAsync(
          from
            .table(items)
            .where((row) => row.name.contains('7'))
            .batches(),
        ).then((batches) => batches.flat()),
    ]
    for (const read of reads) expect(await read(database)).toEqual(await read(here))
  })

  test('no more of them than the option says, however many queries there are', async () => {
    const started = startedThreads()
    const database = await openedInThreads(2000, { threads: 2 })
    const counts = await Promise.all(Array.from({ length: 30 }, () => database.table(items).count()))
    expect(counts).toEqual(counts.map(() => 2000))
    // The third one wrote the rows.
    expect(started.length).toBeLessThanOrEqual(3)
  })
})

describe('what else runs in a thread', () => {
  test('SQL of one’s own that reads much', async () => {
    const database = await openedInThreads(3000)
    const least = 2000
    const read = () =>
      database.sql`select id, name, ${2n ** 60n} as big from items where id >= ${least} order by name`
    expect(await letsOthersRun(read)).toBe(true)
    const rows = await read()
    expect(rows).toHaveLength(1000)
    expect(rows[0]).toEqual({ id: 2000, name: 'item 2000', big: 2n ** 60n })
    await expect(database.sql`select json(name) from items`).rejects.toMatchObject({ code: 'ENGINE' })
    await database.sql`update items set name = 'x' where id = 1`
    expect(await database.sql`select name from items where id = 1`).toEqual([{ name: 'x' }])
  })

  test('statistics', async () => {
    const database = await openedInThreads(3000)
    const here = await openedWithItems(3000, { threads: 0 })
    expect(await letsOthersRun(() => database.stats())).toBe(true)
    const { engine: _, ...statistics } = await database.stats()
    expect(statistics.tables).toEqual((await here.stats()).tables)
  })

  test('indexes of many rows, and the search for words', async () => {
    const database = await openedInThreads(3000)
    const table = database.table(items)
    expect(await table.search(['name'], '2999')).toEqual([{ id: 2999, name: 'item 2999' }])
    await table.insert({ id: 5000, name: 'later 2999' })
    expect(await table.search(['name'], '2999')).toHaveLength(2)
    const indexed = { ...items.definition, indexes: [{ columns: ['name'], unique: true, name: 'by_name' }] }
    const again = tableFromDefinition(indexed)
    await database.ensure(again)
    const violation = { code: 'UNIQUE_VIOLATION' }
    const same = { id: 6000, name: 'item 7' }
    await expect(database.table(again).insert(same)).rejects.toMatchObject(violation)
  })
})

describe('one state', () => {
  test('a read that begins after a write was acknowledged sees it', async () => {
    const database = await openedInThreads(0)
    const table = database.table(items)
    for (let id = 0; id < 50; id++) {
      await table.insert({ id, name: `item ${id}` })
      expect(await table.count()).toBe(id + 1)
    }
    await database.transaction((tx) => tx.table(items).delete(0))
    expect(await table.count()).toBe(49)
  })

  test('and so does one that follows a write of another database in the same file', async () => {
    const path = temporaryFile()
    const database = await openedInThreads(10, { path })
    const other = await opened({ path })
    for (let id = 10; id < 30; id++) {
      await other.table(items).insert({ id, name: `item ${id}` })
      expect(await database.table(items).count()).toBe(id + 1)
    }
  })

  test.each([
    ['of a table', (database: Database) => database.table(items)],
    ['of a query', named],
  ])('a stream %s sees nothing that is written after its first row', async (_, rowsOf) => {
    const database = await openedInThreads(10_000)
    const table = database.table(items)
    const stream = rowsOf(database).stream()[Symbol.asyncIterator]()
    await stream.next()
    await table.insert(itemRows(1000, 10_000))
    await table.where((row) => row.id.lt(5000)).delete()
    expect(await remaining(stream)).toBe(9999)
    expect(await table.count()).toBe(6000)
  })

  test('reads beside writes of many rows see all of each or nothing', async () => {
    const database = await openedInThreads(0)
    const table = database.table(items)
    let writing = true
    const seen: number[] = []
    const reading = (async () => {
      while (writing) seen.push(await table.count())
    })()
    for (let batch = 0; batch < 20; batch++) await table.insert(itemRows(100, batch * 100))
    writing = false
    await reading
    expect(seen.filter((rows) => rows % 100 !== 0)).toEqual([])
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  })

  test('a transaction reads what it has written itself', async () => {
    const database = await openedInThreads(100)
    await database.transaction(async (tx) => {
      await tx.table(items).insert(itemRows(500, 100))
      expect(await tx.table(items).count()).toBe(600)
    })
    expect(await database.table(items).count()).toBe(600)
  })
})
