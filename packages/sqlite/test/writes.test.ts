import { bigint, boolean, bytes, integer, table, text, uuid } from '@holdfast/core'
import type { Table } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { itemRows, items, opened, openedWithItems } from './databases.js'

const people = table(
  'people',
  { id: integer().primaryKey(), email: text().nullable(), name: text(), version: integer().version() },
  { indexes: [{ name: 'by_email', columns: ['email'], unique: true }] },
)

const person = (id: number, email: string | null = `${id}@example.org`) => ({
  id,
  email,
  name: `person ${id}`,
})

describe('a refused row is named, wherever in a large batch it is', () => {
  test.each([0, 1, 31, 32, 33, 500, 2999])('a key that exists, at %i', async (position) => {
    const database = await openedWithItems(1)
    const rows = itemRows(3000, 1)
    rows[position] = { id: 0, name: 'again' }
    await expect(database.table(items).insert(rows)).rejects.toMatchObject({
      code: 'DUPLICATE_KEY',
      table: 'items',
      key: 0,
    })
    expect(await database.table(items).count()).toBe(1)
  })

  test.each([0, 3, 4, 7, 150])('a value of a unique index that exists, at %i', async (position) => {
    const database = await opened()
    await database.ensure(people)
    const table = database.table(people)
    await table.insert(person(0))
    const rows = Array.from({ length: 200 }, (_, index) => person(index + 1))
    rows[position] = person(1000, '0@example.org')
    const refused = {
      code: 'UNIQUE_VIOLATION',
      key: 1000,
      message: expect.stringContaining('by_email') as string,
    }
    await expect(table.insert(rows)).rejects.toMatchObject(refused)
    await expect(table.put(rows)).rejects.toMatchObject(refused)
    expect(await table.count()).toBe(1)
    expect((await table.insert(rows, { onConflict: 'skip' })).count).toBe(199)
  })

  test('a key that is there twice', async () => {
    const database = await openedWithItems(0)
    const rows = itemRows(100)
    rows[90] = { id: 10, name: 'twice' }
    await expect(database.table(items).insert(rows)).rejects.toMatchObject({ code: 'DUPLICATE_KEY', key: 10 })
    expect(await database.table(items).count()).toBe(0)
  })

  test('the key counts before the index, and patches name both', async () => {
    const database = await opened()
    await database.ensure(people)
    const table = database.table(people)
    await table.insert([person(1), person(2)])
    await expect(table.insert(person(1))).rejects.toMatchObject({ code: 'DUPLICATE_KEY', key: 1 })
    await expect(table.patch(2, { email: '1@example.org' })).rejects.toMatchObject({
      code: 'UNIQUE_VIOLATION',
      key: 2,
      message: expect.stringContaining('by_email') as string,
    })
    await expect(
      table.where((row) => row.id.eq(2)).update(() => ({ email: '1@example.org' })),
    ).rejects.toMatchObject({
      code: 'UNIQUE_VIOLATION',
      message: expect.stringContaining('by_email') as string,
    })
    await table.patch(2, { email: null })
    await table.insert(person(3, null))
    expect(await table.count()).toBe(3)
  })
})

test('put counts distinct keys, and the last of them wins and raises the version', async () => {
  const database = await opened()
  await database.ensure(people)
  const table = database.table(people)
  const rows = Array.from({ length: 100 }, (_, index) => ({
    ...person(index % 10, null),
    name: `round ${index}`,
  }))
  expect((await table.put(rows)).count).toBe(10)
  expect(await table.get(3)).toMatchObject({ name: 'round 93', version: 10 })
  expect((await table.put([])).count).toBe(0)
})

interface Generated {
  readonly log: Table
  /** The same with a unique index. */
  readonly strict: Table
  readonly greatest: number | bigint
  readonly key: (value: number) => unknown
}

const line = text()
const keyed = { integer: integer().primaryKey().generated(), bigint: bigint().primaryKey().generated() }
const generated: Record<string, Generated> = {
  integers: {
    log: table('log', { id: keyed.integer, line }),
    strict: table('log', { id: keyed.integer, line: line.unique() }),
    greatest: Number.MAX_SAFE_INTEGER,
    key: Number,
  },
  bigints: {
    log: table('log', { id: keyed.bigint, line }),
    strict: table('log', { id: keyed.bigint, line: line.unique() }),
    greatest: 2n ** 63n - 1n,
    key: BigInt,
  },
}

