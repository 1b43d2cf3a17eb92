import { open } from '@holdfast/core'
import Driver from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { sqlite } from '../src/index.js'
import { items, itemRows, opened } from './databases.js'
import { temporaryFile } from './files.js'

/** A database that another program made. */
function made(...statements: readonly string[]): string {
  const path = temporaryFile()
  const driver = new Driver(path)
  for (const statement of statements) driver.exec(statement)
  driver.close()
  return path
}

async function described(...statements: readonly string[]) {
  const database = await opened({ path: made(...statements) })
  return database.tables()
}

describe('tables of other programs are described', () => {
  test('by the types that their columns are declared with', async () => {
    const [table] = await described(
      `create table t (
        id integer primary key, small smallint not null, big bigint, flag boolean, price decimal(10, 2), ratio double precision,
        name varchar(20) not null, note text, photo blob, born date, seen datetime, anything, odd point
      )`,
    )
    expect(table!.columns.map(({ name, type, nullable }) => [name, type.name, nullable])).toEqual([
      ['id', 'integer', false],
      ['small', 'integer', false],
      ['big', 'bigint', true],
      ['flag', 'boolean', true],
      ['price', 'double', true],
      ['ratio', 'double', true],
      ['name', 'text', false],
      ['note', 'text', true],
      ['photo', 'bytes', true],
      ['born', 'text', true],
      ['seen', 'text', true],
      ['anything', 'text', true],
      ['odd', 'integer', true],
    ])
    expect(table!.primaryKey).toEqual(['id'])
  })

  test('with their indexes, where these are plain', async () => {
    const [table] = await described(
      'create table t (id integer primary key, a text unique, b text, c text collate nocase)',
      'create index by_b on t (b, a)',
      'create index by_c on t (c)',
      "create index some on t (b) where b <> ''",
      'create index computed on t (lower(b))',
    )
    expect(table!.indexes).toEqual([
      { name: 'by_b', columns: ['b', 'a'], unique: false },
      { name: 'a', columns: ['a'], unique: true },
    ])
  })

  test.each([
    ['without a key', 'create table t (a integer, b text)'],
    ['with a key that may be null', 'create table t (a text primary key, b text)'],
    [
      'with a key of another collation',
      'create table t (a text not null collate nocase primary key, b text)',
    ],
    ['with computed columns', 'create table t (a integer primary key, b text, c text as (b || a) stored)'],
    ['with columns that cannot be written', 'create table t (a integer primary key, b text, "c d" text)'],
  ])('%s as tables that can only be read', async (_, statement) => {
    const path = made(statement, "insert into t (a, b) values (2, 'x'), (1, 'y')")
    const database = await opened({ path })
    const [definition] = await database.tables()
    expect(definition!.primaryKey).toEqual([])
    const table = await database.table(definition!.name)
    expect((await table.all()).map((row) => row['b'])).toEqual(['y', 'x'])
    await expect(table.insert({ a: 3, b: 'z' })).rejects.toMatchObject({ code: 'READ_ONLY' })
  })

  test('but not those whose names cannot be written, nor what SQLite keeps for itself', async () => {
    const tables = await described(
      'create table "a b" (id integer primary key)',
      'create table t (id integer primary key autoincrement)',
      'create view v as select * from t',
      'create virtual table texts using fts5(body)',
      'insert into t default values',
      'analyze',
    )
    expect(tables.map(({ name }) => name)).toEqual(['t'])
  })
})

