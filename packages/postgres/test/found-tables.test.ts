import { integer, table, text } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { opened, otherProgram } from './databases.js'
import { freshSchema } from './schemas.js'

/** A database that another program made, open. */
async function made(...statements: readonly string[]) {
  const schema = freshSchema()
  const client = await otherProgram()
  await client.query(`create schema "${schema}"`)
  await client.query(`set search_path to "${schema}"`)
  for (const statement of statements) await client.query(statement)
  return { database: await opened({ schema }), client }
}

async function described(...statements: readonly string[]) {
  return (await made(...statements)).database.tables()
}

describe('tables of other programs are described', () => {
  test('by the types that their columns are declared with', async () => {
    const [table] = await described(
      "create type mood as enum ('sad', 'happy')",
      'create domain amount as numeric(10, 2)',
      `create table t (
        id integer primary key, small smallint not null, big bigint, flag boolean, price numeric(10, 2), wide numeric(20, 2),
        free numeric, ratio double precision, thin real, name varchar(20) not null, fixed char(3), note text, photo bytea,
        born date, seen timestamp, precise timestamptz, token uuid, doc json, docb jsonb, mood mood, span interval, tags text[],
        net inet, sum amount
      )`,
    )
    const columns = table!.columns.map(({ name, type, nullable }) => {
      const scale =
        type.name === 'decimal'
          ? `(${type.precision}, ${type.scale})`
          : type.name === 'timestamp'
            ? `(${type.unit})`
            : ''
      return `${name} ${type.name}${scale}${nullable ? '' : ' not null'}`
    })
    expect(columns).toEqual([
      'id integer not null',
      'small integer not null',
      'big bigint',
      'flag boolean',
      'price decimal(10, 2)',
      'wide text',
      'free text',
      'ratio double',
      'thin double',
      'name text not null',
      'fixed text',
      'note text',
      'photo bytes',
      'born date',
      'seen timestamp(us)',
      'precise timestamp(us)',
      'token uuid',
      'doc json',
      'docb json',
      'mood text',
      'span text',
      'tags text',
      'net text',
      'sum text',
    ])
    expect(table!.primaryKey).toEqual(['id'])
  })

  test('with their indexes, where these are plain', async () => {
    const [table] = await described(
      'create table t (id integer primary key, a text unique, b text, c text)',
      'create index by_b on t (b, a)',
      "create index partly on t (b) where b <> ''",
      'create index computed on t (lower(b))',
      'create index by_hash on t using hash (c)',
      'create unique index including on t (c) include (b)',
    )
    expect(table!.indexes).toEqual([
      { name: 'by_b', columns: ['b', 'a'], unique: false },
      { name: 'including', columns: ['c'], unique: true },
      { name: 't_a_key', columns: ['a'], unique: true },
    ])
  })

  test.each([
    ['without a key', 'create table t (a integer, b text)'],
    [
      'with a key that counts no case',
      "create collation nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false); create table t (a integer, b text collate nocase primary key)",
    ],
    ['with a key that is padded', 'create table t (a integer, b char(3) primary key)'],
    [
      'with computed columns',
      "create table t (a integer primary key, b text, c text generated always as (b || 'c') stored)",
    ],
    ['with columns that cannot be written', 'create table t (a integer primary key, b text, "c d" text)'],
    ['with a key that is checked late', 'create table t (a integer primary key deferrable, b text)'],
  ])('%s as tables that can only be read', async (_, statements) => {
    const { database } = await made(
      ...statements.split('; '),
      "insert into t (a, b) values (2, 'x'), (1, 'y')",
    )
    const [definition] = await database.tables()
    expect(definition!.primaryKey).toEqual([])
    const handle = await database.table(definition!.name)
    expect((await handle.all()).map((row) => String(row['b']).trim())).toEqual(['y', 'x'])
    await expect(handle.insert({ a: 3, b: 'z' })).rejects.toMatchObject({ code: 'READ_ONLY' })
  })

  test('but not those whose names cannot be written, nor views', async () => {
    const tables = await described(
      'create table "a b" (id integer primary key)',
      'create table t (id integer primary key)',
      'create view v as select * from t',
      'create table parts (id integer primary key) partition by range (id)',
      'create table parts_1 partition of parts for values from (0) to (10)',
    )
    expect(tables.map(({ name }) => name)).toEqual(['parts', 't'])
  })
})

