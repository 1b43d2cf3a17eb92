import { HoldfastError, open } from '@holdfast/core'
import { expect, test } from 'vitest'
import { postgres } from '../src/index.js'
import type { EngineStatistics } from '../src/index.js'
import { itemRows, items, opened, openedWithItems, otherProgram } from './databases.js'
import { freshOptions, serverUrl } from './schemas.js'

test('raw SQL binds its values and reads them as what they are', async () => {
  const database = await opened()
  const at = new Date('2024-02-29T12:00:00.123Z')
  const [row] =
    await database.sql`select ${1}::int as one, ${2n ** 60n}::int8 as big, ${7}::int8 as small, ${'x'}::text as text,
    ${true}::bool as yes, ${null}::text as none, ${1.5}::float8 as half, ${'1.50'}::numeric as exact, ${at}::timestamptz as at,
    ${at}::timestamp as clock, ${'2024-02-29'}::date as day, ${Uint8Array.of(1, 255)}::bytea as bytes, ${[1, 2]}::int[] as list,
    ${['a', null, '"b\\']}::text[] as texts, '{"a": [1]}'::jsonb as doc`
  expect(row).toEqual({
    one: 1,
    big: 2n ** 60n,
    small: 7,
    text: 'x',
    yes: true,
    none: null,
    half: 1.5,
    exact: '1.50',
    at,
    clock: at,
    day: '2024-02-29',
    bytes: Buffer.from([1, 255]),
    list: [1, 2],
    texts: ['a', null, '"b\\'],
    doc: { a: [1] },
  })
  const hostile = "'; drop table items; --"
  expect(await database.sql`select ${hostile}::text as same, ${'$1'}::text as other`).toEqual([
    { same: hostile, other: '$1' },
  ])
  await expect(database.sql`select ${{ a: 1 }}`).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    path: 'values[0]',
  })
  await expect(database.sql`select ${'a\0b'}`).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

