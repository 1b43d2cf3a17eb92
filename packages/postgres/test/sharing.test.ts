import { integer, table, text } from '@holdfast/core'
import type { DiagnosticEvent } from '@holdfast/core'
import { expect, test } from 'vitest'
import { itemRows, items, openedWithItems, opened, otherProgram } from './databases.js'

const counted = table('counted', { id: integer().primaryKey().generated(), label: text() })
const pairs = table('pairs', { a: integer(), b: text(), note: text() }, { primaryKey: ['a', 'b'] })

test('reads that are made at once are one statement, and each has its own row', async () => {
  const events: DiagnosticEvent[] = []
  const database = await opened({}, { diagnostics: (event) => void events.push(event) })
  await database.ensure(items)
  await database.table(items).insert(itemRows(100))
  events.length = 0
  const handle = database.table(items)
  const rows = await Promise.all([3, 1, 3, 999, 2].map((id) => handle.get(id)))
  expect(rows).toEqual([
    { id: 3, name: 'item 3' },
    { id: 1, name: 'item 1' },
    { id: 3, name: 'item 3' },
    undefined,
    { id: 2, name: 'item 2' },
  ])
  expect(rows[0]).not.toBe(rows[2])
  expect(events).toHaveLength(5)
  expect(events.flatMap(({ sql }) => sql)).toHaveLength(1)
})

test('inserts that are made at once are one statement', async () => {
  const events: DiagnosticEvent[] = []
  const database = await opened({}, { diagnostics: (event) => void events.push(event) })
  await database.ensure(items)
  events.length = 0
  await Promise.all(itemRows(20).map((row) => database.table(items).insert(row)))
  const statements = events.flatMap(({ sql }) => sql)
  expect(statements).toEqual([expect.stringContaining('INSERT INTO') as string])
  await Array.fromAsync(
    database
      .table(items)
      .where((row) => row.name.eq('a secret value'))
      .stream(),
  )
  expect(JSON.stringify(events)).not.toContain('secret')
  expect(await database.table(items).count()).toBe(20)
})

test('also of keys of several columns, and in a transaction', async () => {
  const database = await opened()
  await database.ensure(pairs)
  const row = (a: number, b: string) => ({ a, b, note: `${a}${b}` })
  await database.table(pairs).insert([row(1, 'x'), row(1, 'y'), row(2, 'x')])
  await database.transaction(async (tx) => {
    await tx.table(pairs).insert(row(2, 'y'))
    const keys = [
      { a: 2, b: 'y' },
      { a: 1, b: 'x' },
      { a: 9, b: 'x' },
      { a: 1, b: 'y' },
    ]
    expect(await Promise.all(keys.map((key) => tx.table(pairs).get(key)))).toEqual([
      row(2, 'y'),
      row(1, 'x'),
      undefined,
      row(1, 'y'),
    ])
  })
  expect(
    await database.table(pairs).getMany([
      { a: 2, b: 'y' },
      { a: 2, b: 'x' },
    ]),
  ).toEqual([row(2, 'y'), row(2, 'x')])
})

test('rows that are inserted at once are told apart: each call has its own error', async () => {
  const database = await openedWithItems(3)
  const handle = database.table(items)
  const insert = (id: number) => handle.insert({ id, name: 'new' })
  const outcomes = await Promise.allSettled([insert(10), insert(1), insert(11), insert(12), insert(12)])
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    expect.any(String),
    expect.any(String),
  ])
  expect(outcomes[1]).toMatchObject({ reason: { code: 'DUPLICATE_KEY', key: 1 } })
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(2)
  expect(await handle.count()).toBe(6)
})

test('each row has its own generated key', async () => {
  const database = await opened()
  await database.ensure(counted)
  const handle = database.table(counted)
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, index) => handle.insert({ label: `l${index}` })),
  )
  const rows = new Map((await handle.all()).map(({ id, label }) => [id, label]))
  results.forEach(({ count, keys }, index) => {
    expect(count).toBe(1)
    expect(rows.get(keys[0]!)).toBe(`l${index}`)
  })
})

test('a row that waits for another transaction keeps no other one waiting', async () => {
  const database = await openedWithItems(0)
  const other = await otherProgram(String((await database.sql`select current_schema() as name`)[0]?.['name']))
  await other.query('begin')
  await other.query("insert into items values (5, 'theirs')")
  const handle = database.table(items)
  const waiting = handle.insert({ id: 5, name: 'mine' })
  const free = handle.insert({ id: 6, name: 'mine' })
  let waited = true
  waiting.then(
    () => (waited = false),
    () => (waited = false),
  )
  expect(await free).toEqual({ count: 1, keys: [6] })
  expect(waited).toBe(true)
  await other.query('rollback')
  expect(await waiting).toEqual({ count: 1, keys: [5] })
  expect((await database.sql`select current_setting('lock_timeout') as value`)[0]).toEqual({ value: '0' })
})
