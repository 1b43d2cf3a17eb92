import { limits } from '@holdfast/core/backend'
import type { LogicalType } from '@holdfast/core/backend'
import { physicalTypeOf } from '../physical-type.js'
import { canonicalJson, exceedsLimits } from './json-function.js'
import type { ValueReader } from './value-reader.js'

const integers = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER']
const instants = ['TIMESTAMP', 'TIMESTAMP WITH TIME ZONE']
const safe = Number.MAX_SAFE_INTEGER

const decimalType = /^DECIMAL\((\d+),(\d+)\)$/

/** The type that holds exactly the values of a column of this type, as DuckDB reads it; undefined where none of ours does. */
export function typeOfParquet(native: string): LogicalType | undefined {
  const [, precision, scale] = decimalType.exec(native) ?? []
  if (precision !== undefined) {
    const type = { name: 'decimal', precision: Number(precision), scale: Number(scale) } as const
    return type.precision <= 18 ? type : undefined
  }
  if (native === 'BIGINT') return { name: 'bigint' }
  if (integers.includes(native)) return { name: 'integer' }
  if (instants.includes(native)) return { name: 'timestamp', unit: 'us' }
  return others[native]
}

const others: Readonly<Record<string, LogicalType>> = {
  BOOLEAN: { name: 'boolean' },
  FLOAT: { name: 'double' },
  DOUBLE: { name: 'double' },
  VARCHAR: { name: 'text' },
  BLOB: { name: 'bytes' },
  DATE: { name: 'date' },
  UUID: { name: 'uuid' },
  JSON: { name: 'json' },
}

const asIs: ValueReader = { convert: (raw) => raw }

/** How a column of DuckDB's type is read as one of ours; undefined where that is not possible exactly. */
export function parquetReader(native: string, type: LogicalType): ValueReader | undefined {
  switch (type.name) {
    case 'integer':
    case 'bigint':
      return integers.includes(native) ? integer(type.name) : undefined
    case 'decimal':
      return decimal(native, type)
    case 'timestamp':
      return instants.includes(native) ? timestamp(native, type.unit) : undefined
    case 'double':
      return typeOfParquet(native)?.name === 'double' ? double : undefined
    case 'json':
      return native === 'JSON' || native === 'VARCHAR' ? json : undefined
    case 'text':
      return native === 'VARCHAR' ? text : undefined
    case 'bytes':
      return native === 'BLOB' ? bytes : undefined
    case 'date':
      return native === 'DATE' ? date : undefined
    default:
      return typeOfParquet(native)?.name === type.name ? asIs : undefined
  }
}

function integer(name: 'integer' | 'bigint'): ValueReader {
  return {
    convert: (raw) => `CAST(${raw} AS BIGINT)`,
    ...(name === 'integer' && {
      isValid: (_raw: string, value: string) => `${value} BETWEEN -${safe} AND ${safe}`,
    }),
  }
}

/** Digits may be added, before and behind the point, but none lost. */
function decimal(native: string, type: LogicalType & { name: 'decimal' }): ValueReader | undefined {
  const found = typeOfParquet(native)
  if (found?.name !== 'decimal') return undefined
  const fits = found.scale <= type.scale && found.precision - found.scale <= type.precision - type.scale
  if (!fits) return undefined
  return { convert: (raw) => `CAST(${raw} AS ${physicalTypeOf(type)})` }
}

const double: ValueReader = {
  convert: (raw) => `CAST(${raw} AS DOUBLE)`,
  isValid: (_raw, value) => `isfinite(${value})`,
  finish: (value) => `${value} + 0.0::DOUBLE`,
}

const text: ValueReader = {
  ...asIs,
  isValid: (raw) => `strlen(${raw}) <= ${limits.maxValueBytes} AND NOT contains(${raw}, chr(0))`,
  isTooLarge: (raw) => `strlen(${raw}) > ${limits.maxValueBytes} AND NOT contains(${raw}, chr(0))`,
}

const bytes: ValueReader = {
  ...asIs,
  isValid: (raw) => `octet_length(${raw}) <= ${limits.maxValueBytes}`,
  isTooLarge: (raw) => `octet_length(${raw}) > ${limits.maxValueBytes}`,
}

const date: ValueReader = {
  ...asIs,
  isValid: (_raw, value) => `${value} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'`,
}

const json: ValueReader = {
  convert: (raw) => `${canonicalJson}(CAST(${raw} AS VARCHAR))`,
  isValid: (_raw, value) => `${value} IS NOT NULL`,
  isTooLarge: (raw) => `${exceedsLimits}(CAST(${raw} AS VARCHAR))`,
  finish: (value) => `CAST(${value} AS JSON)`,
}

/** Instants in UTC, said to be so or not. A cast from one to the other would go by the session's time zone. */
function timestamp(native: string, unit: 'ms' | 'us'): ValueReader {
  const range = (value: string) => `${value} >= TIMESTAMP '0001-01-01' AND ${value} < TIMESTAMP '10000-01-01'`
  return {
    convert: (raw) => (native === 'TIMESTAMP' ? raw : `make_timestamp(epoch_us(${raw}))`),
    isValid: (_raw, value) =>
      unit === 'us' ? range(value) : `${range(value)} AND epoch_us(${value}) % 1000 = 0`,
    ...(unit === 'ms' && { finish: (value: string) => `CAST(${value} AS TIMESTAMP_MS)` }),
  }
}

/** What is written of a value in Parquet: instants as such, in UTC. */
export function parquetValue(type: LogicalType, value: string): string {
  return type.name === 'timestamp' ? `make_timestamptz(epoch_us(${value}))` : value
}
