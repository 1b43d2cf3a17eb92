import { bigint, date, double, integer, isHoldfastError, open, table, text, timestamp } from '@holdfast/core'
import type { Database, ErrorCode } from '@holdfast/core'
import { duckdb } from '@holdfast/duckdb'
import fc from 'fast-check'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { file } from '../src/index.js'
import { temporaryFolder } from './folder.js'

const endings = ['csv', 'parquet', 'ndjson', 'jsonl', 'json'].flatMap((ending) =>
  ['', '.gz', '.zst'].map((packing) => ending + packing),
)

async function opened(folder: string): Promise<Database> {
  const db = await open(file({ path: join(folder, 'db'), synchronous: 'off' }))
  onTestFinished(() => db.close())
  return db
}

/** Writes a file, in folders that are made; gives its path. */
function written(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

async function codeOf(work: Promise<unknown>): Promise<ErrorCode | undefined> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return isHoldfastError(error) ? error.code : undefined
}

const people = 'id,name,zip,born\n2,,04711,1999-12-31\n1,"",00123,\n3,"a,b",1,2024-02-29\n'

test('a CSV file is a table: null and the empty text are two, and leading zeros stay', async () => {
  const folder = temporaryFolder()
  const db = await opened(folder)
  const found = await db.file(written(folder, 'people.csv', people))
  expect(found.name).toBe('people')
  expect(found.definition.columns.map(({ type }) => type.name)).toEqual(['integer', 'text', 'text', 'date'])
  expect(await found.all()).toEqual([
    { id: 1, name: '', zip: '00123', born: null },
    { id: 2, name: null, zip: '04711', born: '1999-12-31' },
    { id: 3, name: 'a,b', zip: '1', born: '2024-02-29' },
  ])
  expect(await found.where((row) => row['name']!.isNull()).count()).toBe(1)
})

test('a stated column is read as what is stated, and not as what is inferred', async () => {
  const folder = temporaryFolder()
  const db = await opened(folder)
  const path = written(folder, 'people.csv', people)
  const stated = await db.file(path, { columns: { id: bigint(), born: text().nullable() } })
  expect(await stated.select((row) => ({ id: row['id']!, born: row['born']! })).first()).toEqual({
    id: 1n,
    born: null,
  })
  expect(await codeOf(db.file(path, { columns: { ident: text() } }))).toBe('UNKNOWN_COLUMN')
  const people2 = table('people', { id: integer().primaryKey() })
  expect(await codeOf(db.file(path, { table: people2, columns: { id: text() } }))).toBe('INVALID_ARGUMENT')
  expect(await codeOf((await db.file(path, { columns: { name: text() } })).all())).toBe('INVALID_DATA')
})

test.each(endings)('what is exported as .%s is there again, without a word on its types', async (ending) => {
  const visits = table('visits', {
    id: integer().primaryKey(),
    ratio: double().nullable(),
    note: text().nullable(),
    day: date().nullable(),
    at: timestamp().nullable(),
  })
  const folder = temporaryFolder()
  const db = await opened(folder)
  await db.ensure(visits)
  const path = join(folder, `visits.${ending}`)
  // Texts that are none of the narrower types, in JSON too.
  const notes = fc
    .string({ unit: 'binary', maxLength: 8 })
    .map((value) => `t${value}`.toWellFormed().replaceAll('\0', ''))
  const row = fc.record({
    id: fc.integer(),
    ratio: fc.option(fc.integer().map((value) => value + 0.5)),
    note: fc.option(fc.oneof(fc.constant(''), notes)),
    day: fc.option(fc.constantFrom('2024-02-29', '0001-01-01')),
    at: fc.option(fc.constantFrom(new Date(0), new Date('1999-12-31T23:59:59.999Z'))),
  })
  // What makes one type of each column: numbers with as many digits behind the point would be decimals in CSV.
  const first = { id: 2 ** 40, ratio: 0.25, note: 't', day: '2024-02-29', at: new Date(1) }
  const second = { ...first, id: 2 ** 41, ratio: 0.5 }
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 20 }), async (others) => {
      await db.table(visits).clear()
      await db.table(visits).insert([first, second, ...others])
      const rows = await db.table(visits).all()
      expect(await db.table(visits).exportFile(path, { overwrite: true })).toEqual({ rows: rows.length })
      const found = await db.file(path)
      expect(await found.all()).toEqual(rows)
      expect(await found.count()).toBe(rows.length)
      const declared = await db.file(path, { table: visits })
      expect(await declared.where((each) => each.id.gt(0)).count()).toBe(
        rows.filter(({ id }) => id > 0).length,
      )
      await db.table(visits).clear()
      expect(await db.table(visits).importFile(path)).toEqual({ rows: rows.length })
      expect(await db.table(visits).all()).toEqual(rows)
    }),
    { numRuns: 10 },
  )
  const packing = { gz: [0x1f, 0x8b], zst: [0x28, 0xb5] }[ending.split('.')[1] ?? '']
  if (packing !== undefined) expect([...readFileSync(path).subarray(0, 2)]).toEqual(packing)
  expect(readdirSync(folder).toSorted()).toEqual(['db', `visits.${ending}`])
})

