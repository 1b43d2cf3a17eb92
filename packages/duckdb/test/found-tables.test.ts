import { DuckDBInstance } from '@duckdb/node-api'
import { count, open } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { duckdb } from '../src/index.js'
import { items, opened } from './databases.js'
import { temporaryFile } from './files.js'

/** A database that another program made. */
async function made(...statements: readonly string[]): Promise<string> {
  const path = temporaryFile()
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
  return path
}

const openedWith = async (...statements: readonly string[]) => opened({ path: await made(...statements) })

describe('tables of other programs are described', () => {
  test('by the types of their columns', async () => {
    const database = await openedWith(
      `create table t (
        id bigint primary key, tiny tinyint, small usmallint not null, whole integer, huge hugeint, flag boolean, price decimal(10, 2),
        wide decimal(38, 10), ratio float, name varchar not null, doc json, photo blob, born date, "at" timestamp_ms, since timestamp,
        zoned timestamptz, exact timestamp_ns, whole_second timestamp_s, clock time, span interval, mood enum ('good', 'bad'),
        tags varchar[], place struct(x integer), uid uuid
      )`,
    )
    const [table] = await database.tables()
    expect(table!.columns.map(({ name, type, nullable }) => [name, describeType(type), nullable])).toEqual([
      ['id', 'bigint', false],
      ['tiny', 'integer', true],
      ['small', 'integer', false],
      ['whole', 'integer', true],
      ['huge', 'bigint', true],
      ['flag', 'boolean', true],
      ['price', 'decimal(10,2)', true],
      ['wide', 'text', true],
      ['ratio', 'double', true],
      ['name', 'text', false],
      ['doc', 'text', true],
      ['photo', 'bytes', true],
      ['born', 'date', true],
      ['at', 'timestamp ms', true],
      ['since', 'timestamp us', true],
      ['zoned', 'timestamp us', true],
      ['exact', 'timestamp us', true],
      ['whole_second', 'timestamp ms', true],
      ['clock', 'text', true],
      ['span', 'text', true],
      ['mood', 'text', true],
      ['tags', 'text', true],
      ['place', 'text', true],
      ['uid', 'uuid', true],
    ])
    // A column of them could not be written as it was read.
    expect(table!.primaryKey).toEqual([])
  })

  test('with their keys and indexes', async () => {
    const database = await openedWith(
      'create table t (id integer, part varchar, a bigint unique, b varchar, primary key (part, id))',
      'create index by_b on t (b, a)',
      'create unique index only_b on t (b)',
      'create index computed on t (lower(b))',
    )
    const [table] = await database.tables()
    expect(table!.primaryKey).toEqual(['part', 'id'])
    expect(table!.indexes).toEqual([
      { name: 'a', columns: ['a'], unique: true },
      { name: 'by_b', columns: ['b', 'a'], unique: false },
      { name: 'only_b', columns: ['b'], unique: true },
    ])
  })

  test.each([
    ['has no key', 'create table t (id bigint, name varchar)'],
    [
      'has computed columns',
      'create table t (id bigint primary key, twice bigint generated always as (id * 2))',
    ],
    [
      'is unique by an expression',
      'create table t (id bigint primary key, s varchar); create unique index u on t (lower(s))',
    ],
    ['compares by a collation', 'create table t (id bigint primary key, s varchar collate nocase)'],
  ])('as one that can only be read when it %s', async (_, statements) => {
    const database = await openedWith(...statements.split(';'))
    const [table] = await database.tables()
    expect(table!.primaryKey).toEqual([])
    await expect((await database.table('t')).clear()).rejects.toMatchObject({ code: 'READ_ONLY' })
  })

  test('leaving out those in other schemas, views, and names that cannot be written', async () => {
    const database = await openedWith(
      'create schema other',
      'create table other.hidden (id bigint primary key)',
      'create table "two words" (id bigint primary key)',
      'create table t (id bigint primary key, "two words" bigint)',
      'create view v as select 1 as one',
    )
    expect(
      (await database.tables()).map(({ name, columns }) => [name, columns.map((column) => column.name)]),
    ).toEqual([['t', ['id']]])
  })

  test.each(['two words', 'with.dot', 'with "quotes"', '"', "it's", 'select'])(
    'beside one that is called %s',
    async (name) => {
      const database = await openedWith(
        'create table t (id bigint primary key, name varchar)',
        `create table "${name.replaceAll('"', '""')}" (other bigint)`,
      )
      const [table] = (await database.tables()).filter((one) => one.name === 't')
      expect(table!.columns.map((column) => column.name)).toEqual(['id', 'name'])
    },
  )

  test('however many there are', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `t${index + 10}`)
    const database = await openedWith(
      ...names.map((name) => `create table ${name} (id bigint primary key, of_${name} integer not null)`),
    )
    const described = async () =>
      (await database.tables()).map(({ name, columns }) => [name, columns.map((column) => column.name)])
    expect(await described()).toEqual(names.map((name) => [name, ['id', `of_${name}`]]))
    await database.sql`alter table t12 rename of_t12 to renamed`
    await database.sql`drop table t13`
    expect(await described()).toEqual(
      names
        .filter((name) => name !== 't13')
        .map((name) => [name, ['id', name === 't12' ? 'renamed' : `of_${name}`]]),
    )
  })
})

