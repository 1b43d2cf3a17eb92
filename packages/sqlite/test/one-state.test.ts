import { integer, table, text } from '@holdfast/core'
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { itemRows, items, opened, openedWithItems } from './databases.js'
import { temporaryFile } from './files.js'

/** Runs statements in another process and waits for its end without giving up the event loop. */
function elsewhere(path: string, ...statements: readonly string[]): void {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3')
  const script = `const database = new (require(${JSON.stringify(driver)}))(${JSON.stringify(path)}); for (const sql of ${JSON.stringify(statements)}) database.exec(sql)`
  execFileSync(process.execPath, ['-e', script])
}

describe.each([
  ['with connections that read', {}],
  ['with one connection', { journalMode: 'delete' }],
  ['in memory', { path: ':memory:' }],
] as const)('a long list of keys, %s', (_, options) => {
  const keys = Array.from({ length: 5000 }, (_, id) => id)

  test('is looked up in one state while others write', async () => {
    const database = await openedWithItems(5000, options)
    const table = database.table(items)
    for (let round = 0; round < 5; round++) {
      const [rows] = await Promise.all([
        table.getMany(keys),
        table.query().update({ name: `round ${round}` }),
      ])
      expect(new Set(rows.map((row) => row?.name.slice(0, 5))).size).toBe(1)
      expect(rows).toHaveLength(5000)
    }
  })

  test('and in one state of a transaction that goes on writing', async () => {
    const database = await openedWithItems(5000, options)
    const rows = await database.transaction(async (transaction) => {
      const table = transaction.table(items)
      await table.query().update({ name: 'first' })
      const [found] = await Promise.all([table.getMany(keys), table.query().update({ name: 'second' })])
      return found
    })
    expect(new Set(rows.map((row) => row?.name))).toEqual(new Set(['first']))
    expect(await database.table(items).get(1)).toEqual({ id: 1, name: 'second' })
  })

  test('leaves nothing open that would keep a writer waiting', async () => {
    const database = await openedWithItems(3000, options)
    const table = database.table(items)
    await table.getMany(keys)
    await table.insert(itemRows(10, 10_000))
    expect(await table.count()).toBe(3010)
  })
})

test('a list of keys of several columns is looked up in one state too', async () => {
  const pairs = table('pairs', { a: integer(), b: integer(), name: text() }, { primaryKey: ['a', 'b'] })
  const database = await opened()
  await database.ensure(pairs)
  const handle = database.table(pairs)
  await handle.insert(Array.from({ length: 2500 }, (_, index) => ({ a: index, b: -index, name: 'old' })))
  const keys = Array.from({ length: 2500 }, (_, index) => ({ a: index, b: -index }))
  const [rows] = await Promise.all([handle.getMany(keys), handle.query().update({ name: 'new' })])
  expect(new Set(rows.map((row) => row?.name)).size).toBe(1)
})

test('a read sees what another process wrote that the event loop was stopped for', async () => {
  const path = temporaryFile()
  const database = await openedWithItems(5, { path })
  const table = database.table(items)
  for (const id of [100, 101]) {
    for (const known of [1, 2, 3, 4]) await table.get(known)
    elsewhere(path, `insert into items values (${id}, 'child')`)
    expect(await table.get(id)).toEqual({ id, name: 'child' })
  }
})

describe('a table that is made anew by another program is read with its checks', () => {
  const loose = ['drop table items', 'create table items (id integer primary key, name)']
  const wrong = "insert into items values (1, 5), (2, 'two')"

  /** As the other table will be described: else it would be another table to core as well. */
  const alike = table('items', { id: integer().primaryKey(), name: text().nullable() })

  async function readBefore(options: Parameters<typeof opened>[0]) {
    const database = await opened(options)
    await database.ensure(alike)
    const table = database.table(alike)
    await table.insert(itemRows(3))
    const reads = {
      get: () => table.get(1),
      getMany: () => table.getMany([1, 2]),
      all: () => table.all(),
      where: () => table.where((row) => row.name.ne('two')).all(),
    }
    for (const read of Object.values(reads)) await read()
    return { database, reads, table }
  }

  const invalid = { code: 'INVALID_DATA' }

  test.each([{}, { journalMode: 'delete' }] as const)('in another process (%o)', async (options) => {
    const path = temporaryFile()
    const { reads, table } = await readBefore({ path, ...options })
    elsewhere(path, ...loose, wrong)
    for (const read of Object.values(reads)) await expect(read()).rejects.toMatchObject(invalid)
    expect(await table.get(2)).toEqual({ id: 2, name: 'two' })
  })

  test('by SQL of its own', async () => {
    const { database, reads } = await readBefore({})
    await database.sql`drop table items`
    await database.sql`create table items (id integer primary key, name)`
    await database.sql`insert into items values (1, 5), (2, 'two')`
    for (const read of Object.values(reads)) await expect(read()).rejects.toMatchObject(invalid)
  })

  test('and written with them', async () => {
    const { database, table } = await readBefore({})
    await table.put({ id: 1, name: '007' })
    await database.sql`drop table items`
    await database.sql`create table items (id integer primary key, name string)`
    await expect(table.put({ id: 1, name: '007' })).rejects.toMatchObject({ code: 'INVALID_VALUE' })
    await table.put({ id: 1, name: 'seven' })
    await expect(table.patch(1, { name: '007' })).rejects.toMatchObject({ code: 'INVALID_VALUE' })
  })

  test('through the driver itself', async () => {
    const { database, reads } = await readBefore({})
    for (const sql of [...loose, wrong]) database.native.exec(sql)
    for (const read of Object.values(reads)) await expect(read()).rejects.toMatchObject(invalid)
  })
})

