import { describe, expectTypeOf, test } from 'vitest'
import { bigint, boolean, date, decimal, double, integer, json, text, timestamp } from '../schema/columns.js'
import type { JsonValue } from '../schema/columns.js'
import type { TypeName } from '../schema/types.js'
import type { ColumnExpression } from './builder.js'
import { and, caseWhen, literal, not, or } from './index.js'

interface Row {
  flag: ColumnExpression<boolean, 'boolean'>
  id: ColumnExpression<number, 'integer'>
  rank: ColumnExpression<number | null, 'integer'>
  views: ColumnExpression<bigint, 'bigint'>
  celsius: ColumnExpression<number | null, 'double'>
  kelvin: ColumnExpression<number, 'double'>
  price: ColumnExpression<string, 'decimal'>
  name: ColumnExpression<string, 'text'>
  note: ColumnExpression<string | null, 'text'>
  state: ColumnExpression<'open' | 'closed', 'text'>
  day: ColumnExpression<string, 'date'>
  at: ColumnExpression<Date, 'timestamp'>
  precise: ColumnExpression<bigint | null, 'timestamp'>
  token: ColumnExpression<string, 'uuid'>
  photo: ColumnExpression<Uint8Array, 'bytes'>
  document: ColumnExpression<JsonValue, 'json'>
  settings: ColumnExpression<{ theme: string }, 'json'>
}
declare const r: Row

type Yes = ColumnExpression<boolean, 'boolean'>
type Maybe = ColumnExpression<boolean | null, 'boolean'>

describe('comparison', () => {
  test('takes the value of the column or an expression of its type', () => {
    expectTypeOf(r.id.eq(1)).toEqualTypeOf<Yes>()
    expectTypeOf(r.celsius.gt(30)).toEqualTypeOf<Maybe>()
    expectTypeOf(r.celsius.lt(r.kelvin)).toEqualTypeOf<Maybe>()
    expectTypeOf(r.kelvin.lt(r.kelvin)).toEqualTypeOf<Yes>()
    expectTypeOf(r.kelvin.lt(r.celsius)).toEqualTypeOf<Maybe>()
    expectTypeOf(r.at.ge(new Date())).toEqualTypeOf<Yes>()
    expectTypeOf(r.precise.lte(1n)).toEqualTypeOf<Maybe>()
    expectTypeOf(r.views.ne(1n)).toEqualTypeOf<Yes>()
    expectTypeOf(r.price.gte('9.50')).toEqualTypeOf<Yes>()
    expectTypeOf(r.photo.lt(new Uint8Array())).toEqualTypeOf<Yes>()
    expectTypeOf(r.state.eq('open')).toEqualTypeOf<Yes>()
    expectTypeOf(r.state.eq(r.note)).toEqualTypeOf<Maybe>()
    expectTypeOf(r.settings.eq({ theme: 'dark' })).toEqualTypeOf<Yes>()
    expectTypeOf(r.kelvin.between(1, r.celsius)).toEqualTypeOf<Maybe>()
  })

  test('refuses values and expressions of other types', () => {
    // @ts-expect-error a text is no number
    r.celsius.gt('30')
    // @ts-expect-error a number is no bigint (TYPE-1)
    r.views.eq(1)
    // @ts-expect-error a text is no Date
    r.at.ge('2024-01-01')
    // @ts-expect-error milliseconds are no microseconds
    r.at.ge(r.precise)
    // @ts-expect-error integers and doubles are not compared (TEXT-1)
    r.id.eq(r.kelvin)
    // @ts-expect-error null is asked for by isNull (NULL-3)
    r.celsius.eq(null)
    // @ts-expect-error no such state
    r.state.eq('broken')
    // @ts-expect-error json has no order (JSON-2)
    r.document.lt('a')
    // @ts-expect-error undefined is no value
    r.id.eq(undefined)
  })

  test('null and lists', () => {
    expectTypeOf(r.celsius.isNull()).toEqualTypeOf<Yes>()
    expectTypeOf(r.celsius.isNotNull()).toEqualTypeOf<Yes>()
    expectTypeOf(r.celsius.isDistinctFrom(null)).toEqualTypeOf<Yes>()
    expectTypeOf(r.id.in([1, 2])).toEqualTypeOf<Yes>()
    expectTypeOf(r.rank.notIn(new Set([1]))).toEqualTypeOf<Maybe>()
    // @ts-expect-error a list holds no null (NULL-4)
    r.rank.in([1, null])
    // @ts-expect-error nor values of other types
    r.rank.in(['1'])
  })
})

