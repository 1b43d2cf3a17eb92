import { integer, open, table, text } from '@holdfast/core'
import { describe, expect, test } from 'vitest'
import { memory } from '../src/index.js'

const notes = table(
  'notes',
  {
    id: integer().primaryKey().generated(),
    title: text().unique(),
    topic: text(),
  },
  { indexes: [{ columns: ['topic'] }] },
)

async function opened(busyTimeout?: number) {
  const database = await open(memory(busyTimeout === undefined ? {} : { busyTimeout }))
  await database.ensure(notes)
  await database.table(notes).insert(
    Array.from({ length: 10_000 }, (_, index) => ({
      title: `title ${index}`,
      topic: `topic ${index % 500}`,
    })),
  )
  return database
}

/** A promise and what settles it. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { passed: promise, open: resolve }
}

describe('an open transaction', () => {
  test('is not seen outside, by key, by index, by condition or as a whole, until it commits', async () => {
    await using database = await opened()
    const outside = database.table(notes)
    const [changed, finish] = [gate(), gate()]
    const transaction = database.transaction(async (inside) => {
      await inside.table(notes).patch(7, { topic: 'changed' })
      await inside.table(notes).delete(8)
      await inside.table(notes).insert({ title: 'new', topic: 'topic 6' })
      expect(
        await inside
          .table(notes)
          .where((r) => r.topic.eq('topic 6'))
          .count(),
      ).toBe(20)
      changed.open()
      await finish.passed
    })
    await changed.passed
    const seen = async () => ({
      patched: (await outside.get(7))?.topic,
      deleted: await outside.has(8),
      indexed: await outside.where((r) => r.topic.eq('topic 6')).count(),
      found: await outside.where((r) => r.title.startsWith('title 7')).count(),
      rows: await outside.count(),
    })
    expect(await seen()).toEqual({
      patched: 'topic 6',
      deleted: true,
      indexed: 20,
      found: 1111,
      rows: 10_000,
    })
    finish.open()
    await transaction
    expect(await seen()).toEqual({
      patched: 'changed',
      deleted: false,
      indexed: 20,
      found: 1110,
      rows: 10_000,
    })
  })

  test('leaves rows and indexes as they were when it is undone', async () => {
    await using database = await opened()
    const handle = database.table(notes)
    const before = await handle.query().all()
    const undone = database.transaction(async (inside) => {
      const rows = inside.table(notes)
      await rows.where((r) => r.topic.eq('topic 1')).update({ topic: 'topic 2' })
      await rows.where((r) => r.id.gt(5_000)).delete()
      await rows.insert({ title: 'title 9999', topic: 'again' })
      throw new RangeError('enough')
    })
    await expect(undone).rejects.toThrow(RangeError)
    expect(await handle.query().all()).toEqual(before)
    expect(await handle.where((r) => r.topic.eq('topic 1')).count()).toBe(20)
    await expect(handle.insert({ title: 'title 9999', topic: 'x' })).rejects.toMatchObject({
      code: 'UNIQUE_VIOLATION',
    })
  })

  test('undoes each table what was done to it, also after a part was undone before', async () => {
    await using database = await opened()
    const copies = table('copies', { id: integer().primaryKey(), title: text() })
    await database.ensure(copies)
    const rows = await database.table(notes).query().all()
    const undone = database.transaction(async (inside) => {
      const part = inside.transaction(async (nested) => {
        await nested.table(notes).delete(1)
        await nested.table(copies).insert({ id: 1, title: 'a' })
        throw new TypeError('a part')
      })
      await expect(part).rejects.toThrow(TypeError)
      await inside.table(notes).patch(2, { topic: 'x' })
      await inside.table(copies).insert({ id: 2, title: 'b' })
      await inside.table(notes).delete(3)
      throw new RangeError('all')
    })
    await expect(undone).rejects.toThrow(RangeError)
    expect(await database.table(notes).query().all()).toEqual(rows)
    expect(await database.table(copies).count()).toBe(0)
  })

  test('keeps other writers waiting in the order in which they came', async () => {
    await using database = await opened()
    const [begun, finish] = [gate(), gate()]
    const transaction = database.transaction(async () => {
      begun.open()
      await finish.passed
    })
    await begun.passed
    const order: string[] = []
    const write = async (title: string) => {
      await database.table(notes).insert({ title, topic: 'waiting' })
      order.push(title)
    }
    const waiting = ['a', 'b', 'c'].map(write)
    finish.open()
    await Promise.all([transaction, ...waiting])
    expect(order).toEqual(['a', 'b', 'c'])
    expect(
      (
        await database
          .table(notes)
          .where((r) => r.topic.eq('waiting'))
          .all()
      ).map((r) => r.title),
    ).toEqual(order)
  })

  test('turns away who waits longer than busyTimeout, with a code that says to try again', async () => {
    await using database = await opened(5)
    const [begun, finish] = [gate(), gate()]
    const transaction = database.transaction(async () => {
      begun.open()
      await finish.passed
    })
    await begun.passed
    const late = database.table(notes).insert({ title: 'late', topic: 'x' })
    await expect(late).rejects.toMatchObject({ code: 'BUSY', retryable: true })
    finish.open()
    await transaction
    await database.table(notes).insert({ title: 'late', topic: 'x' })
    expect(await database.table(notes).count()).toBe(10_001)
  })

  test('lets who waits give up', async () => {
    await using database = await opened()
    const [begun, finish] = [gate(), gate()]
    const transaction = database.transaction(async () => {
      begun.open()
      await finish.passed
    })
    await begun.passed
    const controller = new AbortController()
    const waiting = database
      .table(notes)
      .insert({ title: 'waiting', topic: 'x' }, { signal: controller.signal })
    const next = database.table(notes).insert({ title: 'next', topic: 'x' })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' })
    finish.open()
    await Promise.all([transaction, next])
    expect(
      await database
        .table(notes)
        .where((r) => r.topic.eq('x'))
        .count(),
    ).toBe(1)
  })
})

describe('a transaction that only reads', () => {
  test('sees the rows as they were when it began and keeps no writer waiting', async () => {
    await using database = await opened()
    const outside = database.table(notes)
    const [begun, changed] = [gate(), gate()]
    const reading = database.transaction(
      async (inside) => {
        begun.open()
        await changed.passed
        const rows = inside.table(notes)
        expect(await rows.get(1)).toEqual({ id: 1, title: 'title 0', topic: 'topic 0' })
        expect(await rows.where((r) => r.topic.eq('topic 0')).count()).toBe(20)
        expect(await rows.getMany([1, 2, 10_001])).toEqual([
          { id: 1, title: 'title 0', topic: 'topic 0' },
          { id: 2, title: 'title 1', topic: 'topic 1' },
          undefined,
        ])
      },
      { readOnly: true },
    )
    await begun.passed
    await outside.delete(1)
    await outside.patch(2, { topic: 'changed' })
    await outside.insert({ title: 'new', topic: 'topic 0' })
    changed.open()
    await reading
    expect(await outside.where((r) => r.topic.eq('topic 0')).count()).toBe(20)
    expect(await outside.has(1)).toBe(false)
  })
})

describe('a generated key', () => {
  test('is not given out again after a transaction that was undone', async () => {
    await using database = await opened()
    const given: unknown[] = []
    const undone = database.transaction(async (inside) => {
      given.push(...(await inside.table(notes).insert({ title: 'a', topic: 'x' })).keys)
      throw new RangeError('enough')
    })
    await expect(undone).rejects.toThrow(RangeError)
    given.push(...(await database.table(notes).insert({ title: 'b', topic: 'x' })).keys)
    expect(new Set(given).size).toBe(2)
  })
})
