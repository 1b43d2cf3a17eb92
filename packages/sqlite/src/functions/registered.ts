import { compileAggregate } from '@holdfast/core/backend'
import type { Accumulator, LogicalType, StoredValue } from '@holdfast/core/backend'
import type { Database } from 'better-sqlite3'

/**
 * What SQLite cannot do exactly, in JavaScript: dearer by the call than SQLite's own functions, but cheaper than
 * fetching the rows. Registered with every connection.
 */
export const registered = {
  /** A double as JavaScript writes it. */
  text: 'holdfast_text',
  /** The double nearest to an unscaled decimal and its scale. */
  decimal: 'holdfast_decimal',
  /** The standard deviation of doubles. */
  deviation: 'holdfast_deviation',
  /** The standard deviation of integers of any size. */
  integerDeviation: 'holdfast_integer_deviation',
} as const

export function registerFunctions(database: Database): void {
  database.function(registered.text, { deterministic: true }, (value: number | null) =>
    value === null ? null : String(value),
  )
  database.function(
    registered.decimal,
    { deterministic: true, safeIntegers: true },
    (value: bigint | null, scale: bigint) => (value === null ? null : Number(`${value}e-${scale}`)),
  )
  registerDeviation(database, registered.deviation, { name: 'double' })
  registerDeviation(database, registered.integerDeviation, { name: 'bigint' })
}

/** Core's own standard deviation. */
function registerDeviation(database: Database, name: string, type: LogicalType): void {
  const start = compileAggregate(
    { name: 'deviation', function: 'standardDeviation', argument: { kind: 'column', name: 'value' } },
    new Map([['value', { type, nullable: true }]]),
  )
  // The driver's types take the values for more accumulators.
  const step = (accumulator: Accumulator, value: unknown) =>
    accumulator.take({ value: value as StoredValue }, [])
  database.aggregate<Accumulator>(name, {
    deterministic: true,
    safeIntegers: type.name === 'bigint',
    start,
    step,
    result: (accumulator) => accumulator.result(),
  })
}
