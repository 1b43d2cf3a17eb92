import { bigint, boolean, double, integer, json, table, text, timestamp } from '@holdfast/core'
import type { Database } from '@holdfast/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { physical } from '../src/index.js'
import type { NativeClients, PhysicalOptions, PostgresOptions } from '../src/index.js'
import { opened, otherProgram } from './databases.js'
import { freshSchema } from './schemas.js'

const places = table('places', {
  id: integer().primaryKey(),
  city: text(),
  note: text().nullable(),
  seen: timestamp(),
  size: double().nullable(),
  open: boolean(),
  wide: bigint().nullable(),
  doc: json().nullable(),
})

const rows = Array.from({ length: 300 }, (_, id) => ({
  id,
  city: `city ${id % 50}`,
  note: id % 3 === 0 ? null : `Notes on %_\\ number ${id}`,
  seen: new Date(Date.UTC(2024, 0, 1) + id * 3_600_000),
  size: id / 7,
  open: id % 10 === 0,
  wide: BigInt(id) * 10n ** 15n,
  doc: { city: `town ${id % 40}`, rank: id, tags: ['a', `t${id % 5}`] },
}))

const extensions = ['pg_trgm', 'btree_gist']

/** A database with the table as it is to be kept, in which scanning the whole table is the last resort. */
async function filled(indexes: PhysicalOptions<typeof places>['indexes'], options: PostgresOptions = {}) {
  const database = await opened({
    extensions,
    tables: [physical(places, { ...(indexes && { indexes }) })],
    settings: { enable_seqscan: 'off' },
    ...options,
  })
  await database.ensure(places)
  await database.table(places).insert(rows)
  await database.sql`analyze places`
  return database
}

const handle = (database: Database<NativeClients>) => database.table(places)
type Ask = (places: ReturnType<typeof handle>) => {
  explain(): Promise<{ engines: readonly { plan?: string }[] }>
  all(): Promise<unknown[]>
}

async function planOf(query: ReturnType<Ask>): Promise<string> {
  return (await query.explain()).engines.map(({ plan }) => plan ?? '').join('\n')
}