test('files that other tools have packed are read', async () => {
  const folder = temporaryFolder()
  const db = await opened(folder)
  const expected = await (await db.file(written(folder, 'plain.csv', people))).all()
  for (const [name, bytes] of [
    ['people.csv.gz', gzipSync(people)],
    ['people.CSV.ZST', zstdCompressSync(people)],
  ] as const) {
    expect(await (await db.file(written(folder, name, bytes))).all()).toEqual(expected)
  }
  const unnamed = written(folder, 'people', gzipSync(people))
  expect(await (await db.file(unnamed, { format: 'csv', compression: 'gzip' })).all()).toEqual(expected)
  const cut = written(folder, 'cut.csv.gz', gzipSync(people).subarray(0, -3))
  expect(await codeOf(db.file(cut))).toBe('INVALID_DATA')
})

test('a pattern stands for all files that are like it, in folders too', async () => {
  const folder = temporaryFolder()
  const db = await opened(folder)
  const ids = async (pattern: string) =>
    (await (await db.file(join(folder, pattern))).all()).map(({ id }) => id)
  const content = (id: number) => `id,name\n${id},x\n`
  for (const [index, name] of [
    'a1.csv',
    'a2.csv',
    'b[1].csv',
    'in/a3.csv',
    'in/deep/a4.csv',
    '.a5.csv',
    '.in/a6.csv',
  ].entries())
    written(folder, name, content(index + 1))
  mkdirSync(join(folder, 'a9.csv'))
  symlinkSync(join(folder, 'in'), join(folder, 'link'))
  expect(await ids('*.csv')).toEqual([1, 2, 3])
  expect(await ids('a?.csv')).toEqual([1, 2])
  expect(await ids('[!a]*.csv')).toEqual([3])
  expect(await ids('a[2-9].csv')).toEqual([2])
  expect(await ids('b[[]1].csv')).toEqual([3])
  expect(await ids('*/a?.csv')).toEqual([4, 4])
  expect(await ids('**/a?.csv')).toEqual([1, 2, 4, 5])
  expect(await ids('**/**/a4.csv')).toEqual([5])
  expect(await codeOf(db.file(join(folder, 'c*.csv')))).toBe('NOT_FOUND')
  expect(await codeOf(db.file(join(folder, '[z-a].csv')))).toBe('INVALID_ARGUMENT')
})

test('types hold the values of all files behind a pattern, which have the same columns', async () => {
  const folder = temporaryFolder()
  const db = await opened(folder)
  written(folder, 'csv/1.csv', 'n,t,mixed\n1,2024-02-29,true\n')
  written(folder, 'csv/2.csv', 'n,t,mixed\n1.5,x,7\n')
  const found = await db.file(join(folder, 'csv', '*.csv'))
  expect(await found.all()).toEqual([
    { n: '1', t: '2024-02-29', mixed: 'true' },
    { n: '1.5', t: 'x', mixed: '7' },
  ])
  written(folder, 'json/1.ndjson', '{"n":1,"t":"2024-02-29","mixed":true}\n')
  written(folder, 'json/2.ndjson', '{"more":[],"t":"x","n":1.5,"mixed":7}\n')
  const objects = await db.file(join(folder, 'json', '*.ndjson'))
  expect(await objects.all()).toEqual([
    { n: 1, t: '2024-02-29', mixed: true, more: null },
    { n: 1.5, t: 'x', mixed: 7, more: [] },
  ])
  written(folder, 'csv/3.csv', 't,n,mixed\nx,1,2\n')
  expect(await codeOf(db.file(join(folder, 'csv', '*.csv')))).toBe('INVALID_DATA')
  expect(await codeOf(found.all())).toBe('SCHEMA_MISMATCH')
})

