import { open } from '@holdfast/core'
import type { DiagnosticEvent } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { sqlite } from '../src/index.js'
import { itemRows, items, opened, openedWithItems } from './databases.js'
import { temporaryFile } from './files.js'

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
    ['the end of a savepoint', 'release s', 'UNSUPPORTED'],
    ['a transaction that writes', 'BEGIN IMMEDIATE', 'UNSUPPORTED'],
    ['a transaction that is alone', 'begin exclusive transaction', 'UNSUPPORTED'],
    ['a transaction after comments', '; -- begin\n /* of\n a */ ;\tbegin/**/immediate', 'UNSUPPORTED'],
    ['the end of a transaction', 'end', 'UNSUPPORTED'],
    ['a commit', ' commit', 'UNSUPPORTED'],
    ['a rollback', 'rollback to s', 'UNSUPPORTED'],
    ['a detachment', 'detach other', 'UNSUPPORTED'],
    ['a journal mode', 'pragma journal_mode = delete', 'UNSUPPORTED'],
    ['a journal mode in brackets', 'PRAGMA main . "journal_mode" /* */ (delete)', 'UNSUPPORTED'],
    ['a locking mode', "pragma 'locking_mode'=exclusive", 'UNSUPPORTED'],
    ['a setting of one connection', 'pragma foreign_keys = off', 'UNSUPPORTED'],
  ])('refuses %s', async (_, text, code) => {
    const database = await openedWithItems(1)
    const template = Object.assign([text], { raw: [text] })
    await expect(database.sql(template)).rejects.toMatchObject({ code })
    await database.table(items).insert({ id: 5, name: 'still works' })
  })

  test.each([
    'begin immediate',
    'commit',
    'rollback',
    'savepoint s',
    'release s',
    'pragma journal_mode = wal',
  ])('refuses %s in a transaction, which goes on', async (text) => {
    const database = await openedWithItems(1)
    const template = Object.assign([text], { raw: [text] })
    await database.transaction(async (tx) => {
      await tx.table(items).insert({ id: 1, name: 'before' })
      await expect(tx.sql(template)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
      await tx.table(items).insert({ id: 2, name: 'after' })
    })
    expect(await database.table(items).count()).toBe(3)
  })

  test('nothing that was acknowledged is lost after a refused beginning', async () => {
    const path = temporaryFile()
    const database = await openedWithItems(0, { path })
    await expect(database.sql`BEGIN IMMEDIATE`).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('transaction()') as string,
    })
    await database.table(items).insert({ id: 1, name: 'kept' })
    await database.close()
    expect(await (await opened({ path })).table(items).count()).toBe(1)
  })

  test('asks and sets what belongs to the file', async () => {
    const database = await openedWithItems(1)
    await database.sql`pragma user_version = 7`
    expect(await database.sql`pragma user_version`).toEqual([{ user_version: 7 }])
    expect(await database.sql`pragma journal_mode`).toEqual([{ journal_mode: 'wal' }])
    expect(await database.sql`pragma table_info(items)`).toHaveLength(2)
    expect(await database.sql`pragma main.integrity_check(5)`).toEqual([{ integrity_check: 'ok' }])
    expect(await database.sql`pragma wal_checkpoint(truncate)`).toMatchObject([{ busy: 0 }])
  })

  test.each([Symbol('s'), () => 1, {}, [], new Date(Number.NaN)])('refuses %o as a value', async (value) => {
    const database = await opened()
    await expect(database.sql`select ${value}`).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  })
})

test.each([
  ['a revoked proxy', revokedProxy()],
  ['a proxy of a date', new Proxy(new Date(0), {})],
  [
    'a proxy that throws',
    new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error('trap')
        },
      },
    ),
  ],
])('SQL refuses %s as a value', async (_, value) => {
  const database = await opened()
  await expect(database.sql`select ${value}`).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

test('a table that is not there: the message says what makes it', async () => {
  const database = await opened()
  await expect(database.table(items).get(1)).rejects.toMatchObject({
    code: 'UNKNOWN_TABLE',
    message: 'The table "items" does not exist. Create it with ensure().',
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
  for (const begin of [
    'CREATE TABLE',
    'INSERT OR ABORT INTO',
    'SELECT',
    'BEGIN',
    'UPDATE',
    'DELETE',
    'COMMIT',
  ]) {
    expect(statements).toContainEqual(expect.stringMatching(`^${begin}`))
  }
  expect(JSON.stringify(events)).not.toContain('secret')
})
