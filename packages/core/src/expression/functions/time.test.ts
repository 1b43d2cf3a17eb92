import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DateUnit } from '../types.js'
import { answer, row } from '../testing/rows.js'

const firstMillisecond = -62_135_596_800_000
const lastMillisecond = 253_402_300_799_999
const dayLength = 86_400_000

/** Instants of all years, many of them at the edges of days, months, years and weeks. */
const instant = fc
  .oneof(
    fc
      .integer({ min: firstMillisecond / 1000, max: Math.floor(lastMillisecond / 1000) })
      .map((second) => second * 1000 + 1),
    fc
      .tuple(
        fc.integer({ min: 1, max: 9999 }),
        fc.integer({ min: 0, max: 11 }),
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: -1, max: 1 }),
      )
      .map(([year, month, day, offset]) => utc(year, month, day) + offset),
    fc.constantFrom(firstMillisecond, lastMillisecond, 0, -1, 1),
  )
  .map((milliseconds) => Math.min(Math.max(milliseconds, firstMillisecond), lastMillisecond))

/** `Date.UTC` takes years below 100 as of the 20th century. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day)
}

const isoDay = (date: Date) => ((date.getUTCDay() + 6) % 7) + 1
const startOfDay = (date: Date) => Math.floor(date.getTime() / dayLength) * dayLength
const dayText = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10)

/** The Mondays on which the ISO weeks of a year begin follow the one of the week that holds 4 January. */
function isoWeek(date: Date): number {
  const monday = startOfDay(date) - (isoDay(date) - 1) * dayLength
  const year = new Date(monday + 3 * dayLength).getUTCFullYear()
  const fourth = new Date(utc(year, 0, 4))
  return (monday - (fourth.getTime() - (isoDay(fourth) - 1) * dayLength)) / (7 * dayLength) + 1
}

const parts: Record<DateUnit, (date: Date) => number> = {
  year: (date) => date.getUTCFullYear(),
  quarter: (date) => Math.floor(date.getUTCMonth() / 3) + 1,
  month: (date) => date.getUTCMonth() + 1,
  week: isoWeek,
  day: (date) => date.getUTCDate(),
  hour: (date) => date.getUTCHours(),
  minute: (date) => date.getUTCMinutes(),
  second: (date) => date.getUTCSeconds(),
  millisecond: (date) => date.getUTCMilliseconds(),
  dayOfWeek: isoDay,
  dayOfYear: (date) => (startOfDay(date) - utc(date.getUTCFullYear(), 0, 1)) / dayLength + 1,
}

const starts = {
  year: (date: Date) => utc(date.getUTCFullYear(), 0, 1),
  quarter: (date: Date) => utc(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / 3) * 3, 1),
  month: (date: Date) => utc(date.getUTCFullYear(), date.getUTCMonth(), 1),
  week: (date: Date) => startOfDay(date) - (isoDay(date) - 1) * dayLength,
  day: startOfDay,
  hour: (date: Date) => new Date(date).setUTCMinutes(0, 0, 0),
  minute: (date: Date) => new Date(date).setUTCSeconds(0, 0),
  second: (date: Date) => new Date(date).setUTCMilliseconds(0),
}

const belowDay = new Set<string>(['hour', 'minute', 'second', 'millisecond'])
const microseconds = fc.integer({ min: 0, max: 999 })

describe.each(Object.keys(parts) as DateUnit[])('datePart %s', (unit) => {
  test('is the one in UTC (TIME-1)', () => {
    fc.assert(
      fc.property(instant, microseconds, (milliseconds, rest) => {
        const at = new Date(milliseconds)
        const expected = parts[unit](at)
        expect(answer(row.at.datePart(unit), { at })).toBe(expected)
        expect(answer(row.at[unit](), { at })).toBe(expected)
        expect(
          answer(row.precise.datePart(unit), { precise: BigInt(milliseconds) * 1000n + BigInt(rest) }),
        ).toBe(expected)
        if (!belowDay.has(unit))
          expect(answer(row.day.datePart(unit), { day: dayText(milliseconds) })).toBe(expected)
      }),
    )
  })
})

test.each([...belowDay] as DateUnit[])('the %s of a date is refused (TIME-1)', (unit) => {
  expect(() => row.day.datePart(unit)).toThrow(expect.objectContaining({ code: 'TYPE_MISMATCH' }))
})

describe.each(Object.keys(starts) as (keyof typeof starts)[])('truncate to %s', (unit) => {
  test('is the start in UTC, of the same type (TIME-2)', () => {
    fc.assert(
      fc.property(instant, microseconds, (milliseconds, rest) => {
        const at = new Date(milliseconds)
        const start = starts[unit](at)
        expect(answer(row.at.truncate(unit), { at })).toEqual(new Date(start))
        expect(
          answer(row.precise.truncate(unit), { precise: BigInt(milliseconds) * 1000n + BigInt(rest) }),
        ).toBe(BigInt(start) * 1000n)
        if (!belowDay.has(unit))
          expect(answer(row.day.truncate(unit), { day: dayText(milliseconds) })).toBe(dayText(start))
      }),
    )
  })

  test('never leaves the range: the first instant is a start of everything', () => {
    expect(answer(row.at.truncate(unit), { at: new Date(firstMillisecond) })).toEqual(
      new Date(firstMillisecond),
    )
  })
})

test.each([
  ['2018-12-31', 1],
  ['2020-12-31', 53],
  ['2021-01-03', 53],
  ['2021-01-04', 1],
  ['2024-12-30', 1],
  ['1969-12-29', 1],
  ['0001-01-01', 1],
  ['9999-12-31', 52],
])('%s is in ISO week %i', (day, week) => {
  expect(answer(row.day.week(), { day })).toBe(week)
})

test('units that are no starts are refused', () => {
  for (const unit of ['millisecond', 'dayOfWeek', 'dayOfYear', 'century']) {
    expect(() => row.at.truncate(unit as 'day')).toThrow(expect.objectContaining({ code: 'TYPE_MISMATCH' }))
  }
  expect(() => row.day.truncate('hour')).toThrow(expect.objectContaining({ code: 'TYPE_MISMATCH' }))
})

test('of null they are null (NULL-5)', () => {
  expect(answer(row.at.year())).toBeNull()
  expect(answer(row.day.truncate('week'))).toBeNull()
})
