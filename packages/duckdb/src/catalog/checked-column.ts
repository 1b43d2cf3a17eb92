import type { LogicalType } from '@holdfast/core/backend'
import { raw, sql } from '@holdfast/sql'
import type { Fragment } from '@holdfast/sql'

/** The text that stands in statements that check what they read. */
export const checkMark = "error('invalid"

const failure = raw(`${checkMark}')`)

/** A value that must pass a test, or the statement fails, which the adapter reports as INVALID_DATA. */
function checked(value: Fragment, test: Fragment, kept: Fragment): Fragment {
  return sql`CASE WHEN ${value} IS NULL THEN NULL WHEN ${test} THEN ${kept} ELSE ${failure} END`
}

const firstDay = raw("DATE '0001-01-01'")
const lastDay = raw("DATE '9999-12-31'")
const firstInstant = raw("TIMESTAMP '0001-01-01'")
const afterLastInstant = raw("TIMESTAMP '10000-01-01'")

export interface FoundType {
  readonly type: LogicalType
  /** How values of the column become those of the type; absent where they are already. */
  readonly read?: (value: Fragment) => Fragment
}

const asBigint = (value: Fragment) => sql`CAST(${value} AS BIGINT)`
const asText = (value: Fragment) => sql`CAST(${value} AS VARCHAR)`
const asDouble = (value: Fragment) => {
  const double = sql`CAST(${value} AS DOUBLE)`
  return checked(value, sql`isfinite(${double})`, sql`${double} + 0.0::DOUBLE`)
}
const inYears = (value: Fragment) =>
  checked(value, sql`${value} >= ${firstInstant} AND ${value} < ${afterLastInstant}`, value)

/** An unsigned or wide integer; what is no int64 fails the cast, which `checkMark` lets the adapter tell from other failures. */
const asInt64 = (value: Fragment) =>
  checked(value, sql`${value} BETWEEN -9223372036854775808 AND 9223372036854775807`, asBigint(value))

const integer: FoundType = { type: { name: 'integer' }, read: asBigint }
const bigint: FoundType = { type: { name: 'bigint' } }
const wide: FoundType = { type: { name: 'bigint' }, read: asInt64 }
const double: FoundType = { type: { name: 'double' }, read: asDouble }
const anything: FoundType = { type: { name: 'text' }, read: asText }
const milliseconds = { name: 'timestamp', unit: 'ms' } as const
const microseconds = { name: 'timestamp', unit: 'us' } as const

/** DuckDB's types and what their values are read as: what has no counterpart is read as text. */
const foundTypes: Readonly<Record<string, FoundType>> = {
  BOOLEAN: { type: { name: 'boolean' } },
  TINYINT: integer,
  SMALLINT: integer,
  INTEGER: integer,
  UTINYINT: integer,
  USMALLINT: integer,
  UINTEGER: integer,
  BIGINT: bigint,
  UBIGINT: wide,
  HUGEINT: wide,
  UHUGEINT: wide,
  FLOAT: double,
  DOUBLE: double,
  VARCHAR: { type: { name: 'text' } },
  // Not canonical, and so no json of ours.
  JSON: anything,
  BLOB: { type: { name: 'bytes' } },
  DATE: {
    type: { name: 'date' },
    read: (value) => checked(value, sql`${value} BETWEEN ${firstDay} AND ${lastDay}`, value),
  },
  TIMESTAMP: { type: microseconds, read: inYears },
  TIMESTAMP_MS: {
    type: milliseconds,
    read: (value) => sql`CAST(${inYears(sql`CAST(${value} AS TIMESTAMP)`)} AS TIMESTAMP_MS)`,
  },
  TIMESTAMP_S: {
    type: milliseconds,
    read: (value) => sql`CAST(${inYears(sql`CAST(${value} AS TIMESTAMP)`)} AS TIMESTAMP_MS)`,
  },
  TIMESTAMP_NS: {
    type: microseconds,
    read: (value) =>
      checked(value, sql`epoch_ns(${value}) % 1000 = 0`, inYears(sql`CAST(${value} AS TIMESTAMP)`)),
  },
  // By way of its number: a cast would go by the session's time zone.
  'TIMESTAMP WITH TIME ZONE': {
    type: microseconds,
    read: (value) => inYears(sql`make_timestamp(epoch_us(${value}))`),
  },
  UUID: { type: { name: 'uuid' } },
}

const decimalType = /^DECIMAL\((\d+),(\d+)\)$/

/** What the values of a column that another program declared are read as. */
export function foundTypeOf(declared: string): FoundType {
  const [, precision, scale] = decimalType.exec(declared) ?? []
  if (precision !== undefined && Number(precision) <= 18) {
    return { type: { name: 'decimal', precision: Number(precision), scale: Number(scale) } }
  }
  return foundTypes[declared] ?? anything
}
