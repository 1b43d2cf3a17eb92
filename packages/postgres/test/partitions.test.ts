import {
  bigint,
  date,
  decimal,
  double,
  integer,
  json,
  open,
  table,
  text,
  timestamp,
  uuid,
} from '@holdfast/core'
import type { Database, Table } from '@holdfast/core'
import { memory } from '@holdfast/memory'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { physical } from '../src/index.js'
import type { NativeClients, PostgresOptions } from '../src/index.js'
import { opened, otherProgram } from './databases.js'
import { freshSchema } from './schemas.js'

const readings = table(
  'readings',
  {
    station: text(),
    at: timestamp(),
    celsius: double().nullable(),
    note: text().nullable(),
    version: integer().version(),
  },
  {
    primaryKey: ['at', 'station'],
    indexes: [{ columns: ['station'] }, { columns: ['note', 'at'], unique: true }],
  },
)

const monthly = physical(readings, { partitionBy: { range: 'at', every: 'month' } })

async function partitioned(options: PostgresOptions = {}) {
  const database = await opened({ tables: [monthly], ...options })
  await database.ensure(readings)
  return database
}

const day = (offset: number) => new Date(Date.UTC(2024, 0, 1) + offset * 86_400_000)
const readingsOf = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => ({
    station: `s${index % 3}`,
    at: day(first + index),
    celsius: index / 2,
    note: index % 2 === 0 ? null : `note ${index}`,
  }))

/** The partitions of a table by their names, with how many rows each holds. */
async function partsOf(database: Database<NativeClients>, name = 'readings') {
  const parts = await database.sql`select c.oid::regclass::text as name, c.relname as label from pg_inherits i
    join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
    where p.relname = ${name} and p.relnamespace = current_schema()::regnamespace order by c.relname collate "C"`
  const counts: Record<string, number> = {}
  for (const part of parts) {
    const text = `select count(*) from ${String(part['name'])}`
    const { rows } = await database.native.use((client) => client.query<{ count: string }>(text))
    counts[String(part['label']).slice(name.length + 1)] = Number(rows[0]!.count)
  }
  return counts
}