describe('values of loosely typed columns', () => {
  const statements = [
    'create table t (id integer primary key, n int, d real, s text, f boolean, b blob)',
    "insert into t values (1, 1, 1.5, 'one', 1, x'01'), (2, null, 2, 'two', 0, null), (3, 3, null, null, null, x'')",
  ]

  test('are read as their types, and conditions run in SQLite', async () => {
    const database = await opened({ path: made(...statements) })
    const table = await database.table('t')
    expect(await table.all()).toEqual([
      { id: 1, n: 1, d: 1.5, s: 'one', f: true, b: Uint8Array.of(1) },
      { id: 2, n: null, d: 2, s: 'two', f: false, b: null },
      { id: 3, n: 3, d: null, s: null, f: null, b: new Uint8Array() },
    ])
    const query = table.where((row) => row['f']!.eq(true))
    expect(await query.all()).toHaveLength(1)
    const { nodes, nodesTaken } = await query.explain()
    expect(nodesTaken).toBe(nodes)
  })

  test.each([
    ['n', "'text'"],
    ['n', '1.5'],
    ['n', '9007199254740993'],
    ['d', "'text'"],
    ['d', '9e999'],
    ['s', "x'00'"],
    ['s', "'a' || char(0) || 'b'"],
    ['f', '7'],
    ['f', "'yes'"],
    ['b', "'text'"],
  ])(
    'that do not belong to the type of %s (%s) are INVALID_DATA, never another answer',
    async (column, value) => {
      const path = made(
        ...statements.map((statement) => statement.replace('s text', 's')),
        `insert into t (id, ${column}) values (4, ${value})`,
      )
      const database = await opened({ path })
      const table = await database.table('t')
      const invalid = { code: 'INVALID_DATA' }
      await expect(table.all()).rejects.toMatchObject(invalid)
      await expect(table.get(4)).rejects.toMatchObject(invalid)
      await expect(table.where((row) => row[column]!.isNotNull()).count()).rejects.toMatchObject(invalid)
      await expect(
        table.where((row) => row[column]!.isDistinctFrom(row[column]!)).all(),
      ).rejects.toMatchObject(invalid)
      // What is wrong in one row is no reason to refuse the others.
      expect(await table.get(1)).toMatchObject({ id: 1 })
    },
  )

  test('are compared by code points whatever collation they are declared with', async () => {
    const path = made(
      'create table t (id integer primary key, s text collate nocase)',
      "insert into t values (1, 'b'), (2, 'B'), (3, 'a')",
    )
    const database = await opened({ path })
    const table = await database.table('t')
    expect(await table.where((row) => row['s']!.eq('b')).count()).toBe(1)
    expect((await table.orderBy((row) => row['s']!.asc()).all()).map((row) => row['s'])).toEqual([
      'B',
      'a',
      'b',
    ])
    expect(
      await table
        .groupBy((row) => ({ s: row['s']! }))
        .select((row) => ({ s: row['s']! }))
        .count(),
    ).toBe(3)
  })

  test('are written as other programs read them', async () => {
    const path = made(...statements)
    const database = await open(sqlite({ path }))
    const table = await database.table('t')
    await table.insert({ id: 9, n: 7, d: 7, s: '7', f: false, b: Uint8Array.of(7) })
    await table.patch(1, { n: 8 })
    await database.close()
    const driver = new Driver(path)
    const types = 'select typeof(n), typeof(d), typeof(s), typeof(f), typeof(b) from t where id = 9'
    expect(driver.prepare(types).raw().get()).toEqual(['integer', 'real', 'text', 'integer', 'blob'])
    expect(driver.prepare('select n from t where id = 1').pluck().get()).toBe(8)
    driver.close()
  })
})

describe('tables of Holdfast', () => {
  test('that another program has changed are described as they are now', async () => {
    const path = temporaryFile()
    const database = await open(sqlite({ path }))
    await database.ensure(items)
    await database.table(items).insert(itemRows(2))
    await database.close()
    const driver = new Driver(path)
    driver.exec('alter table items add column extra text')
    driver.close()

    const changed = await opened({ path })
    const [table] = await changed.tables()
    expect(table!.columns.map(({ name }) => name)).toEqual(['id', 'name', 'extra'])
    await expect(changed.ensure(items)).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
  })

  test('refuse what does not belong to their types from other programs too', async () => {
    const path = temporaryFile()
    const database = await opened({ path })
    await database.ensure(items)
    const driver = new Driver(path)
    expect(() => driver.exec("insert into items values ('one', 'x')")).toThrow()
    expect(() => driver.exec('insert into items values (1, null)')).toThrow()
    driver.close()
  })
})
