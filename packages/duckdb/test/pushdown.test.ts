import {
  avg,
  count,
  denseRank,
  double,
  first,
  integer,
  lag,
  median,
  quantile,
  rank,
  rowNumber,
  stddev,
  sum,
  table,
  text,
} from '@holdfast/core'
import { expect, test } from 'vitest'
import { itemRows, items, opened, openedWithItems } from './databases.js'

const readings = table('readings', {
  id: integer().primaryKey(),
  station: text(),
  day: integer(),
  celsius: double().nullable(),
})

const rows = Array.from({ length: 300 }, (_, id) => ({
  id,
  station: ['harbour', 'hill', 'marsh'][id % 3]!,
  day: Math.floor(id / 3),
  celsius: id % 7 === 0 ? null : ((id * 37) % 101) / 4,
}))

async function withReadings() {
  const database = await opened()
  await database.ensure(readings)
  await database.table(readings).insert(rows)
  return database
}

/** The middle of sorted values, or between them. */
function quantileOf(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  const place = (sorted.length - 1) * fraction
  const lower = sorted[Math.floor(place)]!
  return lower + (sorted[Math.ceil(place)]! - lower) * (place - Math.floor(place))
}

test('medians, quantiles and deviations of groups are computed by DuckDB', async () => {
  const database = await withReadings()
  const { rows: found, stats } = await database
    .table(readings)
    .groupBy((row) => ({ station: row.station }))
    .select((row) => ({
      station: row.station,
      middle: median(row.celsius),
      high: quantile(row.celsius, 0.9),
      deviation: stddev(row.celsius),
      earliest: first(row.celsius, { orderBy: row.day.asc() }),
    }))
    .run()
  expect(stats).toMatchObject({ nodesTaken: stats.nodes, rowsFetched: 3 })
  for (const row of found) {
    const there = rows.filter(({ station }) => station === row.station)
    const values = there.flatMap(({ celsius }) => celsius ?? [])
    const mean = values.reduce((total, value) => total + value, 0) / values.length
    const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0)
    expect(row).toEqual({
      station: row.station,
      middle: quantileOf(values, 0.5),
      high: quantileOf(values, 0.9),
      deviation: expect.closeTo(Math.sqrt(squares / (values.length - 1)), 9) as number,
      earliest: there[0]!.celsius,
    })
  }
})

test('windows are computed by DuckDB, the moving average of seven rows too', async () => {
  const database = await withReadings()
  const { rows: found, stats } = await database
    .table(readings)
    .select((row) => ({
      id: row.id,
      place: rowNumber().over({ partitionBy: row.station, orderBy: row.day.asc() }),
      rank: rank().over({ partitionBy: row.station, orderBy: row.celsius.desc() }),
      before: lag(row.celsius, 1).over({ partitionBy: row.station, orderBy: row.day.asc() }),
      week: count(row.celsius).over({
        partitionBy: row.station,
        orderBy: row.day.asc(),
        rows: [-6, 0],
      }),
      moving: avg(row.celsius).over({ partitionBy: row.station, orderBy: row.day.asc(), rows: [-6, 0] }),
    }))
    .run()
  expect(stats.nodesTaken).toBe(stats.nodes)
  for (const row of found) {
    const station = rows[row.id]!.station
    const there = rows.filter((one) => one.station === station)
    const place = there.findIndex(({ id }) => id === row.id)
    const values = there.slice(Math.max(0, place - 6), place + 1).flatMap(({ celsius }) => celsius ?? [])
    const mean = values.reduce((total, value) => total + value, 0) / values.length
    const celsius = rows[row.id]!.celsius
    const warmer = there.filter((one) => one.celsius !== null && one.celsius > (celsius ?? -Infinity))
    expect(row).toMatchObject({
      place: place + 1,
      rank: warmer.length + 1,
      before: there[place - 1]?.celsius ?? null,
      week: values.length,
      moving: values.length === 0 ? null : (expect.closeTo(mean, 9) as number),
    })
  }
})

test('a rank in no order is 1, of the row that a left join makes too', async () => {
  const database = await withReadings()
  const total = database
    .table(readings)
    .where((row) => row.id.lt(0))
    .select((row) => ({ sum: sum(row.celsius) }))
  const joined = total.leftJoin(database.table(readings), (total, row) => row.celsius.eq(total.sum))
  for (const ranking of [rank, denseRank]) {
    const { rows: found, stats } = await joined
      .select((_, row) => ({ id: row.id, rank: ranking().over({}) }))
      .run()
    expect(stats.nodesTaken).toBe(stats.nodes)
    expect(found).toEqual([{ id: null, rank: 1 }])
  }
})

test('joins, groups and limits fetch the rows of the answer and no more', async () => {
  const database = await withReadings()
  const readingsTable = database.table(readings)
  const { rows: found, stats } = await readingsTable
    .where((row) => row.celsius.gt(3))
    .groupBy((row) => ({ day: row.day }))
    .select((row) => ({ day: row.day, total: sum(row.celsius) }))
    .orderBy((row) => row.total.desc())
    .limit(5)
    .run()
  expect(found.length).toBe(5)
  expect(stats).toMatchObject({ nodesTaken: stats.nodes, rowsFetched: 5 })
})

test('a limit fetches no more rows than it lets through', async () => {
  const database = await openedWithItems(50_000)
  const { rows: found, stats } = await database
    .table(items)
    .where((row) => row.name.endsWith('7'))
    .limit(10)
    .run()
  expect(found).toEqual(itemRows(100).filter(({ name }) => name.endsWith('7')))
  expect(stats).toMatchObject({ nodesTaken: stats.nodes, rowsFetched: 10 })
})
