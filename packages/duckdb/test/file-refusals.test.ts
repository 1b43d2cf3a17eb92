import { bigint, count, integer, isHoldfastError, sum, table, text } from '@holdfast/core'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { itemRows, items, opened, openedWithItems } from './databases.js'
import { temporaryFolder } from './files.js'

async function failure(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isHoldfastError(error)) throw new Error('No HoldfastError was thrown.', { cause: error })
  return error
}

async function withFile(content: string, name = 'items.csv') {
  const folder = temporaryFolder()
  const path = join(folder, name)
  writeFileSync(path, content)
  const db = await opened({ path: ':memory:', externalAccess: [folder] })
  await db.ensure(items)
  return { db, path, folder, handle: db.table(items) }
}

test.each([
  ['a null', 'id,name\n1,a\n2,\n', 'INVALID_VALUE', 'rows[1].name'],
  ['a value of another type', 'id,name\n1,a\nx,b\n', 'INVALID_DATA', 'rows[1].id'],
  ['a key that comes twice', 'id,name\n1,a\n2,b\n1,c\n', 'DUPLICATE_KEY', undefined],
  ['a column that the table lacks', 'id,nam\n1,a\n', 'UNKNOWN_COLUMN', undefined],
  ['a file without a needed column', 'id\n1\n', 'SCHEMA_MISMATCH', undefined],
  ['a record that is too short', 'id,name\n1,a\n2\n', 'INVALID_DATA', undefined],
  ['a column that comes twice', 'id,name,id\n1,a,2\n', 'INVALID_DATA', undefined],
  ['no header', '', 'INVALID_DATA', undefined],
])('%s is refused, and nothing is imported', async (_what, content, code, place) => {
  const { db, path, handle } = await withFile(content)
  await handle.insert({ id: 77, name: 'before' })
  const error = await failure(handle.importFile(path))
  expect(error).toMatchObject({ code, path: place })
  expect(error.message).toContain(path)
  expect(await handle.all()).toEqual([{ id: 77, name: 'before' }])
  const inside = db.transaction(async (tx) => {
    expect(await failure(tx.table(items).importFile(path))).toMatchObject({ code })
    expect(await tx.table(items).count()).toBe(1)
    await tx.table(items).insert({ id: 78, name: 'after' })
  })
  await inside
  expect(await handle.count()).toBe(2)
})

test('bytes that are not UTF-8 are refused, and a byte order mark is not', async () => {
  const { path, handle } = await withFile('')
  writeFileSync(path, Buffer.concat([Buffer.from('id,name\n1,'), Buffer.from([0xff]), Buffer.from('\n')]))
  expect(await failure(handle.importFile(path))).toMatchObject({ code: 'INVALID_DATA' })
  writeFileSync(path, '\ufeffid,name\n1,a\n')
  expect(await handle.importFile(path)).toEqual({ rows: 1 })
  writeFileSync(path, '\ufeff2,b\n')
  expect(await handle.importFile(path, { header: false })).toEqual({ rows: 1 })
  expect(await handle.all()).toEqual([
    { id: 1, name: 'a' },
    { id: 2, name: 'b' },
  ])
})

test('defaults, versions, generated keys, checks and policies hold for files as for rows', async () => {
  const { db, path, folder } = await withFile('label,version,id\nx,7,5\ny,7,6\n')
  const things = table(
    'things',
    {
      id: bigint().generated().primaryKey(),
      label: text(),
      note: text().default('none'),
      version: integer().version(),
    },
    { checks: { short: (row) => row.label.length().lt(3) } },
  )
  await db.ensure(things)
  await db.table(things).importFile(path)
  const generated = join(folder, 'generated.csv')
  writeFileSync(generated, 'label\nz\n')
  await db.table(things).importFile(generated)
  expect(await db.table(things).all()).toEqual([
    { id: 5n, label: 'x', note: 'none', version: 1 },
    { id: 6n, label: 'y', note: 'none', version: 1 },
    { id: 7n, label: 'z', note: 'none', version: 1 },
  ])
  writeFileSync(path, 'label,id\na,5\nb,8\nb2,8\n')
  expect(await db.table(things).importFile(path, { onConflict: 'skip' })).toEqual({ rows: 1 })
  expect(await db.table(things).importFile(path, { onConflict: 'replace' })).toMatchObject({})
  expect(await db.table(things).get(8n)).toMatchObject({ label: 'b2' })
  expect(await db.table(things).get(5n)).toMatchObject({ label: 'a', version: 2 })
  writeFileSync(path, 'label,id\nlong,20\n')
  expect(await failure(db.table(things).importFile(path))).toMatchObject({ code: 'CHECK_VIOLATION' })
})

