import { avg, count, first, lag, last, max, min, rowNumber } from '@holdfast/core'
import type { ColumnExpression, Database } from '@holdfast/core'
import { readings } from '../../data/series.ts'
import { everywhere, type Question } from '../questions/question.ts'

const rows = (database: Database) => database.table(readings)

/** Whole minutes since the year began. There is no difference of instants: it is made of their parts. */
function minuteOfYear(taken: ColumnExpression<Date | null, 'timestamp'>) {
  const hours = taken.dayOfYear().multiply(24).add(taken.hour())
  return hours.multiply(60).add(taken.minute())
}

/** Each reading beside the one of the same sensor before it. */
function previousOf(database: Database) {
  return rows(database).select((row) => {
    const over = { partitionBy: row.sensor, orderBy: row.taken }
    return {
      sensor: row.sensor,
      taken: row.taken,
      value: row.value,
      takenBefore: lag(row.taken).over(over),
      valueBefore: lag(row.value).over(over),
    }
  })
}

export const questions: readonly Question[] = [
  {
    name: 'latest',
    title: 'Latest three of each sensor',
    holdfast: (database) =>
      rows(database)
        .select((row) => ({
          sensor: row.sensor,
          taken: row.taken,
          value: row.value,
          id: row.id,
          place: rowNumber().over({ partitionBy: row.sensor, orderBy: [row.taken.desc(), row.id] }),
        }))
        .where((row) => row.place.le(3))
        .orderBy((row) => [row.sensor, row.place]),
    sql: everywhere(`select sensor, taken, value, id, place from (
        select sensor, taken, value, id, row_number() over (partition by sensor order by taken desc, id) as place from readings
      ) as numbered where place <= 3 order by sensor, place`),
  },
  {
    name: 'rises',
    title: 'Rises of each sensor',
    holdfast: (database) =>
      previousOf(database)
        .select((row) => ({ sensor: row.sensor, step: row.value.subtract(row.valueBefore) }))
        .where((row) => row.step.gt(0))
        .groupBy((row) => ({ sensor: row.sensor }))
        .select((row) => ({ sensor: row.sensor, rises: count(), largest: max(row.step) })),
    sql: everywhere(`select sensor, count(*) as rises, max(step) as largest from (
        select sensor, value - lag(value) over (partition by sensor order by taken, id) as step from readings
      ) as steps where step > 0 group by sensor order by sensor`),
  },
  {
    name: 'moving-average',
    title: 'Moving average of six',
    holdfast: (database) =>
      rows(database)
        .select((row) => ({
          id: row.id,
          average: avg(row.value).over({ partitionBy: row.sensor, orderBy: row.taken, rows: [-5, 0] }),
        }))
        .orderBy((row) => row.id),
    sql: everywhere(`select id, avg(value) over (
        partition by sensor order by taken, id rows between 5 preceding and current row
      ) as average from readings order by id`),
    digits: 12,
  },
  {
    name: 'hours',
    title: 'First and last of each hour',
    holdfast: (database) =>
      rows(database)
        .groupBy((row) => ({ sensor: row.sensor, hour: row.taken.truncate('hour') }))
        .select((row) => ({
          sensor: row.sensor,
          hour: row.taken.truncate('hour'),
          first: first(row.value, { orderBy: row.taken }),
          last: last(row.value, { orderBy: row.taken }),
          least: min(row.value),
          greatest: max(row.value),
        })),
    sql: {
      sqlite: `select sensor, hour, max(case when up = 1 then value end) as first, max(case when down = 1 then value end) as last,
          min(value) as least, max(value) as greatest
        from (
          select sensor, value, hour, row_number() over (partition by sensor, hour order by taken, id) as up,
            row_number() over (partition by sensor, hour order by taken desc, id desc) as down
          from (select id, sensor, taken, value, taken - taken % 3600000 as hour from readings)
        ) group by sensor, hour order by sensor, hour`,
      duckdb: `select sensor, date_trunc('hour', taken) as hour, first(value order by taken, id) as first,
          last(value order by taken, id) as last, min(value) as least, max(value) as greatest
        from readings group by all order by sensor, hour`,
      postgres: `select sensor, date_trunc('hour', taken, 'UTC') as hour, (array_agg(value order by taken, id))[1] as first,
          (array_agg(value order by taken desc, id desc))[1] as last, min(value) as least, max(value) as greatest
        from readings group by 1, 2 order by 1, 2`,
    },
  },
  {
    name: 'gaps',
    title: 'Longest gaps',
    holdfast: (database) =>
      previousOf(database)
        .where((row) => row.takenBefore.isNotNull())
        .select((row) => ({
          sensor: row.sensor,
          taken: row.taken,
          minutes: minuteOfYear(row.taken).subtract(minuteOfYear(row.takenBefore)),
        }))
        .where((row) => row.minutes.gt(30))
        .orderBy((row) => [row.minutes.desc(), row.sensor, row.taken])
        .limit(100),
    sql: {
      sqlite: gaps('taken / 60000 - lag(taken) over (partition by sensor order by taken, id) / 60000'),
      duckdb: gaps(`date_diff('minute', lag(taken) over (partition by sensor order by taken, id), taken)`),
      postgres: gaps(`extract(epoch from date_trunc('minute', taken)
        - date_trunc('minute', lag(taken) over (partition by sensor order by taken, id)))::int8 / 60`),
    },
  },
]

function gaps(minutes: string): string {
  return `select sensor, taken, minutes from (select sensor, taken, ${minutes} as minutes from readings) as distances
    where minutes > 30 order by minutes desc, sensor, taken limit 100`
}
