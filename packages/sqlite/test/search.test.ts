import { bytes, integer, table, text, uuid } from '@holdfast/core'
import Driver from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { opened } from './databases.js'
import { temporaryFile } from './files.js'

const articles = table('articles', { id: integer().primaryKey(), title: text(), body: text().nullable() })

const rows = [
  { id: 1, title: 'Kelp forests', body: 'The holdfast grips the rock.' },
  { id: 2, title: 'Rock pools', body: 'Pools of rock, rock and more rock.' },
  { id: 3, title: 'Café culture', body: null },
  { id: 4, title: 'NULL and void', body: 'AND OR NOT NEAR "quoted" (parentheses) col:umn -minus' },
]

async function filled() {
  const database = await opened()
  await database.ensure(articles)
  await database.table(articles).insert(rows)
  return database
}

const ids = async (found: Promise<{ id: number }[]>) => (await found).map(({ id }) => id)

test('rows are found by words in any of the columns, best first', async () => {
  const table = (await filled()).table(articles)
  expect(await ids(table.search(['title', 'body'], 'rock'))).toEqual([2, 1])
  expect(await ids(table.search(['body'], 'rock', { limit: 1 }))).toEqual([2])
  expect(await ids(table.search(['title'], 'rock'))).toEqual([2])
  expect(await ids(table.search(['title'], 'holdfast'))).toEqual([])
})

test('all words must occur; phrases and beginnings can be asked for; case and accents do not count', async () => {
  const table = (await filled()).table(articles)
  const find = (query: string) => ids(table.search(['title', 'body'], query))
  expect(await find('rock holdfast')).toEqual([1])
  expect(await find('"grips the rock"')).toEqual([1])
  expect(await find('"rock the grips"')).toEqual([])
  expect(await find('for*')).toEqual([1])
  expect(await find('for')).toEqual([])
  expect(await find('CAFE')).toEqual([3])
})

test.each([
  '',
  '   ',
  '"',
  '*',
  '""',
  'AND',
  'title : rock',
  'rock NOT pools OR',
  'NEAR(rock pools, 2',
  "'; drop table articles; --",
  '^rock + -pools',
  'a\0b',
  '\ud800',
])('the query %j is no error', async (query) => {
  const database = await filled()
  await database.table(articles).search(['title', 'body'], query)
  expect(await database.table(articles).count()).toBe(rows.length)
})

describe.each([
  ['an integer key', integer()],
  ['a text key', text()],
] as const)('an index over %s is never stale', (_, column) => {
  test('after every kind of write', async () => {
    const path = temporaryFile()
    const database = await opened({ path })
    const isText = column.settings.type.name === 'text'
    const notes = table('notes', { key: column.primaryKey(), kind: text(), body: text() })
    await database.ensure(notes)
    const handle = database.table<typeof notes>(notes)
    const key = (number: number) => (isText ? `k${number}` : number) as never
    const find = async (query: string) =>
      (await handle.search(['body'], query)).map((row) => row.key as unknown).sort()
    const note = (number: number, body: string) => ({ key: key(number), kind: 'x', body })
    const keys = (...numbers: readonly number[]) => numbers.map(key)

    await handle.insert(note(1, 'alpha'))
    expect(await find('alpha')).toEqual(keys(1))
    await handle.insert([note(2, 'alpha beta'), note(3, 'beta')])
    expect(await find('alpha')).toEqual(keys(1, 2))
    await handle.put([note(1, 'gamma'), note(4, 'alpha')])
    expect(await find('alpha')).toEqual(keys(2, 4))
    await handle.patch(key(2), { body: 'delta' })
    await handle.patch(key(3), { kind: 'y' })
    expect(await find('alpha')).toEqual(keys(4))
    expect(await find('beta')).toEqual(keys(3))
    await handle.delete(key(4))
    expect(await find('alpha')).toEqual([])
    await handle.where((row) => row.kind.eq('y')).update(() => ({ body: 'alpha' }))
    expect(await find('alpha')).toEqual(keys(3))
    await expect(
      database.transaction(async (tx) => {
        await tx.table<typeof notes>(notes).insert(note(9, 'alpha'))
        expect(await tx.table<typeof notes>(notes).search(['body'], 'alpha')).toHaveLength(2)
        throw new Error('undo')
      }),
    ).rejects.toThrow('undo')
    expect(await find('alpha')).toEqual(keys(3))

    const other = new Driver(path)
    other.prepare('insert into notes values (?, ?, ?)').run(isText ? 'k7' : 7, 'x', 'alpha')
    other.prepare('insert or replace into notes values (?, ?, ?)').run(isText ? 'k3' : 3, 'x', 'omega')
    other.close()
    expect(await find('alpha')).toEqual(keys(7))
    expect(await find('omega')).toEqual(keys(3))
    await handle.clear()
    expect(await find('omega')).toEqual([])
  })
})

test('rows with keys of several columns and large values are found', async () => {
  const database = await opened()
  const files = table(
    'files',
    { owner: uuid(), name: text(), content: bytes() },
    { primaryKey: ['owner', 'name'] },
  )
  await database.ensure(files)
  const owner = '01234567-89ab-cdef-0123-456789abcdef'
  const handle = database.table(files)
  await handle.insert([
    { owner, name: 'first letter', content: Uint8Array.of(1) },
    { owner, name: 'second letter', content: Uint8Array.of(2) },
  ])
  expect(await handle.search(['name'], 'second')).toEqual([
    { owner, name: 'second letter', content: Uint8Array.of(2) },
  ])
})

test('a table that is dropped takes its indexes along', async () => {
  const database = await filled()
  await database.table(articles).search(['title'], 'rock')
  await database.drop('articles')
  const left = database.native.prepare('select name from sqlite_schema').pluck().all()
  expect(left).not.toContainEqual(expect.stringContaining('search'))
  await database.ensure(articles)
  await database.table(articles).insert({ id: 1, title: 'new', body: null })
  expect(await ids(database.table(articles).search(['title'], 'rock'))).toEqual([])
  expect(await ids(database.table(articles).search(['title'], 'new'))).toEqual([1])
})

test('keys are generated as ever', async () => {
  const database = await opened()
  const posts = table('posts', { id: integer().primaryKey().generated(), body: text() })
  await database.ensure(posts)
  const handle = database.table(posts)
  await handle.search(['body'], 'nothing')
  for (let id = 1; id <= 5; id++) {
    expect((await handle.insert({ body: `post number ${id}` })).keys).toEqual([id])
  }
  expect((await handle.insert([{ body: 'a' }, { body: 'b' }])).keys).toEqual([6, 7])
})

test('indexes are hidden, and cannot be made by a database that only reads', async () => {
  const path = temporaryFile()
  const database = await opened({ path })
  await database.ensure(articles)
  await database.table(articles).search(['title'], 'rock')
  expect((await database.tables()).map(({ name }) => name)).toEqual(['articles'])

  const reader = await opened({ path, readOnly: true })
  expect(await reader.table(articles).search(['title'], 'rock')).toEqual([])
  await expect(reader.table(articles).search(['body'], 'rock')).rejects.toMatchObject({ code: 'READ_ONLY' })
})