describe('a part is made for each range that rows fall in,', () => {
  const widths: readonly (readonly [
    string,
    PostgresOptions['tables'],
    Table,
    readonly Record<string, unknown>[],
    readonly string[],
  ])[] = [
    [
      'days of instants',
      [physical(readings, { partitionBy: { range: 'at', every: 'day' } })],
      readings,
      readingsOf(3),
      ['2024-01-01', '2024-01-02', '2024-01-03'],
    ],
    ['months of instants', [monthly], readings, readingsOf(61), ['2024-01', '2024-02', '2024-03']],
    [
      'years of instants, the first and the last',
      [physical(readings, { partitionBy: { range: 'at', every: 'year' } })],
      readings,
      [
        { station: 'a', at: new Date('0001-01-01T00:00:00Z') },
        { station: 'a', at: new Date('0099-12-31T23:59:59.999Z') },
        { station: 'a', at: new Date('1969-12-31T23:59:59.999Z') },
        { station: 'a', at: new Date('9999-12-31T23:59:59.999Z') },
      ],
      ['0001', '0099', '1969', '9999'],
    ],
  ]
  test.each(widths)('by %s', async (_, tables, declared, rows, labels) => {
    const database = await opened({ tables: tables! })
    await database.ensure(declared)
    await database.table(declared).insert(rows as never)
    const parts = await partsOf(database, declared.definition.name)
    // Objects have keys that are numbers first.
    expect(Object.keys(parts).sort()).toEqual(labels)
    expect(Object.values(parts).every((count) => count > 0)).toBe(true)
    expect(await database.table(declared).count()).toBe(rows.length)
  })

  test('by microseconds, days, integers and bigints', async () => {
    const many = table(
      'many',
      { us: timestamp('us'), on: date(), n: integer(), w: bigint(), x: uuid() },
      { primaryKey: ['us', 'on', 'n', 'w'] },
    )
    const rows = [
      { us: -1n, on: '0001-01-31', n: -1, w: -(2n ** 63n), x: '00000000-0000-4000-8000-000000000000' },
      {
        us: 0n,
        on: '9999-12-31',
        n: 2 ** 53 - 1,
        w: 2n ** 63n - 1n,
        x: '00000000-0000-4000-8000-000000000001',
      },
      { us: 1n, on: '2024-02-29', n: 0, w: 0n, x: '00000000-0000-4000-8000-000000000002' },
    ]
    const expected = {
      us: ['1969-12-31', '1970-01-01'],
      on: ['0001-01', '2024-02', '9999-12'],
      n: ['-1000', '0', String(Math.floor((2 ** 53 - 1) / 1000) * 1000)],
      w: [
        String(-(2n ** 63n) - ((1000n - (2n ** 63n % 1000n)) % 1000n)),
        '0',
        String(2n ** 63n - 1n - ((2n ** 63n - 1n) % 1000n)),
      ],
    }
    const designs = [
      physical(many, { partitionBy: { range: 'us', every: 'day' } }),
      physical(many, { partitionBy: { range: 'on', every: 'month' } }),
      physical(many, { partitionBy: { range: 'n', every: 1000 } }),
      physical(many, { partitionBy: { range: 'w', every: 1000n } }),
    ]
    for (const [index, labels] of Object.values(expected).entries()) {
      const database = await opened({ tables: [designs[index]!] })
      await database.ensure(many)
      await database.table(many).insert(rows)
      expect(Object.keys(await partsOf(database, 'many')).sort()).toEqual([...labels].sort())
      expect(await database.table(many).getMany(rows.map(({ x: _, ...key }) => key))).toEqual(rows)
    }
  })

  test('by generated keys', async () => {
    const events = table('events', { id: integer().generated().primaryKey(), name: text() })
    const database = await opened({ tables: [physical(events, { partitionBy: { range: 'id', every: 4 } })] })
    await database.ensure(events)
    const handle = database.table(events)
    expect((await handle.insert({ name: 'first' })).count).toBe(1)
    await handle.insert(Array.from({ length: 10 }, (_, index) => ({ name: `${index}` })))
    await handle.insert({ id: 1000, name: 'given' })
    await Promise.all(Array.from({ length: 30 }, () => handle.insert({ name: 'at once' })))
    expect(await handle.count()).toBe(42)
    const keys = (await handle.all()).map(({ id }) => id)
    expect(new Set(keys).size).toBe(42)
    expect(keys.filter((key) => key > 1000)).toHaveLength(30)
  })

  test('by a hash, all of them at once', async () => {
    const database = await opened({
      tables: [physical(readings, { partitionBy: { hash: 'at', partitions: 3 } })],
    })
    await database.ensure(readings)
    expect(await partsOf(database)).toEqual({ 0: 0, 1: 0, 2: 0 })
    await database.table(readings).insert(readingsOf(60))
    const parts = await partsOf(database)
    expect(Object.values(parts).reduce((sum, count) => sum + count, 0)).toBe(60)
    expect(Object.values(parts).every((count) => count > 0)).toBe(true)
  })
})

