import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, test } from 'vitest'
import { integer, open, table, text } from '../../src/index.js'
import type { DiagnosticEvent } from '../../src/index.js'
import { codeOf } from './errors.js'
import { TestEngine } from './test-engine.js'

const notes = table('notes', { id: integer().primaryKey(), line: text() })

async function watched() {
  const events: DiagnosticEvent[] = []
  const engine = new TestEngine({ begins: true, takes: true, speaksSql: true, rowsPerBatch: 2 })
  const db = await open(engine.backend(), { diagnostics: (event) => events.push(event) })
  await db.ensure(notes)
  await db.table(notes).insert([1, 2, 3].map((id) => ({ id, line: `secret ${id}` })))
  events.length = 0
  return { db, events, engine }
}

test('each call is one event, with its statements, rows and time, and without values', async () => {
  const { db, events } = await watched()
  await db.table(notes).get(1)
  await db
    .table(notes)
    .where((n) => n.line.eq('secret 2'))
    .all()
  await db.table(notes).put({ id: 4, line: 'secret 4' })
  await db
    .table(notes)
    .where((n) => n.id.gt(2))
    .update({ line: 'secret' })
  await db.sql`select ${'secret'}`
  for await (const _row of db.table(notes).stream()) continue
  await codeOf(() => db.table(notes).insert({ id: 1, line: 'secret' }))
  await db.table(notes).count()
  const summary = events.map(({ verb, table: name, rows, sql, error }) => [verb, name, rows, sql, error])
  expect(summary).toEqual([
    ['get', 'notes', 1, [], undefined],
    ['all', 'notes', 1, ['run sort'], undefined],
    ['put', 'notes', 1, [], undefined],
    ['update', 'notes', 2, [], undefined],
    ['sql', undefined, 1, ['select ?'], undefined],
    ['stream', 'notes', 4, ['run sort'], undefined],
    ['insert', 'notes', 0, [], 'DUPLICATE_KEY'],
    ['count', 'notes', 1, ['run aggregate'], undefined],
  ])
  expect(events[1]?.plan).toMatchObject({ by: 'engine', database: 'main' })
  expect(events.every(({ milliseconds, database }) => milliseconds >= 0 && database === 'main')).toBe(true)
  expect(JSON.stringify(events)).not.toContain('secret')
  await db.close()
})

test('statements belong to their call, also side by side and inside transactions', async () => {
  const { db, events } = await watched()
  await Promise.all([db.sql`a`, db.sql`b`, db.sql`c`])
  expect(events.map(({ sql }) => sql)).toEqual([['a'], ['b'], ['c']])
  events.length = 0
  await codeOf(() =>
    db.transaction(async (tx) => {
      await tx.sql`inside`
      await tx.transaction((inner) => inner.table(notes).delete(1))
      await tx.table(notes).require(1)
    }),
  )
  expect(events.map(({ verb, sql, error }) => [verb, sql, error])).toEqual([
    ['sql', ['inside'], undefined],
    ['delete', [], undefined],
    ['transaction', [], undefined],
    ['get', [], undefined],
    ['transaction', [], 'NOT_FOUND'],
  ])
  await db.close()
})

test('a listener that throws disturbs nobody, and the channel hears the same', async () => {
  const heard: unknown[] = []
  const listen = (event: unknown) => heard.push((event as DiagnosticEvent).verb)
  subscribe('holdfast', listen)
  try {
    await using db = await open(new TestEngine().backend(), {
      name: 'loud',
      diagnostics: () => {
        throw new Error('not today')
      },
    })
    expect(await db.tables()).toEqual([])
  } finally {
    unsubscribe('holdfast', listen)
  }
  expect(heard).toEqual(['open', 'tables', 'close'])
})

test('a stream that is left is one event', async () => {
  const { db, events } = await watched()
  for await (const _row of db.table(notes).stream()) break
  expect(events.map(({ verb, rows }) => [verb, rows])).toEqual([['stream', 2]])
  await db.close()
})