test('CSV without a header has the columns of the table in their order, or numbered ones', async () => {
  const folder = temporaryFolder()
  const db = await opened(folder)
  const path = written(folder, 'plain.csv', '1;a;2024-02-29\n2;;\n')
  const plain = { header: false, separator: ';' } as const
  const days = table(
    'days',
    { id: integer(), name: text().nullable(), day: date().nullable() },
    { primaryKey: ['id'] },
  )
  const declared = await db.file(path, { ...plain, table: days })
  expect(await declared.select((row) => ({ day: row.day })).all()).toEqual([
    { day: '2024-02-29' },
    { day: null },
  ])
  expect(await declared.where((row) => row.name.isNull()).count()).toBe(1)
  const numbered = await db.file(path, plain)
  expect(await numbered.all()).toEqual([
    { column1: 1, column2: 'a', column3: '2024-02-29' },
    { column1: 2, column2: null, column3: null },
  ])
  await db.ensure(days)
  expect(await db.table(days).importFile(path, plain)).toEqual({ rows: 2 })
  expect(await codeOf(db.table(days).importFile(path, plain))).toBe('DUPLICATE_KEY')
  written(folder, 'plain.csv', '3;a;2024-02-29\n4;b;2024-02-30\n')
  await expect(db.table(days).importFile(path, plain)).rejects.toMatchObject({ path: 'rows[1].day' })
  expect(await db.table(days).count()).toBe(2)
})

test('what cannot be read says so by its code, and is left as it is', async () => {
  const folder = temporaryFolder()
  const db = await opened(folder)
  expect(await codeOf(db.file(join(folder, 'none.csv')))).toBe('NOT_FOUND')
  mkdirSync(join(folder, 'folder.csv'))
  expect(await codeOf(db.file(join(folder, 'folder.csv')))).toBe('INVALID_ARGUMENT')
  const broken = written(folder, 'broken.csv', 'id,name\n1,"a\n')
  expect(await codeOf(db.file(broken))).toBe('INVALID_DATA')
  const noParquet = written(folder, 'no.parquet', 'id,name\n1,a\n')
  expect(await codeOf(db.file(noParquet))).toBe('INVALID_DATA')
  const latin = written(folder, 'latin.csv', Buffer.from('id,name\n1,\xe9\n', 'latin1'))
  expect(await codeOf(db.file(latin))).toBe('INVALID_DATA')
  expect(await codeOf((await db.file(written(folder, 'a.csv', people))).exportFile(broken))).toBe(
    'INVALID_ARGUMENT',
  )
  expect(readFileSync(broken, 'utf8')).toBe('id,name\n1,"a\n')
  const later = await db.file(written(folder, 'later.csv', 'id,n\n1,1\n'))
  written(folder, 'later.csv', 'id,n\n1,x\n')
  expect(await codeOf(later.all())).toBe('INVALID_DATA')
  expect(await codeOf(later.exportFile(join(folder, 'out.csv')))).toBe('INVALID_DATA')
  expect(readdirSync(folder)).not.toContain('out.csv')
})

const readings = table('readings', {
  id: integer().primaryKey(),
  big: bigint().nullable(),
  celsius: double().nullable(),
  station: text().nullable(),
  day: date().nullable(),
  at: timestamp('us').nullable(),
})