describe('logic', () => {
  test('combines booleans', () => {
    expectTypeOf(r.flag.and(r.id.eq(1))).toEqualTypeOf<Yes>()
    expectTypeOf(r.flag.or(r.rank.eq(1))).toEqualTypeOf<Maybe>()
    expectTypeOf(r.flag.not()).toEqualTypeOf<Yes>()
    expectTypeOf(and(r.flag, r.rank.eq(1), true)).toEqualTypeOf<Maybe>()
    expectTypeOf(or(r.flag, r.id.eq(1))).toEqualTypeOf<Yes>()
    expectTypeOf(not(r.rank.eq(1))).toEqualTypeOf<Maybe>()
    // @ts-expect-error a number is no condition
    r.flag.and(r.id)
    // @ts-expect-error nor is it for the free function
    or(r.flag, r.id)
    // @ts-expect-error only booleans have a not
    r.id.not()
  })
})

describe('functions fit their types', () => {
  test('text', () => {
    expectTypeOf(r.name.startsWith('a')).toEqualTypeOf<Yes>()
    expectTypeOf(r.name.endsWith(r.note)).toEqualTypeOf<Maybe>()
    expectTypeOf(r.note.contains('a')).toEqualTypeOf<Maybe>()
    expectTypeOf(r.state.length()).toEqualTypeOf<ColumnExpression<number, 'integer'>>()
    expectTypeOf(r.note.lower()).toEqualTypeOf<ColumnExpression<string | null, 'text'>>()
    expectTypeOf(r.name.concat(' ', r.note)).toEqualTypeOf<ColumnExpression<string | null, 'text'>>()
    expectTypeOf(r.name.substring(0, r.id)).toEqualTypeOf<ColumnExpression<string | null, 'text'>>()
    // @ts-expect-error texts have no arithmetic
    r.name.add(1)
    // @ts-expect-error not even with texts
    r.name.add('1')
    // @ts-expect-error a number has no prefix
    r.id.startsWith('1')
    // @ts-expect-error nor has a date
    r.day.startsWith('2024')
  })

  test('numbers', () => {
    expectTypeOf(r.id.add(1)).toEqualTypeOf<ColumnExpression<number | null, 'integer'>>()
    expectTypeOf(r.views.multiply(2n)).toEqualTypeOf<ColumnExpression<bigint | null, 'bigint'>>()
    expectTypeOf(r.price.subtract('0.10')).toEqualTypeOf<ColumnExpression<string | null, 'decimal'>>()
    expectTypeOf(r.views.divide(r.views)).toEqualTypeOf<ColumnExpression<number | null, 'double'>>()
    expectTypeOf(r.id.integerDivide(2)).toEqualTypeOf<ColumnExpression<number | null, 'integer'>>()
    expectTypeOf(r.id.modulo(2)).toEqualTypeOf<ColumnExpression<number | null, 'integer'>>()
    expectTypeOf(r.kelvin.negate()).toEqualTypeOf<ColumnExpression<number, 'double'>>()
    expectTypeOf(r.views.absolute()).toEqualTypeOf<ColumnExpression<bigint | null, 'bigint'>>()
    // @ts-expect-error decimals are not multiplied (NUM-1)
    r.price.multiply('2')
    // @ts-expect-error doubles have no remainder (NUM-3)
    r.kelvin.modulo(2)
    // @ts-expect-error one type only
    r.id.add(r.kelvin)
    // @ts-expect-error a number is no bigint
    r.views.add(1)
  })

  test('conditionals', () => {
    expectTypeOf(r.celsius.coalesce(0)).toEqualTypeOf<ColumnExpression<number, 'double'>>()
    expectTypeOf(r.celsius.coalesce(r.celsius)).toEqualTypeOf<ColumnExpression<number | null, 'double'>>()
    expectTypeOf(r.celsius.coalesce(r.celsius, r.kelvin)).toEqualTypeOf<ColumnExpression<number, 'double'>>()
    expectTypeOf(caseWhen(r.flag, 'a').otherwise('b')).toEqualTypeOf<ColumnExpression<string, 'text'>>()
    expectTypeOf(caseWhen(r.flag, r.id).otherwise(null)).toEqualTypeOf<
      ColumnExpression<number | null, 'integer'>
    >()
    expectTypeOf(caseWhen(r.flag, r.id).when(r.rank.eq(1), r.rank).otherwise(0)).toEqualTypeOf<
      ColumnExpression<number | null, 'integer'>
    >()
    // @ts-expect-error whether 1 is an integer or a double must be said
    caseWhen(r.flag, 1)
    // @ts-expect-error all of one type
    caseWhen(r.flag, 'a').otherwise(1)
    // @ts-expect-error a condition is needed
    caseWhen(r.id, 'a')
  })

  test('casts', () => {
    expectTypeOf(r.id.cast('bigint')).toEqualTypeOf<ColumnExpression<bigint, 'bigint'>>()
    expectTypeOf(r.rank.cast('text')).toEqualTypeOf<ColumnExpression<string | null, 'text'>>()
    expectTypeOf(r.kelvin.cast('integer')).toEqualTypeOf<ColumnExpression<number | null, 'integer'>>()
    expectTypeOf(r.id.cast(decimal(10, 2))).toEqualTypeOf<ColumnExpression<string | null, 'decimal'>>()
    expectTypeOf(r.day.cast('timestamp')).toEqualTypeOf<ColumnExpression<Date, 'timestamp'>>()
    expectTypeOf(r.at.cast(timestamp('us'))).toEqualTypeOf<ColumnExpression<bigint, 'timestamp'>>()
    expectTypeOf(r.at.cast(date())).toEqualTypeOf<ColumnExpression<string, 'date'>>()
    // @ts-expect-error texts are not parsed (NUM-4)
    r.name.cast('integer')
    // @ts-expect-error a decimal needs its digits
    r.id.cast('decimal')
    // @ts-expect-error no such cast
    r.flag.cast(text())
  })

  test('time', () => {
    expectTypeOf(r.at.year()).toEqualTypeOf<ColumnExpression<number, 'integer'>>()
    expectTypeOf(r.precise.datePart('week')).toEqualTypeOf<ColumnExpression<number | null, 'integer'>>()
    expectTypeOf(r.day.truncate('month')).toEqualTypeOf<ColumnExpression<string, 'date'>>()
    // @ts-expect-error a text is no date
    r.name.year()
    // @ts-expect-error not a unit to truncate to
    r.at.truncate('dayOfWeek')
  })

  test('json', () => {
    expectTypeOf(r.document.path('a', 0).as('integer')).toEqualTypeOf<
      ColumnExpression<number | null, 'integer'>
    >()
    expectTypeOf(r.settings.path('theme').as('text')).toEqualTypeOf<ColumnExpression<string | null, 'text'>>()
    // @ts-expect-error a text has no members
    r.name.path('a')
    // @ts-expect-error paths are not read as dates (JSON-1)
    r.document.path('a').as('date')
  })

  test('literals', () => {
    expectTypeOf(literal(integer(), 1)).toEqualTypeOf<ColumnExpression<number, 'integer'>>()
    expectTypeOf(literal(double(), null)).toEqualTypeOf<ColumnExpression<number | null, 'double'>>()
    expectTypeOf(literal(bigint(), 1n)).toEqualTypeOf<ColumnExpression<bigint, 'bigint'>>()
    expectTypeOf(literal(boolean(), true)).toEqualTypeOf<Yes>()
    expectTypeOf(literal(json<{ a: number }>(), { a: 1 })).toEqualTypeOf<
      ColumnExpression<{ a: number }, 'json'>
    >()
    // @ts-expect-error the value is of the type
    literal(integer(), '1')
  })
})

test('an expression is one of wider types', () => {
  expectTypeOf(r.id).toExtend<ColumnExpression>()
  expectTypeOf(r.id).toExtend<ColumnExpression<number | null, 'integer'>>()
  expectTypeOf(r.flag).toExtend<Maybe>()
  expectTypeOf(r.settings).toExtend<ColumnExpression<unknown, TypeName>>()
  expectTypeOf(r.rank).not.toExtend<ColumnExpression<number, 'integer'>>()
  expectTypeOf(r.id).not.toExtend<ColumnExpression<number, 'double'>>()
})