test.each([
  'begin',
  '  commit',
  '-- first\nrollback',
  '/* a */ set timezone to utc',
  'savepoint a',
  'prepare a as select 1',
  'listen a',
  'copy items to stdout',
  'discard all',
])('%j is refused, for it would change the connection', async (text) => {
  const database = await openedWithItems(1)
  const parts = Object.assign([text], { raw: [text] })
  await expect(database.sql(parts)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  await database.transaction(async (tx) => {
    await tx.table(items).insert({ id: 5, name: 'five' })
    await expect(tx.sql(parts)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
  expect(await database.table(items).count()).toBe(2)
})

test('what the server says of a statement is told', async () => {
  const database = await openedWithItems(1)
  await expect(database.sql`selec 1`).rejects.toMatchObject({
    code: 'ENGINE',
    message: expect.stringContaining('syntax error') as string,
  })
  await expect(database.sql`select * from nowhere`).rejects.toMatchObject({ code: 'UNKNOWN_TABLE' })
  await expect(database.sql`select nothing from items`).rejects.toMatchObject({ code: 'UNKNOWN_COLUMN' })
  await expect(database.sql`select ${'x'}::int`).rejects.toMatchObject({ code: 'INVALID_VALUE' })
  await expect(database.sql`insert into items values (0, 'again')`).rejects.toMatchObject({
    code: 'UNIQUE_VIOLATION',
  })
  await expect(database.sql`select 1; select 2`).rejects.toBeInstanceOf(HoldfastError)
  expect(await database.table(items).count()).toBe(1)
})

test('raw SQL takes part in transactions, and a statement that fails undoes itself alone', async () => {
  const database = await openedWithItems(1)
  await database.transaction(async (tx) => {
    await tx.sql`insert into items values (1, 'one')`
    await expect(tx.sql`insert into items values (1, 'again')`).rejects.toMatchObject({
      code: 'UNIQUE_VIOLATION',
    })
    expect(await tx.table(items).count()).toBe(2)
  })
  const undone = database.transaction(async (tx) => {
    await tx.sql`delete from items`
    throw new Error('undo')
  })
  await expect(undone).rejects.toThrow('undo')
  expect(await database.table(items).count()).toBe(2)
})

test('tables that raw SQL makes and changes are known at once', async () => {
  const database = await openedWithItems(1)
  expect(await database.table(items).get(0)).toBeDefined()
  await database.sql`create table others (id int primary key, note text)`
  expect((await database.tables()).map(({ name }) => name)).toEqual(['items', 'others'])
  await database.sql`alter table items alter column name type varchar(100)`
  expect(await database.table(items).get(0)).toEqual({ id: 0, name: 'item 0' })
  await database.sql`alter table items add column extra int`
  await expect(database.table(items).get(0)).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' })
  await database.sql`drop table items`
  await expect(database.table(items).get(0)).rejects.toMatchObject({ code: 'UNKNOWN_TABLE' })
  await database.ensure(items)
  expect(await database.table(items).get(0)).toBeUndefined()
})

test('a statement that was prepared survives a table that another program made anew', async () => {
  const options = freshOptions()
  const database = await open(postgres(options))
  const other = await open(postgres(options))
  await database.ensure(items)
  const query = database.table(items).where((row) => row.id.ge(0))
  const read = () => query.all()
  expect(await read()).toEqual([])
  await other.sql`alter table items alter column name type varchar(100)`
  expect(await read()).toEqual([])
  await database.transaction(async (tx) => {
    expect(await tx.table(items).all()).toEqual([])
  })
  await other.drop('items')
  await expect(read()).rejects.toMatchObject({ code: 'UNKNOWN_TABLE', table: 'items' })
  await other.ensure(items)
  expect(await read()).toEqual([])
  await Promise.all([database.close(), other.close()])
})

test('clients of the driver are lent', async () => {
  const database = await openedWithItems(3)
  const { rows } = await database.native.use((client) =>
    client.query<{ n: string }>('select count(*) as n from items'),
  )
  expect(rows).toEqual([{ n: '3' }])
  // One that is given back in the middle of a transaction is not used again.
  await database.native.use((client) => client.query('begin; delete from items'))
  expect(await database.table(items).count()).toBe(3)
  await expect(database.native.use(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
})

test('explain shows the SQL and the plan', async () => {
  const database = await openedWithItems(3)
  const explained = await database
    .table(items)
    .where((row) => row.name.startsWith('item'))
    .limit(1)
    .explain()
  expect(explained.nodesTaken).toBe(explained.nodes)
  expect(JSON.stringify(explained)).toContain('starts_with')
  expect(JSON.stringify(explained)).toMatch(/Scan/)
})

test('statistics tell sizes, rows and connections', async () => {
  const database = await openedWithItems(1000)
  const { sizeBytes, tables, engine } = await database.stats()
  expect(sizeBytes).toBeGreaterThan(1_000_000)
  expect(tables).toEqual([{ name: 'items', rows: 1000, sizeBytes: expect.any(Number) as number }])
  expect(tables[0]!.sizeBytes).toBeGreaterThan(50_000)
  const own = engine as unknown as EngineStatistics
  expect(own.version).toMatch(/^\d+/)
  expect(own.connections.open).toBeGreaterThan(0)
  expect(own.tables['items']!.indexBytes).toBeGreaterThan(8000)
  expect(own.tables['items']!.dataBytes).toBeGreaterThan(8000)
  // The server counts rows when it comes to it.
  const live = async () =>
    ((await database.stats()).engine as unknown as EngineStatistics).tables['items']!.liveRows
  await expect.poll(live).toBe(1000)
})

test('statistics tell the slowest statements where the server keeps them', async () => {
  const name = `statements_${Date.now()}`
  const database = await opened({ database: name, createDatabase: true })
  const slowest = async () =>
    ((await database.stats()).engine as unknown as EngineStatistics).slowestStatements
  expect(await slowest()).toBeUndefined()
  const [libraries] = await database.sql`select current_setting('shared_preload_libraries') as loaded`
  const isKept = String(libraries!['loaded']).includes('pg_stat_statements')
  await database.sql`create extension pg_stat_statements`
  if (isKept) {
    await database.ensure(items)
    await database.table(items).insert(itemRows(1000))
    const found = (await slowest())!
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThanOrEqual(10)
    const means = found.map(({ meanMilliseconds }) => meanMilliseconds)
    expect(means).toEqual([...means].sort((left, right) => right - left))
    expect(found.every(({ sql, calls }) => sql !== '' && calls > 0)).toBe(true)
  } else expect(await slowest()).toBeUndefined()
  await database.close()
  const client = await otherProgram()
  await client.query(`drop database "${name}"`)
})

test('a database that is open to read only refuses to write, and can be read', async () => {
  const options = freshOptions()
  const database = await open(postgres(options))
  await database.ensure(items)
  await database.table(items).insert({ id: 1, name: 'one' })
  await database.close()
  const reader = await open(postgres({ ...options, readOnly: true }))
  const readOnly = { code: 'READ_ONLY' }
  expect(await reader.table(items).all()).toEqual([{ id: 1, name: 'one' }])
  await expect(reader.table(items).insert({ id: 2, name: 'two' })).rejects.toMatchObject(readOnly)
  await expect(reader.drop('items')).rejects.toMatchObject(readOnly)
  await expect(reader.sql`delete from items`).rejects.toMatchObject(readOnly)
  await expect(reader.transaction(async (tx) => tx.table(items).clear())).rejects.toMatchObject(readOnly)
  expect(await reader.transaction((tx) => tx.table(items).count(), { readOnly: true })).toBe(1)
  await reader.close()
})

test('reads go to the replica, transactions and writes to the primary, and all there when the replica is gone', async () => {
  const schema = freshOptions().schema!
  const client = await otherProgram()
  const name = `replica_${Date.now()}`
  await client.query(`create database "${name}"`)
  const replicaUrl = new URL(serverUrl)
  replicaUrl.pathname = name
  // A replica that lags behind for good.
  for (const [url, label] of [
    [serverUrl, 'primary'],
    [replicaUrl.href, 'replica'],
  ] as const) {
    const one = await open(postgres({ url, schema }))
    await one.ensure(items)
    await one.table(items).insert({ id: 1, name: label })
    await one.close()
  }
  const database = await open(postgres({ url: serverUrl, schema, replicaUrl: replicaUrl.href }))
  const label = async () => (await database.table(items).require(1)).name
  expect(await label()).toBe('replica')
  expect((await Array.fromAsync(database.table(items).stream())).map((row) => row.name)).toEqual(['replica'])
  expect(await database.transaction(async (tx) => (await tx.table(items).require(1)).name)).toBe('primary')
  await database.table(items).insert({ id: 2, name: 'two' })
  expect(await database.table(items).count()).toBe(1)
  await client.query(`alter database "${name}" allow_connections false`)
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  await expect.poll(label).toBe('primary')
  expect(await database.table(items).count()).toBe(2)
  expect((await Array.fromAsync(database.table(items).stream())).map((row) => row.name)).toEqual([
    'primary',
    'two',
  ])
  await database.close()
  await client.query(`drop database "${name}"`)
})
