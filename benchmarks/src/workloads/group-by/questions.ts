import { avg, count, double, max, median, min, rowNumber, stddev, sum, type Database } from '@holdfast/core'
import { groups } from '../../data/groups.ts'
import { everywhere, type Question } from '../questions/question.ts'

const rows = (database: Database) => database.table(groups)

/** SQLite has no standard deviation: from the sums of the numbers and of their squares. */
const deviationInSqlite = (value: string) =>
  `case when count(${value}) > 1 then sqrt(max(0.0,
     (sum(${value} * ${value}) - sum(${value}) * sum(${value}) / count(${value})) / (count(${value}) - 1))) end`

export const questions: readonly Question[] = [
  {
    name: 'q1',
    title: 'q1: sum v1 by id1',
    holdfast: (database) =>
      rows(database)
        .groupBy((row) => ({ id1: row.id1 }))
        .select((row) => ({ id1: row.id1, v1: sum(row.v1) })),
    sql: {
      ...everywhere('select id1, sum(v1) as v1 from groups group by id1 order by id1 nulls last'),
      ...wholeSums('select id1, sum(v1)::bigint as v1 from groups group by id1 order by id1 nulls last'),
    },
  },
  {
    name: 'q2',
    title: 'q2: sum v1 by id1, id2',
    holdfast: (database) =>
      rows(database)
        .groupBy((row) => ({ id1: row.id1, id2: row.id2 }))
        .select((row) => ({ id1: row.id1, id2: row.id2, v1: sum(row.v1) })),
    sql: {
      ...everywhere(
        'select id1, id2, sum(v1) as v1 from groups group by id1, id2 order by id1 nulls last, id2 nulls last',
      ),
      ...wholeSums(
        'select id1, id2, sum(v1)::bigint as v1 from groups group by id1, id2 order by id1 nulls last, id2 nulls last',
      ),
    },
  },
  {
    name: 'q3',
    title: 'q3: sum v1, average v3 by id3',
    holdfast: (database) =>
      rows(database)
        .groupBy((row) => ({ id3: row.id3 }))
        .select((row) => ({ id3: row.id3, v1: sum(row.v1), v3: avg(row.v3) })),
    sql: {
      ...everywhere(
        'select id3, sum(v1) as v1, avg(v3) as v3 from groups group by id3 order by id3 nulls last',
      ),
      ...wholeSums(
        'select id3, sum(v1)::bigint as v1, avg(v3) as v3 from groups group by id3 order by id3 nulls last',
      ),
    },
    digits: 12,
  },
  {
    name: 'q4',
    title: 'q4: averages by id4',
    holdfast: (database) =>
      rows(database)
        .groupBy((row) => ({ id4: row.id4 }))
        .select((row) => ({ id4: row.id4, v1: avg(row.v1), v2: avg(row.v2), v3: avg(row.v3) })),
    sql: {
      ...everywhere(
        'select id4, avg(v1) as v1, avg(v2) as v2, avg(v3) as v3 from groups group by id4 order by id4 nulls last',
      ),
      postgres:
        'select id4, avg(v1)::float8 as v1, avg(v2)::float8 as v2, avg(v3) as v3 from groups group by id4 order by id4 nulls last',
    },
    digits: 12,
  },
  {
    name: 'q5',
    title: 'q5: sum v1, v2, v3 by id6',
    holdfast: (database) =>
      rows(database)
        .groupBy((row) => ({ id6: row.id6 }))
        .select((row) => ({ id6: row.id6, v1: sum(row.v1), v2: sum(row.v2), v3: sum(row.v3) })),
    sql: {
      ...everywhere(
        'select id6, sum(v1) as v1, sum(v2) as v2, sum(v3) as v3 from groups group by id6 order by id6 nulls last',
      ),
      ...wholeSums(
        'select id6, sum(v1)::bigint as v1, sum(v2)::bigint as v2, sum(v3) as v3 from groups group by id6 order by id6 nulls last',
      ),
    },
  },
  {
    name: 'q6',
    title: 'q6: median, stddev by id4, id5',
    holdfast: (database) =>
      rows(database)
        .groupBy((row) => ({ id4: row.id4, id5: row.id5 }))
        .select((row) => ({ id4: row.id4, id5: row.id5, median: median(row.v3), deviation: stddev(row.v3) })),
    sql: {
      sqlite: `select id4, id5, median(v3) as median, ${deviationInSqlite('v3')} as deviation
        from groups group by id4, id5 order by id4 nulls last, id5 nulls last`,
      duckdb: `select id4, id5, median(v3) as median, stddev_samp(v3) as deviation
        from groups group by id4, id5 order by id4 nulls last, id5 nulls last`,
      postgres: `select id4, id5, percentile_cont(0.5) within group (order by v3) as median, stddev_samp(v3) as deviation
        from groups group by id4, id5 order by id4 nulls last, id5 nulls last`,
    },
    digits: 9,
  },
  {
    name: 'q7',
    title: 'q7: range by id3',
    holdfast: (database) =>
      rows(database)
        .groupBy((row) => ({ id3: row.id3 }))
        .select((row) => ({ id3: row.id3, range: max(row.v1).subtract(min(row.v2)) })),
    sql: everywhere(
      'select id3, max(v1) - min(v2) as range from groups group by id3 order by id3 nulls last',
    ),
  },
  {
    name: 'q8',
    title: 'q8: two largest v3 by id6',
    holdfast: (database) =>
      rows(database)
        .where((row) => row.v3.isNotNull())
        .select((row) => ({
          id: row.id,
          id6: row.id6,
          v3: row.v3,
          place: rowNumber().over({ partitionBy: row.id6, orderBy: [row.v3.desc(), row.id] }),
        }))
        .where((row) => row.place.le(2))
        .select((row) => ({ id6: row.id6, v3: row.v3, place: row.place, id: row.id }))
        .orderBy((row) => [row.id6, row.place]),
    sql: everywhere(`select id6, v3, place, id from (
        select id, id6, v3, row_number() over (partition by id6 order by v3 desc, id) as place from groups where v3 is not null
      ) as ranked where place <= 2 order by id6 nulls last, place`),
  },
  {
    name: 'q9',
    title: 'q9: correlation by id2, id4',
    // There is no aggregate for it: it is made of sums, in all arms alike.
    holdfast: (database) =>
      rows(database)
        .where((row) => row.v1.isNotNull().and(row.v2.isNotNull()))
        .select((row) => ({
          id2: row.id2,
          id4: row.id4,
          x: row.v1.cast(double()),
          y: row.v2.cast(double()),
        }))
        .groupBy((row) => ({ id2: row.id2, id4: row.id4 }))
        .select((row) => {
          const rows = count().cast(double())
          const [x, y] = [sum(row.x), sum(row.y)]
          const together = rows.multiply(sum(row.x.multiply(row.y))).subtract(x.multiply(y))
          const ofX = rows.multiply(sum(row.x.multiply(row.x))).subtract(x.multiply(x))
          const ofY = rows.multiply(sum(row.y.multiply(row.y))).subtract(y.multiply(y))
          return {
            id2: row.id2,
            id4: row.id4,
            r2: together.multiply(together).divide(ofX.multiply(ofY)),
          }
        }),
    sql: everywhere(`select id2, id4, (n * xy - x * y) * (n * xy - x * y) / nullif((n * xx - x * x) * (n * yy - y * y), 0) as r2
      from (
        select id2, id4, cast(count(*) as double precision) as n,
          cast(sum(v1) as double precision) as x, cast(sum(v2) as double precision) as y,
          cast(sum(v1 * v2) as double precision) as xy, cast(sum(v1 * v1) as double precision) as xx,
          cast(sum(v2 * v2) as double precision) as yy
        from groups where v1 is not null and v2 is not null group by id2, id4
      ) as sums order by id2 nulls last, id4 nulls last`),
    digits: 12,
  },
  {
    name: 'q10',
    title: 'q10: sum, count by six ids',
    holdfast: (database) =>
      rows(database)
        .groupBy(({ id1, id2, id3, id4, id5, id6 }) => ({ id1, id2, id3, id4, id5, id6 }))
        .select(({ id1, id2, id3, id4, id5, id6, v3 }) => ({
          id1,
          id2,
          id3,
          id4,
          id5,
          id6,
          v3: sum(v3),
          rows: count(),
        })),
    sql: everywhere(`select id1, id2, id3, id4, id5, id6, sum(v3) as v3, count(*) as rows
      from groups group by id1, id2, id3, id4, id5, id6
      order by id1 nulls last, id2 nulls last, id3 nulls last, id4 nulls last, id5 nulls last, id6 nulls last`),
  },
]

/** Both make wider types of sums of integers, which their drivers give as texts or objects. */
function wholeSums(sql: string): Pick<Question['sql'], 'duckdb' | 'postgres'> {
  return { duckdb: sql, postgres: sql }
}
