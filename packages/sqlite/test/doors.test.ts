import { open } from '@holdfast/core'
import type { DiagnosticEvent } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { sqlite } from '../src/index.js'
import { itemRows, items, opened, openedWithItems } from './databases.js'

describe('SQL of one’s own', () => {
  test('binds values and gives rows as the driver does', async () => {
    const database = await openedWithItems(5)
    const rows = await database.sql`select id, name from items where id > ${2} order by id`
    expect(rows).toEqual(itemRows(2, 3))
  })

  test('whole numbers are integers, large ones stay exact', async () => {
    const database = await opened()
    const rows =
      await database.sql`select ${7} / ${2} as quotient, typeof(${1.5}) as real, ${9007199254740993n} as large, ${true} as flag, ${null} as none, ${new Date(5)} as instant, ${Uint8Array.of(1)} as bytes`
    expect(rows).toEqual([
      {
        quotient: 3,
        real: 'real',
        large: 9007199254740993n,
        flag: 1,
        none: null,
        instant: 5,
        bytes: Buffer.of(1),
      },
    ])
  })

  test('writes', async () => {
    const database = await openedWithItems(5)
    expect(await database.sql`delete from items where id < ${3}`).toEqual([])
    const rows = await database.sql`insert into items values (${9}, ${'nine'}) returning id`
    expect(rows).toEqual([{ id: 9 }])
    expect(await database.table(items).count()).toBe(3)
  })

  test('is part of the transaction that it is asked of', async () => {
    const database = await openedWithItems(1)
    const undone = database.transaction(async (tx) => {
      await tx.sql`insert into items values (7, 'seven')`
      expect(await tx.sql`select count(*) as n from items`).toEqual([{ n: 2 }])
      throw new Error('undo')
    })
    await expect(undone).rejects.toThrow('undo')
    expect(await database.table(items).count()).toBe(1)
  })

  test('makes tables that are there at once', async () => {
    const database = await opened()
    await database.sql`create table made (id integer primary key, name text)`
    expect((await database.tables()).map(({ name }) => name)).toEqual(['made'])
    const table = await database.table('made')
    await table.insert({ id: 1, name: 'one' })
    expect(await table.all()).toEqual([{ id: 1, name: 'one' }])
  })

  test.each([
    ['no SQL', 'nonsense', 'ENGINE'],
    ['two statements', 'select 1; select 2', 'INVALID_ARGUMENT'],
    ['nothing', ' ', 'INVALID_ARGUMENT'],
    ['a transaction', 'begin', 'UNSUPPORTED'],
    ['an attachment', "attach 'other.db' as other", 'UNSUPPORTED'],
    ['a savepoint', 'savepoint s', 'UNSUPPORTED'],
  ])('refuses %s', async (_, text, code) => {
    const database = await openedWithItems(1)
    const template = Object.assign([text], { raw: [text] })
    await expect(database.sql(template)).rejects.toMatchObject({ code })
    await database.table(items).insert({ id: 5, name: 'still works' })
  })

  test.each([Symbol('s'), () => 1, {}, [], new Date(Number.NaN)])('refuses %o as a value', async (value) => {
    const database = await opened()
    await expect(database.sql`select ${value}`).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

test('explain shows the statement and SQLite’s plan of it', async () => {
  const database = await openedWithItems(10)
  const { engines } = await database
    .table(items)
    .where((row) => row.id.eq(3))
    .explain()
  expect(engines).toHaveLength(1)
  expect(engines[0]!.sql).toContain('WHERE')
  expect(engines[0]!.plan).toContain('USING INTEGER PRIMARY KEY')
})

test('statistics tell sizes and rows', async () => {
  const database = await openedWithItems(1000)
  const { sizeBytes, tables, engine } = await database.stats()
  const [table] = tables
  expect(table).toMatchObject({ name: 'items', rows: 1000 })
  expect(table!.sizeBytes).toBeGreaterThan(1000 * 8)
  expect(sizeBytes).toBeGreaterThanOrEqual(table!.sizeBytes!)
  expect(engine).toMatchObject({
    pageSize: 4096,
    journalMode: 'wal',
    version: expect.stringMatching(/^3\./) as string,
  })
})

test('statistics can be asked for beside an open stream', async () => {
  const database = await openedWithItems(5000, { path: ':memory:' })
  const stream = database.table(items).stream()[Symbol.asyncIterator]()
  await stream.next()
  expect((await database.stats()).tables[0]).toMatchObject({ rows: 5000 })
  await stream.return?.()
})

test('every statement is reported, and no value', async () => {
  const events: DiagnosticEvent[] = []
  const database = await open(sqlite({ path: ':memory:' }), {
    diagnostics: (event) => void events.push(event),
  })
  await database.ensure(items)
  await database.table(items).insert({ id: 1, name: 'secret' })
  await database.table(items).get(1)
  await database
    .table(items)
    .where((row) => row.name.eq('secret'))
    .all()
  await database.table(items).insert(itemRows(3, 10))
  await database.table(items).patch(1, { name: 'secret too' })
  await database.transaction((tx) => tx.table(items).delete(1))
  for await (const _ of database.table(items).stream());
  await database.close()
  const statements = events.flatMap(({ sql }) => sql)
  for (const begin of ['CREATE TABLE', 'INSERT INTO', 'SELECT', 'BEGIN', 'UPDATE', 'DELETE', 'COMMIT']) {
    expect(statements).toContainEqual(expect.stringMatching(`^${begin}`))
  }
  expect(JSON.stringify(events)).not.toContain('secret')
})
