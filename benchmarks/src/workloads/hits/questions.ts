import { avg, count, countDistinct, max, min, sum, type Database } from '@holdfast/core'
import { hits } from '../../data/hits.ts'
import { mix } from '../../data/random.ts'
import { everywhere, type Question } from '../questions/question.ts'

const rows = (database: Database) => database.table(hits)

/** Someone who comes often. */
const visitor = mix(1)
const site = 1
const from = new Date('2026-01-10T00:00:00Z')
const until = new Date('2026-01-17T00:00:00Z')

/** A time as each engine writes it. */
const times = {
  sqlite: (time: Date) => String(time.getTime()),
  duckdb: (time: Date) => `timestamp_ms '${time.toISOString().slice(0, 19).replace('T', ' ')}'`,
  postgres: (time: Date) => `timestamptz '${time.toISOString()}'`,
}

type Texts = Record<keyof Question['sql'], string>

function inPeriod(sql: (period: string) => Texts): Texts {
  const text = (engine: keyof Texts) =>
    sql(`seen >= ${times[engine](from)} and seen < ${times[engine](until)}`)[engine]
  return { sqlite: text('sqlite'), duckdb: text('duckdb'), postgres: text('postgres') }
}

/** Whether a text has a part, literally. */
const contains = {
  sqlite: (column: string, part: string) => `instr(${column}, '${part}') > 0`,
  duckdb: (column: string, part: string) => `contains(${column}, '${part}')`,
  postgres: (column: string, part: string) => `strpos(${column}, '${part}') > 0`,
}

const startsWith = {
  sqlite: (column: string, start: string) => `substr(${column}, 1, ${start.length}) = '${start}'`,
  duckdb: (column: string, start: string) => `starts_with(${column}, '${start}')`,
  postgres: (column: string, start: string) => `starts_with(${column}, '${start}')`,
}

/** A statement with a condition that each engine says in its own words. */
function withCondition(conditions: Record<keyof Texts, string>, sql: (condition: string) => string): Texts {
  return {
    sqlite: sql(conditions.sqlite),
    duckdb: sql(conditions.duckdb),
    postgres: sql(conditions.postgres),
  }
}

function textCondition(test: typeof contains, column: string, part: string): Record<keyof Texts, string> {
  return {
    sqlite: test.sqlite(column, part),
    duckdb: test.duckdb(column, part),
    postgres: test.postgres(column, part),
  }
}

/** The average of integers is a decimal there, which its driver gives as a text. */
function averages(sql: string): Texts {
  return { ...everywhere(sql), postgres: sql.replace(/(avg\(\w+\))/g, '$1::float8') }
}