test('all that is done to a table is done to one in parts', async () => {
  const database = await partitioned()
  const handle = database.table(readings)
  const rows = readingsOf(1000)
  // By COPY, by statements, one by one, and again.
  await handle.insert(rows)
  await handle.insert(readingsOf(20, 5000))
  await handle.insert(readingsOf(1, 9000)[0]!)
  await handle.put(readingsOf(1, 9999)[0]!)
  await handle.put(readingsOf(2, 9999))
  expect(await handle.insert(readingsOf(30, 5000), { onConflict: 'skip' })).toMatchObject({ count: 10 })
  expect(await handle.count()).toBe(1033)
  expect(await handle.get({ at: day(9999), station: 's0' })).toMatchObject({ version: 2 })
  expect((await handle.all()).slice(0, 1000)).toEqual(rows.map((row) => ({ ...row, version: 1 })))
  const streamed = []
  for await (const row of handle.stream()) streamed.push(row)
  expect(streamed).toEqual(await handle.all())
  await handle.patchMany(
    rows.slice(0, 300).map(({ at, station }) => ({ key: { at, station }, set: { celsius: -1 } })),
  )
  expect(await handle.where((row) => row.celsius.eq(-1)).count()).toBe(300)
  expect(await handle.where((row) => row.celsius.lt(0)).update(() => ({ celsius: null }))).toBe(300)
  expect(await handle.deleteMany(rows.slice(0, 100).map(({ at, station }) => ({ at, station })))).toBe(100)
  expect(await handle.where((row) => row.at.lt(day(200))).delete()).toBe(100)
  expect((await handle.search(['note'], 'note 301')).map(({ note }) => note)).toEqual(['note 301'])
  expect(await handle.count()).toBe(833)
  const { tables, engine } = await database.stats()
  expect(tables).toEqual([expect.objectContaining({ name: 'readings', rows: 833 })])
  expect(tables[0]!.sizeBytes).toBeGreaterThan(50_000)
  expect(engine!['tables']).toMatchObject({
    readings: { partitions: Object.keys(await partsOf(database)).length },
  })
  await database.drop(readings)
  const left =
    await database.sql`select relname from pg_class where relnamespace = current_schema()::regnamespace and relname like 'readings%'`
  expect(left).toEqual([])
  // As if it had never been.
  await database.ensure(readings)
  await handle.insert(rows)
  expect(await handle.count()).toBe(1000)
})

describe('what a part refuses is refused by the table:', () => {
  test('keys and unique values, whatever wrote them', async () => {
    const database = await partitioned()
    const handle = database.table(readings)
    const rows = readingsOf(300)
    await handle.insert(rows)
    const duplicate = { code: 'DUPLICATE_KEY', table: 'readings' }
    const key = { at: rows[40]!.at, station: rows[40]!.station }
    await expect(handle.insert(rows[40]!)).rejects.toMatchObject({ ...duplicate, key })
    await expect(handle.insert([...readingsOf(5, 900), rows[40]!])).rejects.toMatchObject({
      ...duplicate,
      key,
    })
    await expect(handle.insert([...readingsOf(400, 900), rows[40]!])).rejects.toMatchObject({
      ...duplicate,
      key,
    })
    const unique = { code: 'UNIQUE_VIOLATION', table: 'readings' }
    const [taken] = [rows[41]!]
    await expect(handle.insert({ ...taken, station: 'other' })).rejects.toMatchObject(unique)
    await expect(handle.put({ ...taken, station: 'other' })).rejects.toMatchObject(unique)
    await handle.insert({ ...taken, station: 'third', note: 'free' })
    await expect(
      handle.patch({ at: taken.at, station: 'third' }, { note: taken.note }),
    ).rejects.toMatchObject(unique)
    await expect(
      handle.where((row) => row.station.eq('third')).update(() => ({ note: taken.note })),
    ).rejects.toMatchObject(unique)
    expect(await handle.count()).toBe(301)
  })

  test('in a transaction without an end to it', async () => {
    const database = await partitioned()
    await database.transaction(async (tx) => {
      const handle = tx.table(readings)
      // The first statement of the transaction is the one that finds no part.
      await handle.insert(readingsOf(1)[0]!)
      await expect(handle.insert(readingsOf(1)[0]!)).rejects.toMatchObject({ code: 'DUPLICATE_KEY' })
      await handle.insert(readingsOf(400, 400))
      await expect(
        tx.transaction(async (nested) => {
          await nested.table(readings).insert(readingsOf(3, 4000))
          throw new Error('undone')
        }),
      ).rejects.toThrow('undone')
      await handle.insert(readingsOf(3, 4000))
    })
    expect(await database.table(readings).count()).toBe(404)
  })
})

