import { DuckDBConnection, DuckDBDecimalValue, listValue } from '@duckdb/node-api'
import { avg, boolean, count, double, integer, median, open, sum, table, text } from '@holdfast/core'
import type { DiagnosticEvent } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { duckdb } from '../src/index.js'
import { itemRows, items, opened, openedWithItems } from './databases.js'
import { temporaryFile } from './files.js'

describe('SQL', () => {
  test('values are bound, whatever is in them', async () => {
    const database = await openedWithItems(3)
    const hostile = "'; drop table items; --"
    expect(
      await database.sql`select ${hostile} as text, ${7} as whole, ${1.5} as double, ${2n ** 62n} as large, ${true} as flag, ${null} as nothing`,
    ).toEqual([{ text: hostile, whole: 7, double: 1.5, large: 2n ** 62n, flag: true, nothing: null }])
    expect(await database.table(items).count()).toBe(3)
  })

  test('lists and other values of the driver are bound, too', async () => {
    const database = await openedWithItems(5)
    const wanted = listValue([1, 3, 9])
    expect(
      await database.sql`select id from items where id in (select unnest(${wanted})) order by id`,
    ).toEqual([{ id: 1 }, { id: 3 }])
    const price = new DuckDBDecimalValue(125n, 5, 2)
    expect(await database.sql`select cast(${price} as varchar) as price`).toEqual([{ price: '1.25' }])
  })

  test('an instant is bound as one in UTC', async () => {
    const database = await opened()
    const at = new Date('2024-03-10T02:30:00.123Z')
    expect(await database.sql`select cast(${at} as varchar) as at_utc`).toEqual([
      { at_utc: '2024-03-10 02:30:00.123' },
    ])
  })

  test.each([[Symbol('x')], [() => 1], [{ a: 1 }]])('%s is no value', async (value) => {
    const database = await opened()
    await expect(database.sql`select ${value}`).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      path: 'values[0]',
    })
  })

  test('what DuckDB says of a wrong statement is passed on', async () => {
    const database = await openedWithItems(1)
    await expect(database.sql`selec 1`).rejects.toMatchObject({
      code: 'ENGINE',
      message: expect.stringMatching(/Parser Error/) as string,
    })
    await expect(database.sql`select nope from items`).rejects.toMatchObject({
      message: expect.stringMatching(/Binder Error/) as string,
    })
    await expect(database.sql`select 1; select 2`).rejects.toMatchObject({ code: 'ENGINE' })
    await expect(database.sql`insert into items values (0, 'again')`).rejects.toMatchObject({
      code: 'ENGINE',
    })
  })

  test('tables that SQL makes and changes are seen at once', async () => {
    const database = await opened()
    expect(await database.sql`create table made (id bigint primary key, n integer)`).toEqual([])
    const made = await database.table<{ id: bigint; n: number | null }>('made')
    await made.insert([{ id: 1n, n: 1 }])
    expect(await database.sql`update made set n = 2 returning n`).toEqual([{ n: 2 }])
    await database.sql`alter table made rename n to m`
    expect((await database.tables())[0]!.columns.map(({ name }) => name)).toEqual(['id', 'm'])
    await database.sql`drop table made`
    expect(await database.tables()).toEqual([])
    await expect(made.count()).rejects.toMatchObject({ code: 'UNKNOWN_TABLE', table: 'made' })
  })
})