describe('a query is served by the index that is made for it:', () => {
  const cases: readonly (readonly [
    string,
    NonNullable<PhysicalOptions<typeof places>['indexes']>,
    Ask,
    number,
  ])[] = [
    [
      'btree on columns',
      { i: { method: 'btree', on: ['city', 'seen'] } },
      (t) => t.where((r) => r.city.eq('city 7')),
      6,
    ],
    [
      'btree in an order',
      { i: { method: 'btree', on: (r) => [r.seen.desc(), r.id] } },
      (t) => t.orderBy((r) => [r.seen.desc(), r.id]).limit(3),
      3,
    ],
    [
      'btree in an order with nulls last',
      { i: { method: 'btree', on: (r) => [r.note.desc(), r.id] } },
      (t) => t.orderBy((r) => r.note.desc()).limit(3),
      3,
    ],
    [
      'btree on an expression',
      { i: { method: 'btree', on: (r) => r.note.lower() } },
      (t) => t.where((r) => r.note.lower().eq('notes on %_\\ number 7')),
      1,
    ],
    [
      'btree on arithmetic',
      { i: { method: 'btree', on: (r) => r.wide.absolute() } },
      (t) => t.where((r) => r.wide.absolute().gt(298n * 10n ** 15n)),
      1,
    ],
    [
      'btree on the year',
      { i: { method: 'btree', on: (r) => r.seen.truncate('day') } },
      (t) => t.where((r) => r.seen.truncate('day').eq(new Date(Date.UTC(2024, 0, 3)))),
      24,
    ],
    [
      'btree on a text in documents',
      { i: { method: 'btree', on: (r) => r.doc.path('city').as('text') } },
      (t) => t.where((r) => r.doc.path('city').as('text').eq('town 3')),
      8,
    ],
    [
      'btree on a number in documents',
      { i: { method: 'btree', on: (r) => r.doc.path('rank').as('integer') } },
      (t) => t.where((r) => r.doc.path('rank').as('integer').ge(295)),
      5,
    ],
    [
      'a part of the rows',
      { i: { method: 'btree', on: 'seen', where: (r) => r.open.eq(true) } },
      (t) => t.where((r) => r.open.eq(true).and(r.seen.lt(new Date(Date.UTC(2024, 0, 3))))),
      5,
    ],
    [
      'a part of the rows, without nulls',
      { i: { method: 'btree', on: 'note', where: (r) => r.note.isNotNull() } },
      (t) => t.where((r) => r.note.eq('Notes on %_\\ number 7')),
      1,
    ],
    [
      'a part of the rows by a text',
      { i: { method: 'btree', on: 'seen', where: (r) => r.city.eq("city 5'\\") } },
      (t) => t.where((r) => r.city.eq("city 5'\\")),
      0,
    ],
    ['hash', { i: { method: 'hash', on: 'city' } }, (t) => t.where((r) => r.city.eq('city 9')), 6],
    [
      'hash of whole documents',
      { i: { method: 'hash', on: 'doc' } },
      (t) => t.where((r) => r.doc.eq({ city: 'town 9', rank: 9, tags: ['a', 't4'] })),
      1,
    ],
    [
      'brin',
      { i: { method: 'brin', on: 'seen', pagesPerRange: 1 } },
      (t) => t.where((r) => r.seen.lt(new Date(Date.UTC(2024, 0, 1, 2)))),
      2,
    ],
    [
      'spgist',
      { i: { method: 'spgist', on: 'city' } },
      (t) => t.where((r) => r.city.startsWith('city 49')),
      6,
    ],
    [
      'trigrams of gin',
      { i: { method: 'gin', trigrams: 'note' } },
      (t) => t.where((r) => r.note.contains('%_\\ number 29')),
      8,
    ],
    [
      'trigrams of gist at the end',
      { i: { method: 'gist', trigrams: ['note', 'city'] } },
      (t) => t.where((r) => r.note.endsWith('number 100')),
      1,
    ],
    [
      'trigrams of an expression',
      { i: { method: 'gin', trigrams: (r) => r.note.lower() } },
      (t) => t.where((r) => r.note.lower().contains('number 299')),
      1,
    ],
    [
      'gist',
      { i: { method: 'gist', on: ['size', 'seen'] } },
      (t) => t.where((r) => r.seen.lt(new Date(Date.UTC(2024, 0, 1, 2)))),
      2,
    ],
  ]

  test.each(cases)('%s', async (_, indexes, ask, count) => {
    // Only bitmaps are made of a GIN index, which pay for larger tables than this one.
    const bitmaps = Object.values(indexes).some(({ method }) => method === 'gin')
    const settings = { enable_seqscan: 'off', ...(bitmaps && { enable_indexscan: 'off' }) }
    const database = await filled(indexes, { settings })
    const query = ask(database.table(places))
    expect(await planOf(query)).toContain('places.physical.i')
    expect(await query.all()).toHaveLength(count)
  })

  test.each(['gin', 'gist'] as const)('%s for search', async (method) => {
    const database = await filled({ i: { method, search: ['note', 'city'] } }, { max: 1 })
    const used = async () => {
      await database.sql`select pg_stat_force_next_flush()`
      const [row] = await database.sql`select idx_scan from pg_stat_user_indexes
        where indexrelname = 'places.physical.i' and schemaname = current_schema()`
      return Number(row!['idx_scan'])
    }
    const before = await used()
    const found = await database.table(places).search(['city', 'note'], 'number 100')
    expect(found.map(({ id }) => id)).toEqual([100])
    expect(await used()).toBeGreaterThan(before)
  })

  test('gin for statements about what documents contain', async () => {
    const database = await filled({ i: { method: 'gin', documents: 'doc' } })
    const containing = '{"city": "town 3"}'
    const plan = await database.sql`explain select id from places where doc::jsonb @> ${containing}::jsonb`
    expect(JSON.stringify(plan)).toContain('places.physical.i')
    const found = await database.sql`select id from places where doc::jsonb @> ${containing}::jsonb`
    expect(found).toHaveLength(8)
  })
})