describe('parts that are missing are made', () => {
  test('once, however many need them at once, in and outside of transactions', async () => {
    const schema = freshSchema()
    const databases = [
      await partitioned({ schema }),
      await partitioned({ schema }),
      await partitioned({ schema }),
    ]
    const work = databases.flatMap((database, writer) =>
      Array.from({ length: 8 }, async (_, turn) => {
        const rows = readingsOf(90).map((row) => ({ ...row, station: `${writer} ${turn}`, note: null }))
        if (turn % 2 === 0) await database.table(readings).insert(rows)
        else await database.transaction((tx) => tx.table(readings).insert(rows), { retry: { attempts: 20 } })
      }),
    )
    await Promise.all(work)
    expect(await databases[0]!.table(readings).count()).toBe(3 * 8 * 90)
    expect(Object.keys(await partsOf(databases[0]!))).toEqual(['2024-01', '2024-02', '2024-03'])
  })

  test('for rows that are inserted one by one at once', async () => {
    const database = await partitioned()
    await Promise.all(readingsOf(400).map((row) => database.table(readings).insert(row)))
    expect(await database.table(readings).count()).toBe(400)
  })

  test('while the table is read to its end, and while a transaction has read it', async () => {
    const schema = freshSchema()
    const database = await partitioned({ schema, lockTimeout: 5000 })
    const handle = (await partitioned({ schema, lockTimeout: 5000 })).table(readings)
    await handle.insert(readingsOf(3000))
    await database.transaction(
      async (tx) => {
        expect(await tx.table(readings).count()).toBe(3000)
        let next = 10_000
        for await (const row of handle.stream())
          if (row.station === 's0' && next < 10_040) await handle.insert(readingsOf(1, next++ * 31)[0]!)
        expect(await tx.table(readings).count()).toBe(3000)
        await handle.insert(readingsOf(1, -1)[0]!)
      },
      { readOnly: true },
    )
    expect(await handle.count()).toBe(3041)
  })

  test('in a transaction that began before another one made them', async () => {
    const schema = freshSchema()
    const database = await partitioned({ schema })
    const other = await partitioned({ schema })
    await database.transaction(async (tx) => {
      expect(await tx.table(readings).count()).toBe(0)
      await other.table(readings).insert(readingsOf(1)[0]!)
      await tx.table(readings).insert(readingsOf(1, 1)[0]!)
      expect(await tx.table(readings).count()).toBe(1)
    })
    expect(await database.table(readings).count()).toBe(2)
  })

  test('also when the table is opened without its options, and in other processes', async () => {
    const schema = freshSchema()
    await partitioned({ schema })
    const database = await opened({ schema })
    await database.ensure(readings)
    expect((await database.tables()).map((definition) => definition)).toEqual([readings.definition])
    await database.table(readings).insert(readingsOf(40))
    expect(Object.keys(await partsOf(database))).toEqual(['2024-01', '2024-02'])
  })

  test('again after another program has dropped them', async () => {
    const schema = freshSchema()
    const database = await partitioned({ schema })
    await database.table(readings).insert(readingsOf(40))
    const client = await otherProgram(schema)
    await client.query('drop table "readings.2024-01"')
    expect(await database.table(readings).count()).toBe(9)
    await database.table(readings).insert(readingsOf(31))
    expect(await database.table(readings).count()).toBe(40)
  })

  test('unless the table is dropped in the same transaction', async () => {
    const database = await partitioned()
    await database.table(readings).insert(readingsOf(3))
    await database.transaction(async (tx) => {
      await tx.drop(readings)
      await tx.ensure(readings)
      await tx.table(readings).insert(readingsOf(70))
    })
    expect(await database.table(readings).count()).toBe(70)
    expect(Object.keys(await partsOf(database))).toHaveLength(3)
  })
})

