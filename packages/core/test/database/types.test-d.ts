import { expectTypeOf, test } from 'vitest'
import {
  avg,
  count,
  decimal,
  double,
  integer,
  json,
  lag,
  max,
  sum,
  table,
  text,
  timestamp,
  uuid,
} from '../../src/index.js'
import type {
  Database,
  Page,
  RowStream,
  RunResult,
  ShapeOf,
  TableHandle,
  Transaction,
} from '../../src/index.js'

declare const db: Database<{ readonly handle: symbol }>

const readings = table('readings', {
  id: integer().primaryKey().generated(),
  station: text<'Oslo' | 'Lima'>(),
  at: timestamp(),
  celsius: double().nullable(),
  price: decimal(6, 2),
  tags: json<{ kind: string }>().nullable(),
  version: integer().version(),
})
const stations = table('stations', { name: text().primaryKey(), uid: uuid(), height: double().nullable() })
const _pairs = table('pairs', { a: integer(), b: text(), c: text() }, { primaryKey: ['a', 'b'] })

interface Reading {
  id: number
  station: 'Oslo' | 'Lima'
  at: Date
  celsius: number | null
  price: string
  tags: { kind: string } | null
  version: number
}
const r = db.table(readings)

test('the verbs of a table', () => {
  expectTypeOf(r.get(1)).resolves.toEqualTypeOf<Reading | undefined>()
  expectTypeOf(r.require(1)).resolves.toEqualTypeOf<Reading>()
  expectTypeOf(r.getMany([1])).resolves.toEqualTypeOf<(Reading | undefined)[]>()
  expectTypeOf(r.insert([{ station: 'Oslo', at: new Date(), price: '1' }])).resolves.toEqualTypeOf<{
    readonly count: number
    readonly keys: number[]
  }>()
  expectTypeOf(r.insert([], { onConflict: 'skip' }))
    .resolves.toHaveProperty('keys')
    .toEqualTypeOf<(number | null)[]>()
  expectTypeOf<typeof r.patch>()
    .parameter(1)
    .toHaveProperty('celsius')
    .toEqualTypeOf<number | null | undefined>()
  expectTypeOf<TableHandle<ShapeOf<typeof _pairs>>['get']>()
    .parameter(0)
    .toExtend<{ a: number; b: string } | readonly [number, string]>()
  // @ts-expect-error a column without a default must be given
  void r.insert({ station: 'Oslo', at: new Date() })
  // @ts-expect-error not a station
  void r.insert({ station: 'Rome', at: new Date(), price: '1' })
  // @ts-expect-error the key is a number
  void r.get('1')
  // @ts-expect-error the key never changes
  void r.patch(1, { id: 2 })
  // @ts-expect-error the version rises by itself
  void r.patch(1, { version: 2 })
  // @ts-expect-error only named columns
  void r.search(['nothing'], 'x')
})

test('rows of queries', () => {
  expectTypeOf(r.all()).resolves.toEqualTypeOf<Reading[]>()
  expectTypeOf(r.where((row) => row.celsius.gt(1)).first()).resolves.toEqualTypeOf<Reading | undefined>()
  expectTypeOf(
    r
      .orderBy(
        (row) => row.at.desc(),
        (row) => [row.id, row.price.asc()],
      )
      .limit(1)
      .one(),
  ).resolves.toEqualTypeOf<Reading>()
  expectTypeOf(r.stream()).toEqualTypeOf<RowStream<Reading>>()
  expectTypeOf(r.batches()).toEqualTypeOf<RowStream<Reading[]>>()
  expectTypeOf(r.page({ size: 1 })).resolves.toEqualTypeOf<Page<Reading>>()
  expectTypeOf(r.run()).resolves.toEqualTypeOf<RunResult<Reading>>()
  const chosen = r.select((row) => ({
    place: row.station,
    cost: row.price,
    year: row.at.year(),
    before: lag(row.celsius).over({ orderBy: row.at }),
  }))
  expectTypeOf(chosen.distinct().all()).resolves.toEqualTypeOf<
    { place: 'Oslo' | 'Lima'; cost: string; year: number; before: number | null }[]
  >()
  // @ts-expect-error a number for a text
  r.where((row) => row.station.eq(1))
  // @ts-expect-error no condition
  r.where((row) => row.id)
  r.where((row) => {
    expectTypeOf(row).not.toHaveProperty('kelvin')
    return row.celsius.gt(1)
  })
  chosen.orderBy((row) => {
    expectTypeOf(row).toHaveProperty('cost')
    expectTypeOf(row).not.toHaveProperty('price')
    return row.cost
  })
})