function describeType(type: object): string {
  const { name, ...rest } = type as { name: string; precision?: number; scale?: number; unit?: string }
  if (name === 'decimal') return `decimal(${rest.precision},${rest.scale})`
  return name === 'timestamp' ? `timestamp ${rest.unit}` : name
}

test('values are read as what they are described as, within conditions too', async () => {
  const database = await openedWith(
    "set timezone = 'America/New_York'",
    'create table t (id integer, ratio float, huge hugeint, zoned timestamptz, second timestamp_s, exact timestamp_ns, mood varchar[])',
    "insert into t values (1, 0.5, -5, '2024-03-10 12:00:00+00', '2024-03-10 12:00:00', '2024-03-10 12:00:00.000001', ['a', 'b'])",
    'insert into t values (2, null, null, null, null, null, null)',
  )
  const t = await database.table<{ huge: bigint | null; zoned: bigint | null }>('t')
  const instant = 1_710_072_000_000
  expect(await t.all()).toEqual([
    {
      id: 1,
      ratio: 0.5,
      huge: -5n,
      zoned: BigInt(instant) * 1000n,
      second: new Date(instant),
      exact: BigInt(instant) * 1000n + 1n,
      mood: '[a, b]',
    },
    { id: 2, ratio: null, huge: null, zoned: null, second: null, exact: null, mood: null },
  ])
  expect(await t.where((row) => row.huge.eq(-5n)).count()).toBe(1)
  expect(await t.where((row) => row.zoned.eq(BigInt(instant) * 1000n)).count()).toBe(1)
})

test.each([
  ["'nan'::float", 'float'],
  ["'infinity'::double", 'double'],
  ['170141183460469231731687303715884105727', 'hugeint'],
  ["'infinity'::date", 'date'],
  ["'10000-01-01'::date", 'date'],
  ["'infinity'::timestamp", 'timestamp'],
  ["'0001-01-01 (BC)'::timestamp", 'timestamp'],
  ["'2024-03-10 12:00:00.000000001'::timestamp_ns", 'timestamp_ns'],
])('%s, which no type has, is INVALID_DATA', async (value, type) => {
  const database = await openedWith(
    `create table t (id bigint primary key, v ${type}, w ${type})`,
    `insert into t values (1, ${value}, null), (2, null, null)`,
  )
  const t = await database.table('t')
  await expect(t.all()).rejects.toMatchObject({ code: 'INVALID_DATA' })
  await expect(t.where((row) => row['v']!.isDistinctFrom(row['w']!)).count()).rejects.toMatchObject({
    code: 'INVALID_DATA',
  })
  // Where the value is not looked at, it does no harm.
  expect(await t.select((row) => ({ id: row['id']! })).all()).toHaveLength(2)
})