describe('it is refused with what to do,', () => {
  const invalid = (said: string) => (error: unknown) => {
    expect(error).toMatchObject({
      code: 'INVALID_ARGUMENT',
      path: expect.stringMatching(/^partitionBy/) as string,
    })
    expect(String(error)).toContain(said)
    return true
  }

  test('where a part cannot watch over a key or a unique index', () => {
    const keyed = table('keyed', { id: integer().primaryKey(), at: timestamp() })
    const by =
      (partitionBy: unknown, declared: Table = keyed) =>
      () =>
        physical(declared, { partitionBy } as never)
    expect(by({ range: 'at', every: 'day' })).toThrow(
      expect.toSatisfy(invalid('the primary key of the table "keyed"')),
    )
    expect(by({ hash: ['id', 'at'], partitions: 2 })).toThrow(expect.toSatisfy(invalid('"at"')))
    const unique = table('unique', { id: integer().primaryKey(), name: text().unique() })
    expect(by({ range: 'id', every: 10 }, unique)).toThrow(
      expect.toSatisfy(invalid('the unique index "unique_name"')),
    )
    for (const wrong of [
      null,
      {},
      { range: 'id' },
      { range: 'id', every: 0 },
      { range: 'id', every: 1.5 },
      { range: 'id', every: 'day' },
      { range: 'id', every: 10, hash: 'id', partitions: 2 },
      { range: 'nothing', every: 10 },
      { hash: 'id' },
      { hash: 'id', partitions: 1 },
      { hash: 'id', partitions: 1001 },
      { hash: [], partitions: 2 },
    ])
      expect(by(wrong)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
  })

  test('where the table to be made, or its new index, is another one', async () => {
    const database = await opened({ tables: [monthly] })
    const other = table('readings', { id: integer().primaryKey(), at: timestamp() })
    await expect(database.ensure(other)).rejects.toSatisfy(invalid('the primary key'))
    expect(await database.tables()).toEqual([])
    const schema = freshSchema()
    const plain = table('plain', { id: integer().primaryKey(), name: text() })
    const design = [physical(plain, { partitionBy: { range: 'id', every: 10 } })]
    const parts = await opened({ schema, tables: design })
    await parts.ensure(plain)
    const unique = table('plain', { id: integer().primaryKey(), name: text().unique() })
    await expect(parts.ensure(unique)).rejects.toSatisfy(invalid('the unique index "plain_name"'))
    expect(await parts.table(plain).count()).toBe(0)
  })

  test('where the table is there without parts, or with others', async () => {
    const schema = freshSchema()
    await (await opened({ schema })).ensure(readings)
    await expect(opened({ schema, tables: [monthly] })).rejects.toMatchObject({
      code: 'SCHEMA_MISMATCH',
      table: 'readings',
    })
    const another = freshSchema()
    await partitioned({ schema: another })
    const daily = physical(readings, { partitionBy: { range: 'at', every: 'day' } })
    await expect(opened({ schema: another, tables: [daily] })).rejects.toMatchObject({
      code: 'SCHEMA_MISMATCH',
    })
    await opened({ schema: another, tables: [monthly] })
  })

  test('where rows need too many parts at once', async () => {
    const database = await opened({
      tables: [physical(readings, { partitionBy: { range: 'at', every: 'day' } })],
    })
    await database.ensure(readings)
    await expect(database.table(readings).insert(readingsOf(1001))).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    })
    expect(await partsOf(database)).toEqual({})
  })

  test('where a part was taken out of the table, or covers others', async () => {
    const schema = freshSchema()
    const database = await partitioned({ schema })
    const client = await otherProgram(schema)
    await database.table(readings).insert(readingsOf(3))
    await client.query('alter table readings detach partition "readings.2024-01"')
    const mismatch = { code: 'SCHEMA_MISMATCH', table: 'readings' }
    await expect(database.table(readings).insert(readingsOf(3))).rejects.toMatchObject(mismatch)
    await client.query(
      "create table apart partition of readings for values from ('2024-02-10') to ('2024-02-20')",
    )
    await expect(database.table(readings).insert(readingsOf(60, 31))).rejects.toMatchObject(mismatch)
    await database.table(readings).insert(readingsOf(3, 42))
    expect(await database.table(readings).count()).toBe(3)
  })
})