describe('SQL that would change one connection of several', () => {
  test.each([
    'create temp table items (id integer)',
    'create or replace /* so that all is well */ temporary view items as select 1',
    'set threads = 1',
    'explain analyze set threads = 1',
    'explain (analyze, format json) set threads = 1',
    'use main',
    'prepare answer as select 42',
    'rollback',
    "attach ':memory:' as other",
  ])('%s is refused', async (statement) => {
    const database = await openedWithItems(3)
    const parts = Object.assign([statement], { raw: [statement] })
    await expect(database.sql(parts)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    expect(await database.table(items).all()).toEqual(itemRows(3))
  })

  test('is told from SQL that only looks like it', async () => {
    const database = await openedWithItems(3)
    await database.sql`create table temporary_items as select 1 as id`
    await database.sql`create table "temp" (id integer)`
    expect(await database.sql`explain select 1 as "analyze"`).toHaveLength(1)
    expect(await database.sql`explain analyze select * from items`).toHaveLength(1)
  })
})

test('a statement that is run to be measured is one that changes data', async () => {
  const database = await openedWithItems(3)
  const reading = database.transaction((tx) => tx.sql`explain analyze delete from items`, { readOnly: true })
  await expect(reading).rejects.toMatchObject({ code: 'READ_ONLY' })
  expect(await database.table(items).count()).toBe(3)
  await database.sql`explain (analyze) delete from items where id = 1`
  expect(await database.table(items).count()).toBe(2)
})

test('rows are merged by SQL', async () => {
  const database = await openedWithItems(2)
  await database.sql`merge into items using (values (1, 'one'), (2, 'two')) as v(id, name) on items.id = v.id
    when matched then update set name = v.name when not matched then insert values (v.id, v.name)`
  expect(await database.table(items).all()).toEqual([
    { id: 0, name: 'item 0' },
    { id: 1, name: 'one' },
    { id: 2, name: 'two' },
  ])
})

test('the driver itself is at hand', async () => {
  const database = await openedWithItems(3)
  expect(database.native).toBeInstanceOf(DuckDBConnection)
  const reader = await database.native.runAndReadAll('select count(*) from items')
  expect(reader.getRows()).toEqual([[3n]])
  await database.native.run("insert into items values (7, 'by the driver')")
  expect(await database.table(items).get(7)).toEqual({ id: 7, name: 'by the driver' })
})

const sales = table(
  'sales',
  {
    id: integer().primaryKey(),
    shop: text(),
    amount: double().nullable(),
    paid: boolean(),
    code: text().nullable(),
  },
  { indexes: [{ columns: ['amount'] }, { columns: ['shop'] }, { columns: ['code'], unique: true }] },
)

test('explain shows the SQL and what DuckDB makes of it', async () => {
  const database = await opened()
  await database.ensure(sales)
  const query = database
    .table(sales)
    .where((row) => row.amount.gt(3))
    .groupBy((row) => ({ shop: row.shop }))
    .select((row) => ({
      shop: row.shop,
      n: count(),
      mean: avg(row.amount),
      middle: median(row.amount),
      total: sum(row.amount),
    }))
    .orderBy((row) => row.n.desc())
    .limit(5)
  const explained = await query.explain()
  expect(explained.nodesTaken).toBe(explained.nodes)
  const text = JSON.stringify(explained)
  expect(text).toContain('GROUP BY')
  expect(text).toContain('TOP_N')
})

test('statistics tell sizes, rows and how columns are compressed', async () => {
  const path = temporaryFile()
  const database = await opened({ path })
  await database.ensure(items)
  await database.table(items).insert(itemRows(50_000))
  await database.sql`checkpoint`
  const { sizeBytes, tables, engine } = await database.stats()
  expect(sizeBytes).toBeGreaterThan(100_000)
  expect(tables).toEqual([{ name: 'items', rows: 50_000, sizeBytes: expect.any(Number) as number }])
  expect(tables[0]!.sizeBytes).toBeGreaterThan(100_000)
  expect(engine).toMatchObject({ version: expect.stringMatching(/^v1\./) as string })
  const { compression, memory } = engine as {
    compression: {
      items: {
        plainBytes: number
        ratio: number
        columns: { column: string; compression: string; rows: number }[]
      }
    }
    memory: { tag: string; bytes: number }[]
  }
  const plainBytes = itemRows(50_000).reduce((total, { name }) => total + 8 + name.length, 0)
  expect(compression.items).toMatchObject({ plainBytes, ratio: plainBytes / tables[0]!.sizeBytes! })
  expect(compression.items.ratio).toBeGreaterThan(1)
  expect(memory.reduce((total, { bytes }) => total + bytes, 0)).toBeGreaterThan(0)
  const rowsOf = (column: string) =>
    compression.items.columns
      .filter((segment) => segment.column === column)
      .reduce((total, { rows }) => total + rows, 0)
  expect(rowsOf('id')).toBe(50_000)
  expect(rowsOf('name')).toBe(50_000)
})

test('statements are reported, without their values', async () => {
  const events: DiagnosticEvent[] = []
  const database = await opened({}, { diagnostics: (event) => void events.push(event) })
  await database.ensure(items)
  await database.table(items).insert({ id: 1, name: 'secret' })
  await database.table(items).get(1)
  await database
    .table(items)
    .where((row) => row.name.eq('secret'))
    .all()
  for await (const _ of database.table(items).stream()) continue
  const seen = JSON.stringify(events)
  expect(seen).toContain('SELECT')
  expect(seen).not.toContain('secret')
})

describe('indexes', () => {
  test('are found again as they were declared', async () => {
    const path = temporaryFile()
    const first = await open(duckdb({ path }))
    await first.ensure(sales)
    await first.close()
    const database = await opened({ path })
    await database.ensure(sales)
    const [found] = await database.tables()
    expect(found!.indexes).toEqual(sales.definition.indexes)
  })

  test('that were added later are made, and refuse what they must', async () => {
    const plain = table('sales', { id: integer().primaryKey(), shop: text(), amount: double().nullable() })
    const indexed = table(
      'sales',
      { id: integer().primaryKey(), shop: text(), amount: double().nullable() },
      {
        indexes: [{ columns: ['shop'], unique: true }, { columns: ['amount'] }],
      },
    )
    const database = await opened()
    await database.ensure(plain)
    const rows = ['a', 'b', 'c'].map((shop, id) => ({ id, shop, amount: id / 2 }))
    await database.table(plain).insert(rows)
    await database.ensure(indexed)
    const t = database.table(indexed)
    await expect(t.insert({ id: 9, shop: 'a' })).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' })
    expect(await t.all()).toEqual(rows)
    const twice = table(
      'sales',
      { id: integer().primaryKey(), shop: text(), amount: double().nullable() },
      {
        indexes: [
          { columns: ['shop'], unique: true },
          { columns: ['amount'], unique: true, name: 'amounts' },
        ],
      },
    )
    await t.insert({ id: 10, shop: 'd', amount: 1 })
    await expect(database.ensure(twice)).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION' })
    expect(await t.count()).toBe(4)
  })

  test('that are not unique take values of any length', async () => {
    const database = await opened()
    await database.ensure(sales)
    const long = 'x'.repeat(100_000)
    await database.table(sales).insert({ id: 1, shop: long, paid: true })
    expect(
      await database
        .table(sales)
        .where((row) => row.shop.eq(long))
        .count(),
    ).toBe(1)
  })
})
