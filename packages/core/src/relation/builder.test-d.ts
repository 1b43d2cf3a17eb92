import { expectTypeOf, test } from 'vitest'
import type { ColumnExpression } from '../expression/builder.js'
import type { AggregateExpression, WindowExpression } from './index.js'
import { avg, count, countDistinct, first, lag, max, min, quantile, rowNumber, stddev, sum } from './index.js'

interface Row {
  id: ColumnExpression<number, 'integer'>
  views: ColumnExpression<bigint | null, 'bigint'>
  celsius: ColumnExpression<number | null, 'double'>
  price: ColumnExpression<string, 'decimal'>
  name: ColumnExpression<string, 'text'>
  at: ColumnExpression<Date, 'timestamp'>
  document: ColumnExpression<unknown, 'json'>
}
declare const r: Row

test('aggregates know their values', () => {
  expectTypeOf(count()).toExtend<AggregateExpression<number, 'integer'>>()
  expectTypeOf(count(r.views)).toExtend<ColumnExpression<number, 'integer'>>()
  expectTypeOf(countDistinct(r.document)).toExtend<AggregateExpression<number, 'integer'>>()
  expectTypeOf(sum(r.id)).toEqualTypeOf<AggregateExpression<bigint | null, 'bigint', 'sum'>>()
  expectTypeOf(sum(r.views)).toEqualTypeOf<AggregateExpression<bigint | null, 'bigint', 'sum'>>()
  expectTypeOf(sum(r.celsius)).toEqualTypeOf<AggregateExpression<number | null, 'double', 'sum'>>()
  expectTypeOf(sum(r.price)).toEqualTypeOf<AggregateExpression<string | null, 'decimal', 'sum'>>()
  expectTypeOf(avg(r.price)).toEqualTypeOf<AggregateExpression<number | null, 'double', 'average'>>()
  expectTypeOf(stddev(r.id)).toEqualTypeOf<
    AggregateExpression<number | null, 'double', 'standardDeviation'>
  >()
  expectTypeOf(quantile(r.id, 0.9)).toEqualTypeOf<AggregateExpression<number | null, 'double', 'quantile'>>()
  expectTypeOf(min(r.name)).toEqualTypeOf<AggregateExpression<string | null, 'text', 'minimum'>>()
  expectTypeOf(max(r.at)).toEqualTypeOf<AggregateExpression<Date | null, 'timestamp', 'maximum'>>()
  expectTypeOf(first(r.name, { orderBy: r.at.desc() })).toEqualTypeOf<
    AggregateExpression<string | null, 'text', 'first'>
  >()
  // @ts-expect-error texts have no sum
  sum(r.name)
  // @ts-expect-error nor have instants an average
  avg(r.at)
  // @ts-expect-error json has no least value (AGG-5)
  min(r.document)
})

test('aggregates are parts of other expressions', () => {
  expectTypeOf(count().gt(3)).toEqualTypeOf<ColumnExpression<boolean, 'boolean'>>()
  expectTypeOf(sum(r.celsius).divide(avg(r.id))).toEqualTypeOf<ColumnExpression<number | null, 'double'>>()
  // @ts-expect-error an average is a double, not a text
  avg(r.id).eq('1')
})

test('windows know their values', () => {
  expectTypeOf(rowNumber().over({ orderBy: r.at })).toEqualTypeOf<WindowExpression<number, 'integer'>>()
  expectTypeOf(lag(r.name, 2).over({ partitionBy: r.id, orderBy: [r.at.desc(), r.id] })).toEqualTypeOf<
    WindowExpression<string | null, 'text'>
  >()
  expectTypeOf(sum(r.id).over({ orderBy: r.at, rows: [-6, 0] })).toEqualTypeOf<
    WindowExpression<bigint | null, 'bigint'>
  >()
  expectTypeOf(count().over()).toEqualTypeOf<WindowExpression<number, 'integer'>>()
  // @ts-expect-error no window of it
  stddev(r.id).over()
  // @ts-expect-error ranks have no frame
  rowNumber().over({ rows: [0, 0] })
})
