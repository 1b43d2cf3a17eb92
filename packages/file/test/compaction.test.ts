import { integer, open, table, text } from '@holdfast/core'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { file } from '../src/index.js'

let path: string
beforeEach(() => (path = mkdtempSync(join(tmpdir(), 'holdfast-file-'))))
afterEach(() => rmSync(path, { recursive: true }))

const items = table('items', { id: integer().primaryKey(), name: text().unique() })
const segments = () => readdirSync(join(path, 'items')).filter((name) => name.endsWith('.ndjson'))

async function overwrite(rounds: number) {
  const db = await open(file({ path, format: 'ndjson', autoCompact: false }))
  await db.ensure(items)
  for (let round = 0; round < rounds; round++) {
    await db
      .table(items)
      .put(Array.from({ length: 100 }, (_, id) => ({ id: id * 7, name: `${round}/${id}` })))
    await db.table(items).delete(round * 7)
    await db.native.flush()
  }
  return db
}

test('compaction keeps the rows, and the files of one run alone', async () => {
  await using db = await overwrite(5)
  const rows = await db
    .table(items)
    .orderBy((row) => row.id.desc())
    .all()
  const before = segments().length
  await db.native.compact()
  expect(segments().length).toBeLessThan(before)
  // One of rows, and one of the unique index.
  expect(segments()).toHaveLength(2)
  expect(
    await db
      .table(items)
      .orderBy((row) => row.id.desc())
      .all(),
  ).toEqual(rows)
  expect(rows).toHaveLength(99)
})

test('a stream that began before sees its rows to the end, and its files go after it', async () => {
  await using db = await overwrite(3)
  const stream = db.table(items).batches()[Symbol.asyncIterator]()
  const first = await stream.next()
  await db.native.compact()
  expect(segments().length).toBeGreaterThan(2)
  let count = first.done === true ? 0 : first.value.length
  for (let next; !(next = await stream.next()).done;) count += next.value.length
  expect(count).toBe(99)
  expect(segments()).toHaveLength(2)
})

test('what was compacted is there after opening again, and deleted rows are not', async () => {
  const db = await overwrite(4)
  await db.native.compact()
  const rows = await db.table(items).all()
  await db.close()
  await using again = await open(file({ path }))
  expect(await again.table(items).all()).toEqual(rows)
  expect(await again.table(items).get(21)).toBeUndefined()
  expect(await again.table(items).get(0)).toEqual({ id: 0, name: '3/0' })
})
