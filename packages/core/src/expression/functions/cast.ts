import { dateOf } from '../../schema/date.js'
import { fitsPrecision, formatDecimal, powerOfTen } from '../../schema/decimal.js'
import { sameType } from '../../schema/logical-type.js'
import type { LogicalType, TypeName } from '../../schema/types.js'
import { daysOfDate, millisecondsOfDay, toMilliseconds } from './calendar.js'
import type { Implementation, ValueFunction } from './function.js'
import { safeInteger } from './numbers.js'
import { anyNullable, printType } from './rules.js'

interface Cast {
  /** Whether some values do not fit; they become null. */
  readonly partial?: true
  implement(from: LogicalType, to: LogicalType): Implementation
}

type Decimal = Extract<LogicalType, { readonly name: 'decimal' }>
type Timestamp = Extract<LogicalType, { readonly name: 'timestamp' }>

const cast = (convert: Implementation): Cast => ({ implement: () => convert })
const partial = (convert: Implementation): Cast => ({ partial: true, implement: () => convert })
const identity = cast((value) => value)
const toText = cast(String)
const toDouble = cast((value: number | bigint) => Number(value))

function integerToDecimal(_from: LogicalType, to: LogicalType): Implementation {
  const { precision, scale } = to as Decimal
  const factor = powerOfTen(scale)
  return (value: number) => {
    const unscaled = BigInt(value) * factor
    return fitsPrecision(unscaled, precision) ? unscaled : null
  }
}

function timestampToTimestamp(from: LogicalType, to: LogicalType): Implementation {
  const units = `${(from as Timestamp).unit} to ${(to as Timestamp).unit}`
  if (units === 'ms to us') return (value: number) => BigInt(value) * 1000n
  if (units === 'us to ms') return toMilliseconds
  return (value) => value
}

function dateToTimestamp(_from: LogicalType, to: LogicalType): Implementation {
  const midnight = (date: string) => daysOfDate(date) * millisecondsOfDay
  return (to as Timestamp).unit === 'ms' ? midnight : (date: string) => BigInt(midnight(date)) * 1000n
}

/** Every cast there is, from and to; a type casts to itself besides (NUM-4). */
const casts: Readonly<Partial<Record<TypeName, Readonly<Partial<Record<TypeName, Cast>>>>>> = {
  boolean: { integer: cast(Number) },
  integer: {
    bigint: cast((value: number) => BigInt(value)),
    double: identity,
    text: toText,
    decimal: { partial: true, implement: integerToDecimal },
  },
  bigint: { integer: partial((value: bigint) => safeInteger(Number(value))), double: toDouble, text: toText },
  double: { integer: partial((value: number) => safeInteger(Math.trunc(value))), text: toText },
  decimal: {
    // By way of the text: the nearest double, where dividing the unscaled number might round twice.
    double: { implement: (from) => (value: bigint) => Number(formatDecimal(value, (from as Decimal).scale)) },
    text: { implement: (from) => (value: bigint) => formatDecimal(value, (from as Decimal).scale) },
  },
  date: { timestamp: { implement: dateToTimestamp } },
  timestamp: {
    date: cast((value: number | bigint) => dateOf(toMilliseconds(value))),
    timestamp: { implement: timestampToTimestamp },
  },
  uuid: { text: identity },
}

function castOf(from: LogicalType, to: LogicalType): Cast | undefined {
  return sameType(from, to) ? identity : casts[from.name]?.[to.name]
}

export const castFunction: ValueFunction = {
  arity: [1, 1],
  options: ['type'],
  nulls: 'propagate',
  typeOf(types, options) {
    const from = types[0]!.type
    const to = options.type!
    const found = castOf(from, to)
    if (found === undefined) return `cannot turn ${printType(from)} into ${printType(to)}`
    return { type: to, nullable: found.partial === true || anyNullable(types) }
  },
  implement: ([from], options) => castOf(from!, options.type!)!.implement(from!, options.type!),
}