test('text is compared by code points, whatever its collation', async () => {
  const database = await openedWith(
    'create table t (s varchar collate nocase)',
    "insert into t values ('a'), ('A'), ('b'), ('B')",
  )
  const t = await database.table('t')
  expect((await t.all()).map((row) => row['s'])).toEqual(['A', 'B', 'a', 'b'])
  expect(await t.where((row) => row['s']!.eq('a')).count()).toBe(1)
  expect(
    await t
      .groupBy((row) => ({ s: row['s']! }))
      .select((row) => ({ s: row['s']!, n: count() }))
      .all(),
  ).toHaveLength(4)
})

test('tables of other programs can be written to', async () => {
  const database = await openedWith(
    'create table t (id integer primary key, name varchar, price decimal(10, 2), tag varchar)',
    'create unique index tags on t (tag)',
    "insert into t values (1, 'one', 1.50, 'x')",
  )
  const t = await database.table('t')
  await t.insert([
    { id: 2, name: 'two', price: '2.00', tag: 'y' },
    { id: 3, name: 'three', price: null, tag: null },
    { id: 4, name: 'four', price: '4.25', tag: 'z' },
  ])
  // The index was found in the file, the row gives its value up and takes it again.
  await t.put([
    { id: 1, name: 'uno', price: '1.75', tag: 'x' },
    { id: 2, name: 'due', price: '2.00', tag: 'w' },
    { id: 3, name: 'tre', price: null, tag: 'y' },
  ])
  await expect(t.patch(1, { tag: 'z' })).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' })
  await expect(t.insert([{ id: 2, name: '', price: null, tag: null }])).rejects.toMatchObject({
    code: 'DUPLICATE_KEY',
  })
  await expect(
    t.insert([5, 6, 2 ** 40].map((id) => ({ id, name: '', price: null, tag: null }))),
  ).rejects.toMatchObject({
    code: 'INVALID_VALUE',
  })
  expect(await t.delete(4)).toBe(true)
  expect(await t.all()).toEqual([
    { id: 1, name: 'uno', price: '1.75', tag: 'x' },
    { id: 2, name: 'due', price: '2.00', tag: 'w' },
    { id: 3, name: 'tre', price: null, tag: 'y' },
  ])
})

test('what another program forbids is refused, and leaves everything as it was', async () => {
  const database = await openedWith(
    'create table t (id bigint primary key, n bigint check (n > 0))',
    'insert into t values (1, 1)',
  )
  const t = await database.table('t')
  await expect(
    t.insert([
      { id: 2n, n: 5n },
      { id: 3n, n: 0n },
      { id: 4n, n: 1n },
    ]),
  ).rejects.toMatchObject({
    code: 'CHECK_VIOLATION',
  })
  await expect(t.patch(1n, { n: -1n })).rejects.toMatchObject({ code: 'CHECK_VIOLATION' })
  await expect(t.where((row) => row['id']!.eq(1n)).update({ n: -1n })).rejects.toMatchObject({
    code: 'CHECK_VIOLATION',
  })
  expect(await t.all()).toEqual([{ id: 1n, n: 1n }])
})

test('a table of ours that was changed by another program is described as it is now', async () => {
  const path = temporaryFile()
  const database = await open(duckdb({ path }))
  await database.ensure(items)
  await database.table(items).insert({ id: 1, name: 'one' })
  await database.sql`alter table items add column extra integer`
  const [found] = await database.tables()
  expect(found!.columns.map(({ name }) => name)).toEqual(['id', 'name', 'extra'])
  const t = await database.table('items')
  expect(await t.all()).toEqual([{ id: 1n, name: 'one', extra: null }])
  await expect(database.ensure(items)).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
  await database.close()
})