describe('values of other programs', () => {
  const statements = [
    `create table t (id integer primary key, n integer, w bigint, d double precision, thin real, dec numeric(6, 2), free numeric, s varchar(20),
      fixed char(4), f boolean, b bytea, day date, at timestamp, tz timestamptz, doc jsonb, mood text[])`,
    `insert into t values (1, 1, 9007199254740993, 1.5, 0.1, 12.30, 1e30, 'one', 'ab', true, '\\x01', '2024-02-29', '2024-02-29 12:00',
      '2024-02-29 12:00:00.123456+02', '{"b": 1.0, "a": [1e3, null]}', '{x,"y z"}')`,
    'insert into t (id) values (2)',
  ]
  const first = {
    id: 1,
    n: 1,
    w: 9007199254740993n,
    d: 1.5,
    thin: 0.10000000149011612,
    dec: '12.30',
    free: '1000000000000000000000000000000',
    s: 'one',
    fixed: 'ab',
    f: true,
    b: Uint8Array.of(1),
    day: '2024-02-29',
    at: BigInt(Date.UTC(2024, 1, 29, 12)) * 1000n,
    tz: BigInt(Date.UTC(2024, 1, 29, 10)) * 1000n + 123456n,
    doc: { a: [1000, null], b: 1 },
    mood: '{x,"y z"}',
  }

  test('are read as their types, one by one, together and in streams', async () => {
    const { database } = await made(...statements)
    const handle = await database.table('t')
    expect(await handle.get(1)).toEqual(first)
    expect(await handle.all()).toEqual([
      first,
      { ...Object.fromEntries(Object.keys(first).map((name) => [name, null])), id: 2 },
    ])
    expect(await Array.fromAsync(handle.stream())).toHaveLength(2)
    expect((await handle.stream().next()).value).toEqual(first)
    expect(await handle.getMany([1])).toEqual([first])
  })

  test('are compared in PostgreSQL, but for documents, which core compares', async () => {
    const { database } = await made(...statements)
    const handle = await database.table('t')
    const plain = handle
      .select((row) => ({ id: row['id']!, d: row['d']!, tz: row['tz']! }))
      .where((row) => row.d.isNotNull())
    expect(await plain.all()).toHaveLength(1)
    const found = handle.where((row) => row['doc']!.eq({ b: 1, a: [1000, null] }))
    expect((await found.all()).map((row) => row['id'])).toEqual([1])
    const { nodes, nodesTaken } = await found.explain()
    expect(nodesTaken).toBeLessThan(nodes)
  })

  test.each([
    ['d', "'NaN'"],
    ['d', "'Infinity'"],
    ['dec', "'NaN'"],
    ['day', "'infinity'"],
    ['day', "'0044-03-15 BC'"],
    ['day', "'10000-01-01'"],
    ['at', "'-infinity'"],
    ['tz', "'10000-01-01'"],
    ['doc', '\'{"a": 12345678901234567890}\''],
  ])(
    'that do not belong to the type of %s (%s) are INVALID_DATA, never another answer',
    async (column, value) => {
      const { database } = await made(...statements, `insert into t (id, ${column}) values (4, ${value})`)
      const handle = await database.table('t')
      const invalid = { code: 'INVALID_DATA' }
      await expect(handle.all()).rejects.toMatchObject(invalid)
      await expect(Array.fromAsync(handle.stream())).rejects.toMatchObject(invalid)
      await expect(handle.get(4)).rejects.toMatchObject(invalid)
      await expect(
        handle.where((row) => row[column]!.isDistinctFrom(row[column]!)).all(),
      ).rejects.toMatchObject(invalid)
      // What is wrong in one row is no reason to refuse the others.
      expect(await handle.get(1)).toEqual(first)
    },
  )

  test('are compared by code points whatever collation they are declared with', async () => {
    const { database } = await made(
      'create table t (id integer primary key, s text collate "en-x-icu")',
      "insert into t values (1, 'b'), (2, 'B'), (3, 'a'), (4, 'é'), (5, 'z')",
    )
    await database.tables()
    const handle = database.table(table('t', { id: integer().primaryKey(), s: text().nullable() }))
    expect((await handle.orderBy((row) => row.s.asc()).all()).map((row) => row.s)).toEqual([
      'B',
      'a',
      'b',
      'z',
      'é',
    ])
    expect(await handle.where((row) => row.s.gt('a')).count()).toBe(3)
  })

  test('are written as other programs read them', async () => {
    const { database, client } = await made(
      "create type mood as enum ('sad', 'happy')",
      'create table t (id serial primary key, s varchar(5) unique, m mood, n smallint, d real, doc jsonb, span interval, born date)',
    )
    const handle = await database.table('t')
    const row = {
      s: 'abc',
      m: 'sad',
      n: 7,
      d: 0.5,
      doc: { b: [1], a: 'x' },
      span: '01:00:00',
      born: '2024-02-29',
    }
    expect(await handle.insert([row, { ...row, s: 'def' }])).toEqual({ count: 2, keys: [1, 2] })
    expect(await handle.insert({ ...row, s: 'ghi', m: null })).toEqual({ count: 1, keys: [3] })
    await handle.put({ id: 1, ...row, m: 'happy' })
    await handle.patch(2, { n: 8, doc: { c: null } })
    await handle.where((found) => found['id']!.eq(3)).update(() => ({ m: 'sad', doc: { d: 1 } }))
    const { rows } = await client.query(
      'select id, s, m, n, d, doc, span::text, born::text from t order by id',
    )
    expect(rows).toEqual([
      { id: 1, ...row, m: 'happy' },
      { id: 2, ...row, s: 'def', n: 8, doc: { c: null } },
      { id: 3, ...row, s: 'ghi', m: 'sad', doc: { d: 1 } },
    ])
    await expect(handle.insert({ ...row, s: 'too long' })).rejects.toMatchObject({ code: 'INVALID_VALUE' })
    await expect(handle.insert({ ...row, s: 'new', m: 'angry' })).rejects.toMatchObject({
      code: 'INVALID_VALUE',
    })
    await expect(handle.insert({ ...row, s: 'abc' })).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' })
    await expect(handle.insert({ ...row, s: 'new', n: 70_000 })).rejects.toMatchObject({
      code: 'INVALID_VALUE',
    })
    expect(await handle.count()).toBe(3)
  })
})

test('a table that another program has changed since is described as it is', async () => {
  const { database, client } = await made()
  const notes = table('notes', { id: integer().primaryKey(), body: text() })
  await database.ensure(notes)
  await database.table(notes).insert({ id: 1, body: 'x' })
  expect(await database.table(notes).all()).toHaveLength(1)
  await client.query('alter table notes alter column body type varchar(3)')
  expect(await database.table(notes).get(1)).toEqual({ id: 1, body: 'x' })
  await client.query('alter table notes add column extra integer')
  const [definition] = await database.tables()
  expect(definition!.columns.map(({ name, type }) => `${name} ${type.name}`)).toEqual([
    'id integer',
    'body text',
    'extra integer',
  ])
})
