import { integer, open, table, text } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { file } from '../src/index.js'
import { runChild } from './child.js'
import { temporaryFolder } from './folder.js'

/** Several that have one database open. */

const items = table('items', { id: integer().primaryKey(), twin: integer() })
const options = { format: 'ndjson', synchronous: 'off', journalSize: 2048 } as const

test('a second writer of the same process gets BUSY after its timeout, and the turn when the first is closed', async () => {
  const path = temporaryFolder()
  const first = await open(file({ path }))
  await expect(open(file({ path, timeout: 0 }))).rejects.toMatchObject({ code: 'BUSY', retryable: true })
  await expect(open(file({ path, timeout: 30 }))).rejects.toMatchObject({ code: 'BUSY' })
  const waiting = open(file({ path, timeout: 60_000 }))
  await first.close()
  const second = await waiting
  await second.ensure(items)
  await second.close()
})

test('another process that writes keeps writers out, and readers not, until it is killed', async () => {
  const path = temporaryFolder()
  const child = runChild('write-pairs.ts', path)
  expect(await child.line()).toBe('open')
  await expect(open(file({ path, timeout: 20 }))).rejects.toMatchObject({
    code: 'BUSY',
    message: expect.stringContaining('Process') as string,
  })
  // It writes two rows in a transaction, makes segments and merges them, all the time.
  let last = 0
  for (let round = 0; round < 12; round++) {
    await using reader = await open(file({ path, readOnly: true }))
    const rows = await reader.table(items).all()
    expect(rows.length % 2).toBe(0)
    const ids = new Set(rows.map(({ id }) => id))
    for (const { id, twin } of rows) if (!ids.has(twin)) expect.fail(`${id} is there without ${twin}`)
    // Without a gap: what was deleted is gone, and all that came after is there.
    const least = rows[0]?.id ?? 0
    expect(rows.map(({ id }) => id)).toEqual(rows.map((_, index) => least + index))
    const greatest = rows.at(-1)?.id ?? 0
    expect(greatest).toBeGreaterThanOrEqual(last)
    last = greatest
    // The state stays what it is, whatever the writer removes.
    await child.line()
    expect(await reader.table(items).all()).toEqual(rows)
  }
  expect(last).toBeGreaterThan(0)
  await child.end('SIGKILL')
  await using db = await open(file({ path, timeout: 5000, ...options }))
  expect((await db.table(items).all()).length % 2).toBe(0)
  await db.table(items).insert({ id: -1, twin: -1 })
})

describe('a reader', () => {
  test('keeps its state while a writer of the same process merges and drops', async () => {
    const path = temporaryFolder()
    const notes = table('notes', { id: integer().primaryKey(), note: text() })
    await using writer = await open(file({ path, ...options }))
    await writer.ensure(notes)
    for (let version = 0; version < 4; version++) {
      await writer.table(notes).put(Array.from({ length: 50 }, (_, id) => ({ id, note: `${version}` })))
      await writer.native.flush()
    }
    await using reader = await open(file({ path, readOnly: true }))
    const before = await writer.table(notes).all()
    await writer.native.compact()
    await writer.drop(notes)
    expect(await reader.table(notes).all()).toEqual(before)
    expect(await reader.table(notes).get(7)).toEqual({ id: 7, note: '3' })
    await expect(reader.table(notes).put({ id: 1, note: '' })).rejects.toMatchObject({ code: 'READ_ONLY' })
  })
})
