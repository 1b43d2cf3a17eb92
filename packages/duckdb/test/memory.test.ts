import { integer, table, text } from '@holdfast/core'
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { opened } from './databases.js'
import type { DuckdbOptions } from '../src/index.js'

const pages = table('pages', { id: integer().primaryKey(), body: text() })

const pageCount = 40_000
const bodyLength = 1000

/** A database that has less memory than its rows take. */
async function withPages(options: Partial<DuckdbOptions> = {}) {
  const database = await opened({ memoryLimit: '32MB', threads: 1, ...options })
  await database.ensure(pages)
  const batch = 5000
  for (let id = 0; id < pageCount; id += batch) {
    await database.table(pages).insert(
      Array.from({ length: batch }, (_, index) => ({
        id: id + index,
        body: randomBytes(bodyLength / 2).toString('hex'),
      })),
    )
  }
  return database
}

test('rows that do not fit the memory are streamed, in order and whole', async () => {
  const database = await withPages()
  let read = 0
  for await (const row of database.table(pages).stream()) {
    if (row.id !== read++ || row.body.length !== bodyLength) throw new Error(`Not the page ${read}.`)
  }
  expect(read).toBe(pageCount)
})

test('what finds room neither in memory nor on disk fails, and leaves the database as it was', async () => {
  const database = await withPages({ maxTempDirectorySize: '1MB' })
  const table = database.table(pages)
  const tooMuch = { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('memoryLimit') as string }
  await expect(table.orderBy((row) => row.body.asc()).all()).rejects.toMatchObject(tooMuch)
  const inside = database.transaction(async (tx) => {
    await tx.table(pages).delete(1)
    await tx
      .table(pages)
      .orderBy((row) => row.body.asc())
      .all()
  })
  await expect(inside).rejects.toMatchObject(tooMuch)
  expect(await table.count()).toBe(pageCount)
  await table.insert({ id: pageCount, body: 'one more' })
  expect(await table.get(pageCount)).toEqual({ id: pageCount, body: 'one more' })
  const { engine } = await database.stats()
  expect(engine).toMatchObject({ connections: { inUse: 0 } })
})
