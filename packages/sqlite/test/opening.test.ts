import { open } from '@holdfast/core'
import Driver from 'better-sqlite3'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sqlite } from '../src/index.js'
import { itemRows, items, opened, openedWithItems } from './databases.js'
import { temporaryFile, temporaryFolder } from './files.js'

const opening = (path: string, options = {}) => open(sqlite({ path, ...options }))

test('a file is created for its owner only, and so are those beside it', async () => {
  const path = temporaryFile()
  await openedWithItems(1, { path })
  for (const name of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600)
})

test('a folder that is missing is named', async () => {
  const path = join(temporaryFolder(), 'nowhere', 'test.db')
  await expect(opening(path)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining(join(path, '..')) as string,
  })
})

test.each([{ readOnly: true }, { create: false }])(
  'a file that is missing is not created with %o',
  async (options) => {
    const path = temporaryFile()
    await expect(opening(path, options)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(() => statSync(path)).toThrow()
  },
)

test('a folder is no database', async () => {
  const path = join(temporaryFolder(), 'folder')
  mkdirSync(path)
  await expect(opening(path)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

test('a file that is no database is refused and left as it is', async () => {
  const path = temporaryFile()
  const content = 'not a database, but long enough to have a header '.repeat(100)
  writeFileSync(path, content)
  await expect(opening(path)).rejects.toMatchObject({
    code: 'CORRUPT',
    message: expect.stringContaining('not a SQLite database') as string,
  })
  expect(readFileSync(path, 'utf8')).toBe(content)
})

test('a damaged page is CORRUPT, never wrong rows', async () => {
  const path = temporaryFile()
  const database = await opening(path, { journalMode: 'delete' })
  await database.ensure(items)
  await database.table(items).insert(itemRows(5000))
  await database.close()
  const bytes = readFileSync(path)
  bytes.fill(0xa5, 4096 * 3, 4096 * 6)
  writeFileSync(path, bytes)

  const damaged = await opened({ path, journalMode: 'delete' })
  await expect(damaged.table(items).all()).rejects.toMatchObject({ code: 'CORRUPT' })
})

test('a database that is opened to read only is read and not written', async () => {
  const path = temporaryFile()
  const writer = await opening(path)
  await writer.ensure(items)
  await writer.table(items).insert(itemRows(3))
  await writer.close()

  const reader = await opened({ path, readOnly: true })
  expect(await reader.table(items).count()).toBe(3)
  const refused = { code: 'READ_ONLY' }
  await expect(reader.table(items).insert({ id: 9, name: 'no' })).rejects.toMatchObject(refused)
  await expect(reader.table(items).insert(itemRows(2, 10))).rejects.toMatchObject(refused)
  await expect(
    reader
      .table(items)
      .where((row) => row.id.eq(1))
      .delete(),
  ).rejects.toMatchObject(refused)
  await expect(reader.transaction((tx) => tx.table(items).delete(1))).rejects.toMatchObject(refused)
  await expect(reader.sql`delete from items`).rejects.toMatchObject(refused)
  expect(await reader.table(items).count()).toBe(3)
})

test('a page limit ends in LIMIT_EXCEEDED with nothing changed', async () => {
  const database = await openedWithItems(10, { maxPageCount: 20 })
  const rows = itemRows(5000, 10).map((row) => ({ ...row, name: 'x'.repeat(200) }))
  await expect(database.table(items).insert(rows)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
  expect(await database.table(items).count()).toBe(10)
})

test('a journal mode is set whatever the file had before', async () => {
  const path = temporaryFile()
  const driver = new Driver(path)
  driver.pragma('journal_mode = delete')
  driver.exec('create table t (id integer primary key)')
  driver.close()
  const database = await opened({ path })
  expect(database.native.pragma('journal_mode', { simple: true })).toBe('wal')
})

test('a file is let go of when its database is closed', async () => {
  const path = temporaryFile()
  const database = await opening(path)
  await database.ensure(items)
  await database.table(items).insert(itemRows(10))
  for await (const _ of database.table(items).stream()) break
  await database.close()
  // Whoever closes the last connection takes the log away.
  expect(() => statSync(`${path}-wal`)).toThrow()
})
