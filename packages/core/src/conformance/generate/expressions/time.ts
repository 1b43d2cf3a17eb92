import type { DateUnit, Expression } from '../../../expression/types.js'
import type { LogicalType } from '../../../schema/types.js'
import { call } from './call.js'
import type { ExpressionGenerator, Production } from './generator.js'

const date: LogicalType = { name: 'date' }

export const temporalTypes: readonly LogicalType[] = [
  date,
  { name: 'timestamp', unit: 'ms' },
  { name: 'timestamp', unit: 'us' },
]

/** The units that each function takes, of days and of instants (TIME-1, TIME-2). */
export const dateParts: readonly DateUnit[] = [
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'dayOfWeek',
  'dayOfYear',
]
export const timestampParts: readonly DateUnit[] = [...dateParts, 'hour', 'minute', 'second', 'millisecond']
export const dateTruncations: readonly DateUnit[] = ['year', 'quarter', 'month', 'week', 'day']
export const timestampTruncations: readonly DateUnit[] = [...dateTruncations, 'hour', 'minute', 'second']

/** Calendar functions, in UTC. */
export const timeProductions: readonly Production[] = [
  {
    function: 'datePart',
    weight: 5,
    reads: ['date', 'timestamp'],
    gives: (wanted) => wanted.name === 'integer',
    make: part,
  },
  { function: 'truncate', weight: 8, reads: ['date', 'timestamp'], gives: isTemporal, make: truncation },
]

function isTemporal(type: LogicalType): boolean {
  return type.name === 'date' || type.name === 'timestamp'
}

function part(generator: ExpressionGenerator, _wanted: LogicalType, depth: number): Expression {
  const type = generator.typeAmong(temporalTypes)
  const unit = generator.dice.pick(type.name === 'date' ? dateParts : timestampParts)
  return call('datePart', [generator.of(type, depth - 1)], { unit })
}

function truncation(generator: ExpressionGenerator, wanted: LogicalType, depth: number): Expression {
  const unit = generator.dice.pick(wanted.name === 'date' ? dateTruncations : timestampTruncations)
  return call('truncate', [generator.of(wanted, depth - 1)], { unit })
}