export const questions: readonly Question[] = [
  {
    name: 'count',
    title: 'All hits',
    holdfast: (database) => rows(database).select(() => ({ hits: count() })),
    sql: everywhere('select count(*) as hits from hits'),
  },
  {
    name: 'count-filtered',
    title: 'Hits with a search engine',
    holdfast: (database) =>
      rows(database)
        .where((row) => row.engine.ne(0))
        .select(() => ({ hits: count() })),
    sql: everywhere('select count(*) as hits from hits where engine <> 0'),
  },
  {
    name: 'totals',
    title: 'Totals of columns',
    holdfast: (database) =>
      rows(database).select((row) => ({
        engines: sum(row.engine),
        hits: count(),
        width: avg(row.width),
        first: min(row.seen),
        last: max(row.seen),
      })),
    sql: wholeSum(
      'select sum(engine) as engines, count(*) as hits, avg(width) as width, min(seen) as first, max(seen) as last from hits',
    ),
    digits: 12,
  },
  {
    name: 'distinct',
    title: 'Distinct visitors and phrases',
    holdfast: (database) =>
      rows(database).select((row) => ({
        visitors: countDistinct(row.visitor),
        phrases: countDistinct(row.phrase),
      })),
    sql: everywhere(
      'select count(distinct visitor) as visitors, count(distinct phrase) as phrases from hits',
    ),
  },
  {
    name: 'top-engines',
    title: 'Search engines by hits',
    holdfast: (database) =>
      rows(database)
        .where((row) => row.engine.ne(0))
        .groupBy((row) => ({ engine: row.engine }))
        .select((row) => ({ engine: row.engine, hits: count() }))
        .orderBy((row) => [row.hits.desc(), row.engine]),
    sql: everywhere(
      'select engine, count(*) as hits from hits where engine <> 0 group by engine order by hits desc, engine',
    ),
  },
  {
    name: 'top-regions',
    title: 'Ten regions with most visitors',
    holdfast: (database) =>
      rows(database)
        .groupBy((row) => ({ region: row.region }))
        .select((row) => ({
          region: row.region,
          hits: count(),
          width: avg(row.width),
          visitors: countDistinct(row.visitor),
        }))
        .orderBy((row) => [row.visitors.desc(), row.region])
        .limit(10),
    sql: averages(`select region, count(*) as hits, avg(width) as width, count(distinct visitor) as visitors
      from hits group by region order by visitors desc, region limit 10`),
    digits: 12,
  },
  {
    name: 'top-phrases',
    title: 'Ten most frequent phrases',
    holdfast: (database) =>
      rows(database)
        .where((row) => row.phrase.ne(''))
        .groupBy((row) => ({ phrase: row.phrase }))
        .select((row) => ({ phrase: row.phrase, hits: count() }))
        .orderBy((row) => [row.hits.desc(), row.phrase])
        .limit(10),
    sql: everywhere(
      `select phrase, count(*) as hits from hits where phrase <> '' group by phrase order by hits desc, phrase limit 10`,
    ),
  },
  {
    name: 'top-visitors-phrases',
    title: 'Ten pairs of visitor, phrase',
    holdfast: (database) =>
      rows(database)
        .groupBy((row) => ({ visitor: row.visitor, phrase: row.phrase }))
        .select((row) => ({ visitor: row.visitor, phrase: row.phrase, hits: count() }))
        .orderBy((row) => [row.hits.desc(), row.visitor, row.phrase])
        .limit(10),
    sql: everywhere(`select visitor, phrase, count(*) as hits from hits group by visitor, phrase
      order by hits desc, visitor, phrase limit 10`),
  },
  {
    name: 'one-visitor',
    title: 'One visitor, no index',
    holdfast: (database) =>
      rows(database)
        .where((row) => row.visitor.eq(visitor))
        .select((row) => ({ id: row.id, seen: row.seen, address: row.address }))
        .orderBy((row) => row.id),
    sql: everywhere(`select id, seen, address from hits where visitor = ${visitor} order by id`),
  },
  {
    name: 'contains',
    title: 'Address contains a text',
    holdfast: (database) =>
      rows(database)
        .where((row) => row.address.contains('google'))
        .select(() => ({ hits: count() })),
    sql: withCondition(
      textCondition(contains, 'address', 'google'),
      (condition) => `select count(*) as hits from hits where ${condition}`,
    ),
  },
  {
    name: 'starts-with',
    title: 'Referrer starts with a text',
    holdfast: (database) =>
      rows(database)
        .where((row) => row.referrer.startsWith('https://google'))
        .groupBy((row) => ({ region: row.region }))
        .select((row) => ({ region: row.region, hits: count() }))
        .orderBy((row) => [row.hits.desc(), row.region])
        .limit(10),
    sql: withCondition(
      textCondition(startsWith, 'referrer', 'https://google'),
      (condition) =>
        `select region, count(*) as hits from hits where ${condition} group by region order by hits desc, region limit 10`,
    ),
  },
  {
    name: 'contains-top',
    title: 'Phrases, title contains a text',
    holdfast: (database) =>
      rows(database)
        .where((row) => row.title.contains('google').and(row.phrase.ne('')))
        .groupBy((row) => ({ phrase: row.phrase }))
        .select((row) => ({
          phrase: row.phrase,
          address: min(row.address),
          hits: count(),
          visitors: countDistinct(row.visitor),
        }))
        .orderBy((row) => [row.hits.desc(), row.phrase])
        .limit(10),
    sql: withCondition(
      textCondition(contains, 'title', 'google'),
      (
        condition,
      ) => `select phrase, min(address) as address, count(*) as hits, count(distinct visitor) as visitors
        from hits where ${condition} and phrase <> '' group by phrase order by hits desc, phrase limit 10`,
    ),
  },
  {
    name: 'latest-rows',
    title: 'Latest ten, with a text',
    holdfast: (database) =>
      rows(database)
        .where((row) => row.address.contains('mail'))
        .orderBy((row) => [row.seen.desc(), row.id])
        .limit(10)
        .select(({ id, seen, visitor, address, title, referrer }) => ({
          id,
          seen,
          visitor,
          address,
          title,
          referrer,
        })),
    sql: withCondition(
      textCondition(contains, 'address', 'mail'),
      (condition) => `select id, seen, visitor, address, title, referrer from hits where ${condition}
        order by seen desc, id limit 10`,
    ),
  },
  {
    name: 'pages-of-week',
    title: 'Ten pages of a site in a week',
    holdfast: (database) =>
      rows(database)
        .where((row) => row.site.eq(site).and(row.seen.ge(from)).and(row.seen.lt(until)))
        .groupBy((row) => ({ title: row.title }))
        .select((row) => ({ title: row.title, hits: count() }))
        .orderBy((row) => [row.hits.desc(), row.title])
        .limit(10),
    sql: inPeriod((period) =>
      everywhere(`select title, count(*) as hits from hits where site = ${site} and ${period}
        group by title order by hits desc, title limit 10`),
    ),
  },
  {
    name: 'hours-of-week',
    title: 'A week of a site by hours',
    holdfast: (database) =>
      rows(database)
        .where((row) => row.site.eq(site).and(row.seen.ge(from)).and(row.seen.lt(until)))
        .groupBy((row) => ({ hour: row.seen.truncate('hour') }))
        .select((row) => ({ hour: row.seen.truncate('hour'), hits: count() })),
    sql: inPeriod((period) => {
      const grouped = (hour: string) =>
        `select ${hour} as hour, count(*) as hits from hits where site = ${site} and ${period} group by 1 order by 1`
      return {
        sqlite: grouped('seen - seen % 3600000'),
        duckdb: grouped(`date_trunc('hour', seen)`),
        postgres: grouped(`date_trunc('hour', seen, 'UTC')`),
      }
    }),
  },
]

/** Sums of integers are of a wider type there, which the drivers give as objects or texts. */
function wholeSum(sql: string): Texts {
  const { sqlite, postgres } = averages(sql)
  const narrow = (text: string) => text.replace(/(sum\(\w+\))/g, '$1::bigint')
  return { sqlite, duckdb: narrow(sql), postgres: narrow(postgres) }
}
