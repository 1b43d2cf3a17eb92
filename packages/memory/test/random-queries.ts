import { avg, count, countDistinct, first, integer, literal, max, median, min, sum } from '@holdfast/core'
import type { Condition, ShapeOf, TableHandle } from '@holdfast/core'
import fc from 'fast-check'
import type { readings } from './readings.js'

type Handle = TableHandle<ShapeOf<typeof readings>>
type Row = ShapeOf<typeof readings>['fields']
type Where = (row: Row) => Condition

/** Asks a table something and gives the answer. */
export type Ask = (table: Handle) => Promise<unknown>

const number = fc.integer({ min: -5, max: 905 })
const celsius = fc.integer({ min: -1_700, max: 2_500 }).map((eighths) => eighths / 8)
const instant = fc
  .integer({ min: -10, max: 9_010 })
  .map((minute) => new Date(1_700_000_000_000 + minute * 60_000))
const id = fc.integer({ min: -10, max: 60_010 })
/** Few, and all of them keys: so that lists name some twice. */
const key = fc.integer({ min: 0, max: 12 }).map((index) => index * 4_998)
const kind = fc.constantFrom('river', 'sea', 'Ω', '\u{1f30a}', '\uffff', '')

/** Conditions of every kind that the engine tells apart: on numbers, nulls, few values, many values, several columns. */
const leaf: fc.Arbitrary<Where> = fc.oneof(
  number.map(
    (value): Where =>
      (row) =>
        row.level.eq(value),
  ),
  number.map(
    (value): Where =>
      (row) =>
        row.level.ne(value),
  ),
  number.map(
    (value): Where =>
      (row) =>
        row.level.lt(value),
  ),
  fc.array(number, { maxLength: 4 }).map(
    (values): Where =>
      (row) =>
        row.level.in(values),
  ),
  celsius.map(
    (value): Where =>
      (row) =>
        row.celsius.ge(value),
  ),
  fc.tuple(celsius, celsius).map(
    ([low, high]): Where =>
      (row) =>
        row.celsius.between(low, high),
  ),
  instant.map(
    (value): Where =>
      (row) =>
        row.at.gt(value),
  ),
  instant.map(
    (value): Where =>
      (row) =>
        row.at.le(value),
  ),
  id.map(
    (value): Where =>
      (row) =>
        row.id.gt(value),
  ),
  id.map(
    (value): Where =>
      (row) =>
        row.id.le(value),
  ),
  fc.array(key, { maxLength: 20 }).map(
    (values): Where =>
      (row) =>
        row.id.in(values),
  ),
  key.map(
    (value): Where =>
      (row) =>
        row.id.le(value),
  ),
  number.map(
    (value): Where =>
      (row) =>
        literal(integer(), value).lt(row.level),
  ),
  kind.map(
    (value): Where =>
      (row) =>
        row.kind.eq(value),
  ),
  kind.map(
    (value): Where =>
      (row) =>
        row.kind.gt(value),
  ),
  kind.map(
    (value): Where =>
      (row) =>
        row.label.startsWith(`label ${value.length}`),
  ),
  fc.constant<Where>((row) => row.label.isNull()),
  fc.constant<Where>((row) => row.celsius.isNull()),
  fc.constant<Where>((row) => row.at.isNotNull()),
  fc.constant<Where>((row) => row.checked),
  fc.constant<Where>((row) => row.checked.isDistinctFrom(true)),
  fc.constant<Where>((row) => row.level.gt(row.id)),
)

const where: fc.Arbitrary<Where> = fc.letrec<{ any: Where }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('any'), tie('any')).map(
        ([left, right]): Where =>
          (row) =>
            left(row).and(right(row)),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('any'), tie('any')).map(
        ([left, right]): Where =>
          (row) =>
            left(row).or(right(row)),
      ),
    },
    {
      weight: 1,
      arbitrary: tie('any').map(
        (inner): Where =>
          (row) =>
            inner(row).not(),
      ),
    },
  ),
})).any

type Orders = Parameters<Handle['orderBy']>
const orders: fc.Arbitrary<Orders> = fc.constantFrom<Orders[]>(
  [(row) => row.id],
  [(row) => row.id.desc()],
  [(row) => row.celsius],
  [(row) => row.celsius.desc()],
  [(row) => row.celsius.desc({ nulls: 'first' })],
  [(row) => row.level.asc({ nulls: 'first' }), (row) => row.id.desc()],
  [(row) => row.kind.desc(), (row) => row.at],
  [(row) => row.label],
)

const limits = fc.tuple(fc.constantFrom(0, 1, 10, 500, 30_000), fc.constantFrom(0, 3, 5_000, 9_999, 30_000))

type Start = Pick<Handle, 'select' | 'groupBy'>

const groups = fc.constantFrom<((query: Start) => { all(): Promise<unknown> })[]>(
  (query) =>
    query.select((row) => ({
      rows: count(),
      levels: count(row.level),
      total: sum(row.level),
      mean: avg(row.celsius),
      least: min(row.celsius),
      greatest: max(row.at),
      kinds: countDistinct(row.kind),
    })),
  (query) =>
    query
      .groupBy((row) => ({ kind: row.kind }))
      .select((row) => ({ kind: row.kind, rows: count(), total: sum(row.celsius), mean: avg(row.level) })),
  (query) =>
    query
      .groupBy((row) => ({ level: row.level, checked: row.checked }))
      .select((row) => ({ level: row.level, checked: row.checked, last: max(row.at), least: min(row.id) })),
  (query) =>
    query
      .groupBy((row) => ({ kind: row.kind, checked: row.checked, warm: row.celsius.gt(0) }))
      .select((row) => ({ kind: row.kind, rows: count(), middle: median(row.level), label: min(row.label) })),
  (query) =>
    query
      .groupBy((row) => ({ label: row.label }))
      .select((row) => ({ label: row.label, rows: count(), total: sum(row.id) })),
  (query) =>
    query
      .groupBy((row) => ({ day: row.at.truncate('day') }))
      .select((row) => ({ day: row.at.truncate('day'), first: first(row.label, { orderBy: row.celsius }) })),
)

/** Questions to the table: rows in every order and range, computed columns, groups. */
export const questions: fc.Arbitrary<Ask> = fc.oneof(
  where.map(
    (condition): Ask =>
      (table) =>
        table.where(condition).all(),
  ),
  where.map(
    (condition): Ask =>
      (table) =>
        table.where(condition).count(),
  ),
  fc.tuple(where, orders, limits).map(([condition, terms, [most, skipped]]): Ask => (table) => {
    return table
      .where(condition)
      .orderBy(...terms)
      .limit(most)
      .offset(skipped)
      .all()
  }),
  fc.tuple(orders, limits).map(
    ([terms, [most, skipped]]): Ask =>
      (table) =>
        table
          .orderBy(...terms)
          .limit(most)
          .offset(skipped)
          .all(),
  ),
  fc.tuple(where, orders).map(([condition, terms]): Ask => (table) => {
    const computed = table.select((row) => ({
      id: row.id,
      twice: row.celsius.add(row.celsius),
      kind: row.kind,
    }))
    return table
      .where(condition)
      .orderBy(...terms)
      .select((row) => ({ at: row.at, kind: row.kind }))
      .limit(50)
      .all()
      .then(async (rows) => [rows, await computed.where((row) => row.twice.lt(-390)).all()])
  }),
  fc.tuple(where, groups).map(
    ([condition, group]): Ask =>
      (table) =>
        group(table.where(condition)).all(),
  ),
  groups.map(
    (group): Ask =>
      (table) =>
        group(table).all(),
  ),
)