test('tables that another program has cut into parts keep their keys', async () => {
  const schema = freshSchema()
  const client = await otherProgram()
  await client.query(`create schema "${schema}"`)
  await client.query(`set search_path to "${schema}"`)
  await client.query(
    'create table p (id integer, k text collate "C" not null, primary key (id)) partition by range (id)',
  )
  await client.query('create table p1 partition of p for values from (0) to (10)')
  const database = await opened({ schema })
  const handle = await database.table('p')
  await handle.insert({ id: 1, k: 'a' })
  await expect(handle.insert({ id: 1, k: 'b' })).rejects.toMatchObject({ code: 'DUPLICATE_KEY', key: 1 })
  await expect(handle.insert({ id: 11, k: 'b' })).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
    table: 'p',
  })
  expect(await handle.all()).toEqual([{ id: 1, k: 'a' }])
})

describe('parts and indexes change no answer:', () => {
  const things = table(
    'things',
    {
      id: integer(),
      on: date(),
      name: text().nullable(),
      price: decimal(8, 2).nullable(),
      at: timestamp().nullable(),
      size: double().nullable(),
      doc: json().nullable(),
      version: integer().version(),
    },
    {
      primaryKey: ['on', 'id'],
      indexes: [{ columns: ['name'] }, { columns: ['on', 'price'], unique: true }],
    },
  )
  const indexes = {
    by_name: {
      method: 'btree',
      on: (row) => [row.name.lower(), row.at.desc()],
      where: (row) => row.size.isNotNull(),
    },
    by_city: { method: 'btree', on: (row) => row.doc.path('city').as('text') },
    by_doc: { method: 'hash', on: 'doc' },
    by_parts: { method: 'gin', trigrams: 'name' },
    by_words: { method: 'gin', search: 'name' },
    by_time: { method: 'brin', on: ['at', 'on'] },
    by_start: { method: 'spgist', on: 'name' },
    by_all: { method: 'gist', on: ['size', 'price', 'at'] },
  } satisfies Parameters<typeof physical<typeof things>>[1]['indexes']
  const designs = [
    physical(things, { indexes, partitionBy: { range: 'on', every: 'month' } }),
    physical(things, { indexes, partitionBy: { hash: 'on', partitions: 3 } }),
    physical(things, { indexes }),
  ]

  const name = fc.option(fc.stringMatching(/^[aAb%_\\é ]{0,5}$/))
  const row = fc.record({
    id: fc.integer({ min: 0, max: 5 }),
    on: fc.constantFrom('2024-01-31', '2024-02-01', '2024-02-29', '2023-12-31', '0001-01-01', '9999-12-31'),
    name,
    price: fc.option(fc.constantFrom('1.00', '2.50', '-3.00', '99.99')),
    at: fc.option(fc.date({ min: new Date(0), max: new Date(10 ** 12), noInvalidDate: true })),
    size: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
    doc: fc.option(fc.record({ city: fc.constantFrom('a', 'b', 1, null), n: fc.integer() })),
  })
  const keys = fc.record({ id: row.map(({ id }) => id), on: row.map(({ on }) => on) })

  type Things = Awaited<ReturnType<typeof filled>>['handle']
  const filled = async (database: Database) => {
    await database.ensure(things)
    return { database, handle: database.table(things) }
  }

  /** What a call answers: its result, or the code of its error. */
  const outcome = async (call: () => Promise<unknown>) => {
    try {
      return await call()
    } catch (error) {
      return { code: (error as { code?: string }).code }
    }
  }

  const write: fc.Arbitrary<(handle: Things) => Promise<unknown>> = fc.oneof(
    fc.tuple(fc.array(row, { minLength: 1, maxLength: 8 }), fc.constantFrom('error', 'skip', 'replace')).map(
      ([rows, onConflict]) =>
        (handle: Things) =>
          handle.insert(rows, { onConflict: onConflict as 'skip' }),
    ),
    fc.array(row, { minLength: 1, maxLength: 4 }).map((rows) => (handle: Things) => handle.put(rows)),
    fc.tuple(keys, name).map(
      ([key, set]) =>
        (handle: Things) =>
          handle.patch(key, { name: set }),
    ),
    fc.array(keys, { maxLength: 4 }).map((some) => (handle: Things) => handle.deleteMany(some)),
    name.map(
      (sought) => (handle: Things) =>
        handle
          .where((found) => found.name.contains(sought ?? 'a'))
          .update((found) => ({ size: found.size.add(1) })),
    ),
    fc
      .integer({ min: 0, max: 5 })
      .map((id) => (handle: Things) => handle.where((found) => found.id.eq(id)).delete()),
  )
  const sought = fc.stringMatching(/^[aAb%_\\é ]{0,3}$/)
  const read: fc.Arbitrary<(handle: Things) => Promise<unknown>> = fc.oneof(
    fc.constant((handle: Things) => handle.all()),
    keys.map((key) => (handle: Things) => handle.get(key)),
    fc.array(keys, { maxLength: 5 }).map((some) => (handle: Things) => handle.getMany(some)),
    sought.map((part) => (handle: Things) => handle.where((found) => found.name.contains(part)).all()),
    sought.map((part) => (handle: Things) => handle.where((found) => found.name.endsWith(part)).all()),
    sought.map((part) => (handle: Things) => handle.where((found) => found.name.startsWith(part)).all()),
    sought.map(
      (part) => (handle: Things) =>
        handle.where((found) => found.name.lower().eq(part).and(found.size.isNotNull())).all(),
    ),
    fc
      .constantFrom('a', 'b')
      .map(
        (city) => (handle: Things) =>
          handle.where((found) => found.doc.path('city').as('text').eq(city)).all(),
      ),
    row.map(
      ({ doc }) =>
        (handle: Things) =>
          handle.where((found) => found.doc.eq(doc ?? { city: 'a' })).all(),
    ),
    row.map(
      ({ on }) =>
        (handle: Things) =>
          handle
            .where((found) => found.on.ge(on))
            .orderBy((found) => [found.at.desc(), found.name])
            .limit(5)
            .all(),
    ),
    fc.constant((handle: Things) =>
      handle
        .groupBy((found) => ({ on: found.on }))
        .select((found) => ({ on: found.on }))
        .all(),
    ),
  )
  const steps = fc.array(fc.oneof(write, read), { minLength: 3, maxLength: 14 })

  test('random writes and reads, against memory', async () => {
    const databases: Awaited<ReturnType<typeof filled>>[] = []
    for (const design of designs) {
      const database = await opened({
        tables: [design],
        extensions: ['pg_trgm', 'btree_gist'],
        settings: { enable_seqscan: 'off' },
      })
      databases.push(await filled(database))
    }
    const reference = await open(memory())
    onTestFinished(() => reference.close())
    const expected = await filled(reference)
    const property = fc.asyncProperty(steps, async (calls) => {
      for (const { handle } of [expected, ...databases]) await handle.where((row) => row.id.ge(0)).delete()
      for (const call of calls) {
        const answer = await outcome(() => call(expected.handle))
        for (const { handle } of databases) expect(await outcome(() => call(handle))).toEqual(answer)
      }
      const rows = await expected.handle.all()
      for (const { handle } of databases) expect(await handle.all()).toEqual(rows)
    })
    await fc.assert(property, { numRuns: 60 })
  })
})