test('checks and long keys are looked at where DuckDB reads the rows itself', async () => {
  const { db, path } = await withFile('')
  const words = table('words', { word: text().primaryKey() }, { checks: { noX: (row) => row.word.ne('x') } })
  await db.ensure(words)
  writeFileSync(path, 'word\na\nb\n')
  expect(await db.table(words).importFile(path)).toEqual({ rows: 2 })
  writeFileSync(path, 'word\nc\nx\n')
  expect(await failure(db.table(words).importFile(path))).toMatchObject({
    code: 'CHECK_VIOLATION',
    path: 'rows[1]',
  })
  writeFileSync(path, `word\n${'é'.repeat(256)}\n`)
  expect(await db.table(words).importFile(path)).toEqual({ rows: 1 })
  writeFileSync(path, `word\n${'é'.repeat(257)}\n`)
  expect(await failure(db.table(words).importFile(path))).toMatchObject({ code: 'LIMIT_EXCEEDED' })
  expect(await db.table(words).count()).toBe(3)
})

test('files outside of the folders of externalAccess are out of reach', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'items.csv')
  writeFileSync(path, 'id,name\n1,a\n')
  mkdirSync(join(folder, 'inner'))
  for (const externalAccess of [false, [join(folder, 'inner')]]) {
    const db = await openedWithItems(1, { path: ':memory:', externalAccess })
    const attempts = [
      () => db.table(items).importFile(path),
      () => db.file(path, { table: items }),
      () => db.table(items).exportFile(join(folder, 'new.csv')),
      () => db.file(join(folder, 'inner', '..', '*.parquet')),
    ]
    for (const attempt of attempts) {
      const error = await failure(attempt())
      expect(error.code).toBe('UNAUTHORIZED')
      expect(error.message).toContain('externalAccess')
    }
  }
  expect(readdirSync(folder)).toEqual(['inner', 'items.csv'])
})

test('an export replaces a file only when told to, and leaves nothing half-written', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'items.csv')
  const db = await openedWithItems(3, { path: ':memory:', externalAccess: [folder] })
  expect(await db.table(items).exportFile(path)).toEqual({ rows: 3 })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const before = readFileSync(path, 'utf8')
  expect(before).toBe('id,name\n0,item 0\n1,item 1\n2,item 2\n')
  expect(await failure(db.table(items).limit(1).exportFile(path))).toMatchObject({ code: 'INVALID_ARGUMENT' })
  expect(readFileSync(path, 'utf8')).toBe(before)
  expect(await db.table(items).limit(1).exportFile(path, { overwrite: true })).toEqual({ rows: 1 })
  const controller = new AbortController()
  controller.abort()
  const aborted = db.table(items).exportFile(join(folder, 'b.csv'), { signal: controller.signal })
  expect(await failure(aborted)).toMatchObject({ code: 'ABORTED' })
  const missing = db.table(items).exportFile(join(folder, 'no', 'b.csv'))
  expect(await failure(missing)).toMatchObject({ code: 'NOT_FOUND' })
  expect(readdirSync(folder)).toEqual(['items.csv'])
})

test('a large answer keeps its order, and sums that do not fit are told', async () => {
  const folder = temporaryFolder()
  const db = await openedWithItems(0, { path: ':memory:', externalAccess: [folder] })
  await db.table(items).insert(itemRows(300_000))
  const path = join(folder, 'items.parquet')
  await db
    .table(items)
    .orderBy((row) => row.name.desc())
    .exportFile(path)
  const { rows } = await db.native
    .runAndReadAll(`SELECT name FROM '${path}'`)
    .then((result) => ({ rows: result.getRows() }))
  const names = rows.map(([name]) => name as string)
  expect(names).toEqual(
    itemRows(300_000)
      .map(({ name }) => name)
      .toSorted()
      .toReversed(),
  )
  const huge = table('huge', { id: integer().primaryKey(), value: bigint() })
  await db.ensure(huge)
  await db.table(huge).insert([1, 2].map((id) => ({ id, value: 2n ** 63n - 1n })))
  const total = db
    .table(huge)
    .groupBy(() => ({}))
    .select((row) => ({ total: sum(row.value) }))
  expect(await failure(total.exportFile(join(folder, 'sum.csv')))).toMatchObject({ code: 'NUMERIC_OVERFLOW' })
  expect(existsSync(join(folder, 'sum.csv'))).toBe(false)
})