describe('names that differ only in case are not the same (WRITE-9)', () => {
  const Items = table('Items', { id: integer().primaryKey(), name: text() })
  const unknown = { code: 'UNKNOWN_TABLE' }

  test.each(['auto', 'none'] as const)('with pushdown %s', async (pushdown) => {
    const database = await opened({}, { pushdown })
    await database.ensure(items)
    await database.table(items).insert(itemRows(3))
    const other = database.table(Items)
    await expect(other.get(1)).rejects.toMatchObject(unknown)
    await expect(other.getMany([1])).rejects.toMatchObject(unknown)
    await expect(other.all()).rejects.toMatchObject(unknown)
    await expect(other.where((row) => row.name.eq('item 1')).count()).rejects.toMatchObject(unknown)
    await expect(other.insert({ id: 7, name: 'x' })).rejects.toMatchObject(unknown)
    await expect(other.insert(itemRows(40, 100))).rejects.toMatchObject(unknown)
    await expect(other.put({ id: 1, name: 'x' })).rejects.toMatchObject(unknown)
    await expect(other.patch(1, { name: 'x' })).rejects.toMatchObject(unknown)
    await expect(other.delete(1)).rejects.toMatchObject(unknown)
    await expect(other.query().update({ name: 'x' })).rejects.toMatchObject(unknown)
    await expect(other.query().delete()).rejects.toMatchObject(unknown)
    await expect(other.search(['name'], 'item')).rejects.toMatchObject(unknown)
    await expect(database.drop('Items')).rejects.toMatchObject(unknown)
    expect(await database.table(items).all()).toEqual(itemRows(3))
  })
})

test.each(['auto', 'none'] as const)(
  'every table that can be created can be read (pushdown %s)',
  async (pushdown) => {
    const database = await opened({}, { pushdown })
    for (const count of [1001, 2000]) {
      const name = (index: number) => `c${String(index).padStart(62, '0')}`
      const numbers = Array.from(
        { length: count - 1 },
        (_, index) => [name(index), integer().nullable()] as const,
      )
      const wide = table(`wide_${count}`, { id: integer().primaryKey(), ...Object.fromEntries(numbers) })
      await database.ensure(wide)
      const handle = await database.table(wide.definition.name)
      await handle.insert([{ id: 1 }, { id: 2, [name(1)]: 5 }])
      expect((await handle.getMany([2]))[0]).toMatchObject({ id: 2, [name(1)]: 5 })
      expect(await handle.where((row) => row[name(1)]!.eq(5)).all()).toHaveLength(1)
      const streamed: unknown[] = []
      for await (const row of handle.stream()) streamed.push(row)
      expect(streamed).toHaveLength(2)
    }
  },
)

test('streams that nobody finishes are refused beyond a limit, and free it when they are', async () => {
  const database = await openedWithItems(3000, { readers: 0 })
  const streams: AsyncGenerator<unknown>[] = []
  const openOne = async () => {
    const stream = database.table(items).stream()[Symbol.asyncIterator]() as AsyncGenerator<unknown>
    await stream.next()
    streams.push(stream)
  }
  const openAll = async () => {
    for (let count = 0; count < 1000; count++) await openOne()
  }
  await expect(openAll()).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    message: expect.stringContaining('"readers"') as string,
  })
  expect(streams.length).toBeGreaterThanOrEqual(100)
  expect(await database.table(items).get(1)).toEqual({ id: 1, name: 'item 1' })
  await streams[0]!.return(undefined)
  await openOne()
})