test('groups', () => {
  const groups = r
    .groupBy((row) => ({ station: row.station, year: row.at.year() }))
    .having((row) => count().gt(3).and(max(row.celsius).lt(50)))
    .select((row) => ({ station: row.station, days: count(), mean: avg(row.celsius), total: sum(row.id) }))
  expectTypeOf(groups.orderBy((row) => row.mean.desc()).all()).resolves.toEqualTypeOf<
    { station: 'Oslo' | 'Lima'; days: number; mean: number | null; total: bigint | null }[]
  >()
  expectTypeOf(r.select((row) => ({ hottest: max(row.celsius) })).one()).resolves.toEqualTypeOf<{
    hottest: number | null
  }>()
})

test('joins', () => {
  const inner = r.join(db.table(stations), (row, station) => row.station.eq(station.name))
  expectTypeOf(inner.all()).resolves.toEqualTypeOf<
    (Reading & { name: string; uid: string; height: number | null } extends infer All
      ? { [K in keyof All]: All[K] }
      : never)[]
  >()
  const left = r.leftJoin(db.table(stations), (row, station) => row.station.eq(station.name))
  expectTypeOf(
    left.select((row, station) => ({ id: row.id, uid: station.uid })).all(),
  ).resolves.toEqualTypeOf<{ id: number; uid: string | null }[]>()
  const three = left.join(r, (row, _station, other) => row.id.lt(other.id))
  expectTypeOf(
    three
      .groupBy((_row, station, other) => ({ uid: station.uid, at: other.at }))
      .select((_row, station) => ({
        uid: station.uid,
        n: count(),
      }))
      .all(),
  ).resolves.toEqualTypeOf<{ uid: string | null; n: number }[]>()
  // @ts-expect-error types differ
  r.join(db.table(stations), (row, station) => row.id.eq(station.name))
})

test('updates', () => {
  const some = r.where((row) => row.id.gt(1))
  expectTypeOf(some.update({ celsius: null, tags: { kind: 'x' } })).resolves.toEqualTypeOf<number>()
  expectTypeOf(
    some.update((row) => ({ celsius: row.celsius.add(1), at: new Date() })),
  ).resolves.toEqualTypeOf<number>()
  // @ts-expect-error a text for a number
  void some.update({ celsius: 'warm' })
  // @ts-expect-error of another type
  void some.update((row) => ({ celsius: row.station }))
})

test('databases and transactions', () => {
  expectTypeOf(db.native).toEqualTypeOf<{ readonly handle: symbol }>()
  expectTypeOf(
    db.transaction(async (tx) => (await tx.table(readings).require(1)).price),
  ).resolves.toEqualTypeOf<string>()
  expectTypeOf<typeof db.transaction>().parameter(0).parameter(0).toEqualTypeOf<Transaction>()
  expectTypeOf(db.sql<{ n: number }>`select ${1}`).resolves.toEqualTypeOf<{ n: number }[]>()
  expectTypeOf(db.query<{ n: number }>({}).all()).resolves.toEqualTypeOf<{ n: number }[]>()
  const found = db.table<{ id: number; name: string | null }>('found')
  expectTypeOf(found.then((handle) => handle.all())).resolves.toEqualTypeOf<
    { id: number; name: string | null }[]
  >()
  // @ts-expect-error no such option
  void db.transaction(() => 1, { retries: 3 })
})