test('files are joined with tables, in transactions too, and come and go', async () => {
  const { db, path, folder, handle } = await withFile('name,id\nzwei,2\neins,1\n')
  await handle.insert(itemRows(3))
  const file = await db.file(path, { table: items })
  const joined = (start: typeof handle) =>
    start
      .join(file, (item, row) => item.id.eq(row.id))
      .select((item, row) => ({ id: item.id, german: row.name }))
  const answer = [
    { id: 1, german: 'eins' },
    { id: 2, german: 'zwei' },
  ]
  const run = await joined(handle).run()
  expect(run.rows).toEqual(answer)
  expect(run.stats.nodesTaken).toBe(run.stats.nodes)
  await db.transaction(async (tx) => {
    await tx.table(items).delete(1)
    const inside = await tx.file(path, { table: items })
    const query = tx.table(items).join(inside, (item, row) => item.id.eq(row.id))
    expect(await query.select((item) => ({ id: item.id })).all()).toEqual([{ id: 2 }])
  })
  writeFileSync(path, 'name,id\ndrei,3\n')
  expect(await file.all()).toEqual([{ id: 3, name: 'drei' }])
  writeFileSync(path, 'id,name\n3,drei\n')
  expect(await failure(file.all())).toMatchObject({ code: 'SCHEMA_MISMATCH' })
  expect(await failure(db.file(join(folder, 'none-*.csv'), { table: items }))).toMatchObject({
    code: 'NOT_FOUND',
  })
})

test('a pattern stands for many files, which must be alike; a path stands for itself', async () => {
  const { db, folder, handle } = await withFile('id,name\n1,a\n', 'one[1].csv')
  writeFileSync(join(folder, 'two.csv'), 'id,name\n2,b\n')
  const file = await db.file(join(folder, '*.csv'), { table: items })
  expect(
    await file
      .groupBy(() => ({}))
      .select(() => ({ rows: count() }))
      .all(),
  ).toEqual([{ rows: 2 }])
  expect(await handle.importFile(join(folder, 'one[1].csv'))).toEqual({ rows: 1 })
  expect(await failure(handle.importFile(join(folder, '*.csv')))).toMatchObject({ code: 'NOT_FOUND' })
  writeFileSync(join(folder, 'three.csv'), 'name,id\nc,3\n')
  expect(await failure(file.all())).toMatchObject({ code: 'SCHEMA_MISMATCH' })
  expect(await failure(db.file(join(folder, '*.csv'), { table: items }))).toMatchObject({
    code: 'INVALID_DATA',
  })
})

test('files of Parquet that do not fit are refused', async () => {
  const { db, path, folder } = await withFile('no parquet at all', 'items.parquet')
  expect(await failure(db.file(path))).toMatchObject({ code: 'INVALID_DATA' })
  const lists = join(folder, 'lists.parquet')
  await db.native.run(`COPY (SELECT 1 AS id, [1, 2] AS list, 'x' AS name) TO '${lists}' (FORMAT parquet)`)
  const refused = await failure(db.file(lists))
  expect(refused).toMatchObject({ code: 'SCHEMA_MISMATCH', column: 'list' })
  const some = await db.file(lists, { table: items })
  expect(await some.all()).toEqual([{ id: 1, name: 'x' }])
  const others = table('others', { id: integer().primaryKey(), name: integer() })
  expect(await failure(db.file(lists, { table: others }))).toMatchObject({ code: 'SCHEMA_MISMATCH' })
  await db.native.run(`COPY (SELECT 'nan'::DOUBLE AS x) TO '${join(folder, 'nan.parquet')}' (FORMAT parquet)`)
  const nan = await db.file(join(folder, 'nan.parquet'))
  expect(await failure(nan.all())).toMatchObject({ code: 'INVALID_DATA', path: 'rows[0].x' })
})

test('what cannot be meant is refused at once', async () => {
  const { db, path, handle } = await withFile('id,name\n1,a\n')
  const file = await db.file(path, { table: items })
  expect(() => file.where((row) => row.id.eq(1)).toJSON()).toThrow('no JSON')
  await expect(db.file(path)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await expect(handle.importFile('https://example.org/x.csv')).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  })
  await expect(handle.importFile('data')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await expect(handle.exportFile('x.parquet', { header: true })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  })
  await expect(file.where((row) => row.id.eq(1)).delete()).rejects.toMatchObject({ code: 'READ_ONLY' })
})