describe('a path in documents', () => {
  test('is not served by an index of what documents contain', async () => {
    const database = await filled({ i: { method: 'gin', documents: 'doc' } })
    const query = database.table(places).where((row) => row.doc.path('city').as('text').eq('town 3'))
    expect(await planOf(query)).not.toContain('places.physical.i')
    expect(await query.all()).toHaveLength(8)
  })
})

const named = async (database: Database<NativeClients>) =>
  (
    await database.sql`select indexname from pg_indexes where schemaname = current_schema() order by indexname collate "C"`
  ).map((row) => String(row['indexname']))

describe('a table that is there', () => {
  const indexes = {
    by_city: { method: 'btree', on: 'city' },
    by_time: { method: 'brin', on: 'seen' },
  } as const
  const own = ['places.$key', 'places.physical.by_city', 'places.physical.by_time']

  test('gets the indexes that it lacks when the database is opened, and keeps all that it has', async () => {
    const schema = freshSchema()
    const plain = await opened({ schema })
    await plain.ensure(places)
    await plain.table(places).insert(rows)
    const client = await otherProgram(schema)
    await client.query('create index mine on places (size)')
    const tables = [physical(places, { indexes })]
    const database = await opened({ schema, tables })
    expect((await named(database)).filter((name) => name.startsWith('places.'))).toEqual(own)
    await database.ensure(places)
    expect(await database.table(places).all()).toEqual(rows)
    // And without the options, and with fewer, and with others.
    for (const options of [
      [],
      [physical(places, {})],
      [physical(places, { indexes: { more: { method: 'hash', on: 'city' } } })],
    ]) {
      const again = await opened({ schema, tables: options })
      await again.ensure(places)
      expect(await again.table(places).count()).toBe(rows.length)
      expect(await named(again)).toEqual(expect.arrayContaining(['mine', 'places.physical.by_city']))
      const [definition] = await again.tables()
      expect(definition).toEqual(places.definition)
    }
  })

  test('of another program, too', async () => {
    const schema = freshSchema()
    const client = await otherProgram()
    await client.query(`create schema "${schema}"`)
    await client.query(`set search_path to "${schema}"`)
    await client.query('create table people (id integer primary key, name varchar(20))')
    await client.query("insert into people values (1, 'Ann'), (2, 'bob')")
    const people = table('people', { id: integer().primaryKey(), name: text().nullable() })
    const tables = [
      physical(people, { indexes: { by_name: { method: 'btree', on: (row) => row.name.lower() } } }),
    ]
    const database = await opened({ schema, tables, settings: { enable_seqscan: 'off' } })
    const query = database.table(people).where((row) => row.name.lower().eq('ann'))
    expect((await query.all()).map(({ id }) => id)).toEqual([1])
    expect((await query.explain()).engines[0]!.plan).toContain('people.physical.by_name')
    expect((await database.tables())[0]!.indexes).toEqual([])
  })

  test('may be opened by many at once', async () => {
    const schema = freshSchema()
    const plain = await opened({ schema })
    await plain.ensure(places)
    await plain.table(places).insert(rows)
    const databases = await Promise.all(
      Array.from({ length: 6 }, () =>
        opened({ schema, extensions, tables: [physical(places, { indexes })] }),
      ),
    )
    expect(await named(databases[0]!)).toEqual(expect.arrayContaining(own))
  })

  test('is left alone by who may only read', async () => {
    const schema = freshSchema()
    await (await opened({ schema })).ensure(places)
    const database = await opened({ schema, readOnly: true, tables: [physical(places, { indexes })] })
    expect((await named(database)).filter((name) => name.startsWith('places.'))).toEqual(['places.$key'])
  })

  test('is made with its indexes in a transaction, or not at all', async () => {
    const database = await opened({ tables: [physical(places, { indexes })] })
    const undone = database.transaction(async (tx) => {
      await tx.ensure(places)
      await tx.table(places).insert(rows)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await named(database)).toEqual([])
    await database.transaction(async (tx) => {
      await tx.ensure(places)
      await tx.table(places).insert(rows)
    })
    expect(await named(database)).toEqual(expect.arrayContaining(own))
    await database.drop(places)
    expect((await named(database)).filter((name) => name.startsWith('places.'))).toEqual([])
  })
})

describe('what PostgreSQL cannot do is refused with the index named:', () => {
  test('an extension that is not there', async () => {
    // Extensions are those of a database: other tests have them.
    const name = `holdfast_${freshSchema()}`
    const client = await otherProgram()
    onTestFinished(async () => void (await client.query(`drop database "${name}"`)))
    const database = await opened({
      createDatabase: true,
      database: name,
      tables: [physical(places, { indexes: { parts: { method: 'gin', trigrams: 'note' } } })],
    })
    const making = database.ensure(places)
    await expect(making).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      table: 'places',
      path: 'indexes.parts',
    })
    await expect(making).rejects.toThrow('pg_trgm')
    // Nothing of it is there.
    expect(await database.tables()).toEqual([])
  })

  test('an expression that needs a subquery', async () => {
    const index = { method: 'btree', on: (row: Parameters<typeof sized>[0]) => sized(row) } as const
    const database = await opened({ tables: [physical(places, { indexes: { sized: index } })] })
    const making = database.ensure(places)
    await expect(making).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', path: 'indexes.sized' })
  })

  test('an expression that only core evaluates', async () => {
    const index = {
      method: 'btree',
      on: (row: Parameters<typeof sized>[0]) => row.size.cast('text'),
    } as const
    const database = await opened({ tables: [physical(places, { indexes: { written: index } })] })
    await expect(database.ensure(places)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      path: 'indexes.written',
    })
  })
})