describe.each(Object.entries(generated))('generated %s', (_, { log, strict, greatest, key }) => {
  test('follow each other across statements, given keys and deletes', async () => {
    const database = await opened()
    await database.ensure(log)
    const handle = database.table(log)
    const keys = async (rows: readonly object[]) => (await handle.insert(rows as never)).keys
    const lines = (count: number) => Array.from({ length: count }, (_, index) => ({ line: `line ${index}` }))
    const range = (first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, index) => key(first + index))

    expect(await keys(lines(1))).toEqual(range(1, 1))
    expect(await keys(lines(75))).toEqual(range(2, 76))
    expect(await keys([{ line: 'a' }, { id: key(200), line: 'b' }, { line: 'c' }])).toEqual(
      [77, 200, 201].map((value) => key(value)),
    )
    await handle.delete(key(201))
    expect(await keys(lines(2))).toEqual(range(202, 203))
    await handle.clear()
    expect(await keys(lines(1))).toEqual(range(204, 204))
    await handle.insert({ id: key(-5), line: 'negative' } as never)
    expect(await keys(lines(1))).toEqual(range(205, 205))
  })

  test('of a negative first key begin at one', async () => {
    const database = await opened()
    await database.ensure(log)
    const handle = database.table(log)
    await handle.insert({ id: key(-5), line: 'negative' } as never)
    expect((await handle.insert({ line: 'next' } as never)).keys).toEqual([key(1)])
  })

  test('that are used up are an error that changes nothing', async () => {
    const database = await opened()
    await database.ensure(log)
    const handle = database.table(log)
    await handle.insert({ id: greatest, line: 'last' } as never)
    await expect(handle.insert({ line: 'one' } as never)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    await expect(handle.insert([{ line: 'one' }, { line: 'two' }] as never)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
    expect(await handle.count()).toBe(1)
  })

  test('are told for skipped rows as null', async () => {
    const database = await opened()
    await database.ensure(strict)
    const handle = database.table(strict)
    await handle.insert({ line: 'a' } as never)
    const rows = [{ line: 'b' }, { line: 'a' }, { line: 'c' }] as never
    const { count, keys } = await handle.insert(rows, { onConflict: 'skip' })
    expect(count).toBe(2)
    expect(keys.map((value) => value === null)).toEqual([false, true, false])
  })
})

describe('tables lie in the file as their keys ask for', () => {
  const shapes = {
    number: table('number', { id: integer().primaryKey(), name: text() }),
    generated: table('generated', { id: bigint().primaryKey().generated() }),
    clustered: table('clustered', { id: uuid().primaryKey(), flag: boolean() }),
    large: table('large', { id: text().primaryKey(), content: bytes() }),
  }

  test.each([
    ['number', /"id" INTEGER PRIMARY KEY NOT NULL.*\) STRICT$/],
    ['generated', /"id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL\) STRICT$/],
    ['clustered', /CHECK \("flag" IN \(0, 1\)\), PRIMARY KEY \("id"\)\) STRICT, WITHOUT ROWID$/],
    ['large', /"id" TEXT NOT NULL.*PRIMARY KEY \("id"\)\) STRICT$/],
  ] as const)('%s', async (name, expected) => {
    const database = await opened()
    await database.ensure(shapes[name])
    const sql = database.native.prepare('select sql from sqlite_schema where name = ?').pluck().get(name)
    expect(sql).toMatch(expected)
  })
})

test('an index of one name may be on two tables', async () => {
  const database = await opened()
  const make = (name: string) =>
    table(
      name,
      { id: integer().primaryKey(), at: integer() },
      { indexes: [{ name: 'by_at', columns: ['at'] }] },
    )
  await database.ensure(make('first'))
  await database.ensure(make('second'))
  await database.ensure(make('second'))
  expect((await database.tables()).map(({ indexes }) => indexes.map(({ name }) => name))).toEqual([
    ['by_at'],
    ['by_at'],
  ])
})

test('hostile names and values are names and values', async () => {
  const database = await opened()
  const odd = table('select', { from: integer().primaryKey(), where: text(), Order: text() })
  await database.ensure(odd)
  const row = { from: 1, where: `'; drop table "select"; --`, Order: '"\'`%_\\?' }
  await database.table(odd).insert(row)
  expect(
    await database
      .table(odd)
      .where((columns) => columns.where.eq(row.where))
      .all(),
  ).toEqual([row])
  expect(
    await database
      .table(odd)
      .where((columns) => columns.Order.contains(row.Order))
      .all(),
  ).toEqual([row])
})