const someReadings = Array.from({ length: 5000 }, (_, id) => ({
  id,
  big: id % 7 === 0 ? null : BigInt(id) * 10n ** 12n,
  celsius: id % 5 === 0 ? null : id / 8,
  station: ['', 'a"b,\n', null, 'ä'][id % 4]!,
  day: id % 3 === 0 ? null : '2024-02-29',
  at: id % 2 === 0 ? null : BigInt(id) * 1_000_001n,
}))

test.each(['csv', 'parquet'])('DuckDB reads our %s and we read its', async (format) => {
  const folder = temporaryFolder()
  const ours = await opened(folder)
  await using theirs = await open(duckdb({ path: ':memory:', externalAccess: [folder] }))
  for (const [from, to] of [
    [ours, theirs],
    [theirs, ours],
  ] as const) {
    await from.ensure(readings)
    await from.table(readings).insert(someReadings)
    const path = join(folder, `readings.${format}`)
    await from.table(readings).exportFile(path, { overwrite: true })
    expect(await (await to.file(path, { table: readings })).all()).toEqual(someReadings)
    const hot = (await to.file(path, { table: readings })).where((row) => row.celsius.gt(600))
    expect(await hot.all()).toEqual(someReadings.filter(({ celsius }) => (celsius ?? 0) > 600))
    if (format === 'parquet') expect(await (await to.file(path)).all()).toEqual(someReadings)
  }
})

test('conditions on Parquet files give the same rows whichever row groups are passed over', async () => {
  const folder = temporaryFolder()
  const db = await opened(folder)
  await using theirs = await open(duckdb({ path: ':memory:', externalAccess: true }))
  await theirs.ensure(readings)
  await theirs.table(readings).insert(someReadings)
  const path = join(folder, 'readings.parquet')
  await theirs.native.run(
    `COPY (SELECT * FROM readings ORDER BY id) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  )
  const found = await db.file(path, { table: readings })
  const comparisons = ['lt', 'le', 'gt', 'ge', 'eq'] as const
  const holds = {
    lt: (a: number, b: number) => a < b,
    le: (a: number, b: number) => a <= b,
    gt: (a: number, b: number) => a > b,
    ge: (a: number, b: number) => a >= b,
    eq: (a: number, b: number) => a === b,
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...comparisons),
      fc.integer({ min: -1, max: 5001 }),
      async (comparison, id) => {
        const query = found.where((row) => row.id[comparison](id))
        const expected = someReadings.filter((row) => holds[comparison](row.id, id))
        expect(await query.all()).toEqual(expected)
        expect(await query.count()).toBe(expected.length)
      },
    ),
    { numRuns: 15 },
  )
  const { stats } = await found.where((row) => row.id.lt(10)).run()
  expect(stats.rowsFetched).toBeLessThan(someReadings.length)
  expect(stats.rowsFetched).toBeGreaterThanOrEqual(10)
})

test('files are joined with tables, in transactions too, and read anew by each query', async () => {
  const folder = temporaryFolder()
  const db = await opened(folder)
  const names = table('names', { id: integer().primaryKey(), label: text() })
  await db.ensure(names)
  await db.table(names).insert([
    { id: 1, label: 'one' },
    { id: 2, label: 'two' },
  ])
  const path = written(folder, 'extra.csv', 'id,n\n2,5\n')
  await db.transaction(async (tx) => {
    const found = await tx.file(path, { table: table('extra', { id: integer().primaryKey(), n: integer() }) })
    const joined = tx
      .table(names)
      .join(found, (name, extra) => name.id.eq(extra.id))
      .select((name, extra) => ({ label: name.label, n: extra.n }))
    expect(await joined.all()).toEqual([{ label: 'two', n: 5 }])
    written(folder, 'extra.csv', 'id,n\n1,6\n')
    expect(await joined.all()).toEqual([{ label: 'one', n: 6 }])
  })
})

test('a database is written out, a file for each table', async () => {
  const folder = temporaryFolder()
  const db = await opened(folder)
  await db.ensure(readings)
  await db.table(readings).insert(someReadings)
  for (const { name } of await db.tables()) {
    const found = await db.table(name)
    await found.exportFile(join(folder, `${name}.parquet`))
  }
  expect(await (await db.file(join(folder, 'readings.parquet'))).all()).toEqual(someReadings)
})