type Row = Parameters<Parameters<ReturnType<typeof handle>['where']>[0]>[0]
const sized = (row: Row) => row.size.add(1).multiply(row.size.add(2))

describe('options are refused that', () => {
  const refusals: readonly (readonly [string, unknown, string])[] = [
    ['are none', null, 'object'],
    ['have another name', { index: {} }, 'index'],
    ['name no column', { indexes: { a: { method: 'btree', on: 'citi' } } }, 'city'],
    ['name a column twice', { indexes: { a: { method: 'btree', on: ['city', 'city'] } } }, 'twice'],
    ['have no method', { indexes: { a: { on: 'city' } } }, 'btree'],
    ['have another method', { indexes: { a: { method: 'bitmap', on: 'city' } } }, 'btree'],
    [
      'are of another method',
      { indexes: { a: { method: 'hash', on: 'city', include: ['note'] } } },
      'include',
    ],
    ['are unique', { indexes: { a: { method: 'btree', on: 'city', unique: true } } }, 'unique'],
    ['say nothing', { indexes: { a: { method: 'gin' } } }, 'exactly one'],
    [
      'say two things',
      { indexes: { a: { method: 'gin', search: 'note', documents: 'doc' } } },
      'exactly one',
    ],
    ['are of another type', { indexes: { a: { method: 'gin', search: 'size' } } }, 'text'],
    ['hash two columns', { indexes: { a: { method: 'hash', on: ['city', 'note'] } } }, 'one column'],
    ['name an index badly', { indexes: { 'a b': { method: 'btree', on: 'city' } } }, 'name'],
    ['have no condition', { indexes: { a: { method: 'btree', on: 'city', where: 'open' } } }, 'function'],
    [
      'have other pages',
      { indexes: { a: { method: 'brin', on: 'city', pagesPerRange: 0 } } },
      'pagesPerRange',
    ],
  ]
  test.each(refusals)('%s', (_, options, said) => {
    const made = () => physical(places, options as PhysicalOptions<typeof places>)
    expect(made).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
    expect(made).toThrow(said)
  })

  test('are not made by physical(), or for one table twice', async () => {
    const invalid = { code: 'INVALID_ARGUMENT' }
    await expect(opened({ tables: [{}] as never })).rejects.toMatchObject(invalid)
    await expect(opened({ tables: {} as never })).rejects.toMatchObject(invalid)
    await expect(opened({ tables: [physical(places, {}), physical(places, {})] })).rejects.toMatchObject(
      invalid,
    )
  })
})
