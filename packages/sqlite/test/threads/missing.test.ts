import { count } from '@holdfast/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { itemRows, items } from '../databases.js'
import { openedInThreads } from './databases.js'
import { startedThreads } from './started.js'

beforeAll(() => {
  process.env['HOLDFAST_THREADS'] = 'missing'
})
afterAll(() => {
  delete process.env['HOLDFAST_THREADS']
})

test('where the program of threads cannot be run, all is done on the event loop', async () => {
  const started = startedThreads()
  const database = await openedInThreads(100)
  const table = database.table(items)
  await table.insert(itemRows(100, 100))
  const grouped = table
    .groupBy((row) => ({ first: row.name.substring(0, 1) }))
    .select((row) => ({ first: row.name.substring(0, 1), rows: count() }))
  const answers = await Promise.all([
    table.count(),
    table.all(),
    Array.fromAsync(table.stream()),
    grouped.all(),
    database.sql`select count(*) as rows from items`,
    database.stats().then(({ tables }) => tables.find(({ name }) => name === 'items')!.rows),
    table.search(['name'], '199'),
  ])
  expect(answers).toEqual([
    200,
    itemRows(200),
    itemRows(200),
    [{ first: 'i', rows: 200 }],
    [{ rows: 200 }],
    200,
    [{ id: 199, name: 'item 199' }],
  ])
  expect(await table.where((row) => row.id.ge(150)).update({ name: 'late' })).toBe(50)
  // One of each kind: none is tried twice.
  expect(started.length).toBeGreaterThan(0)
  expect(started.length).toBeLessThanOrEqual(3)
})
