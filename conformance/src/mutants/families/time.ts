import type { StoredValue } from '@holdfast/core/backend'
import { runs, values } from '../defects.ts'
import type { MutantFamily } from '../mutant.ts'
import { rewriting } from '../relations.ts'

const hour = 3_600_000

function shiftDate(value: StoredValue, days: number): StoredValue {
  const instant = new Date(`${String(value)}T00:00:00Z`).getTime() + days * 24 * hour
  return new Date(instant).toISOString().slice(0, 10)
}

export const time: MutantFamily = {
  family: 'time',
  mutants: [
    values('drops seconds', 'types/boundaries', (value, { type }) =>
      type.name === 'timestamp' && type.unit === 'ms' ? Number(value) - (Number(value) % 1000) : value,
    ),
    values('drops microseconds', 'types/boundaries', (value, { type }) =>
      type.name === 'timestamp' && typeof value === 'bigint' ? value - (value % 1000n) : value,
    ),
    values('puts instants into a zone of its own', 'types/boundaries', (value, { type }) =>
      type.name === 'timestamp' && typeof value === 'number' ? value + hour : value,
    ),
    values('gives the day before midnight in another zone', 'types/boundaries', (value, { type }) =>
      type.name === 'date' && value !== null && value > '0001-01-01' ? shiftDate(value, -1) : value,
    ),
    values('puts years of two digits into the last century', 'types/boundaries', (value, { type }) =>
      type.name === 'date' ? String(value).replace(/^00(?=\d\d-)/, '19') : value,
    ),
    values('knows no time before 1970', 'types/boundaries', (value, { type }) =>
      type.name === 'timestamp' && typeof value === 'number' ? Math.max(0, value) : value,
    ),
    values('ends time in 2038', 'types/boundaries', (value, { type }) =>
      type.name === 'timestamp' && typeof value === 'number' ? Math.min(2 ** 31 * 1000, value) : value,
    ),
    runs(
      'takes the day of the year for that of the month',
      'facts/time',
      rewriting('datePart', (call) =>
        call.options?.unit === 'dayOfYear' ? { ...call, options: { unit: 'day' } } : call,
      ),
    ),
    runs(
      'truncates a week to its day',
      'facts/time',
      rewriting('truncate', (call) =>
        call.options?.unit === 'week' ? { ...call, options: { unit: 'day' } } : call,
      ),
    ),
  ],
}
