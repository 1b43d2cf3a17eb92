import { describe, expect, test } from 'vitest'
import { avg, count, double, integer, open, table, text, timestamp } from '../../src/index.js'
import { engineKinds, TestEngine } from './test-engine.js'

const readings = table('readings', {
  id: integer().primaryKey(),
  station: text(),
  at: timestamp(),
  celsius: double().nullable(),
})

const rows = [
  { id: 1, station: 'Oslo', at: new Date(0), celsius: 31 },
  { id: 2, station: 'Oslo', at: new Date(1000), celsius: 33 },
  { id: 3, station: 'Lima', at: new Date(2000), celsius: 40.5 },
  { id: 4, station: 'Lima', at: new Date(3000), celsius: null },
  { id: 5, station: 'Rome', at: new Date(4000), celsius: 12 },
]

describe.each(engineKinds)('the first example, on an engine $kind', ({ options }) => {
  test('answers', async () => {
    await using db = await open(new TestEngine(options).backend())
    await db.ensure(readings)
    await db.table(readings).insert(rows)

    const hottest = await db
      .table(readings)
      .where((r) => r.celsius.gt(30))
      .groupBy((r) => ({ station: r.station }))
      .select((r) => ({ station: r.station, days: count(), mean: avg(r.celsius) }))
      .orderBy((r) => r.mean.desc())
      .limit(10)
      .all()
    const typed: { station: string; days: number; mean: number | null }[] = hottest
    expect(typed).toEqual([
      { station: 'Lima', days: 1, mean: 40.5 },
      { station: 'Oslo', days: 2, mean: 32 },
    ])

    const streamed = []
    for await (const row of db.table(readings).stream()) streamed.push(row)
    expect(streamed).toEqual(rows)

    await db.transaction(async (tx) => {
      await tx.table(readings).delete(1)
    })
    expect(await db.table(readings).count()).toBe(4)

    const { text: explanation } = await db
      .table(readings)
      .where((r) => r.celsius.gt(30))
      .explain()
    expect(explanation).toContain('filter')
  })
})
