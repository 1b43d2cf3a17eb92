import { limits } from '@holdfast/core/backend'
import type { LogicalType, TypeName } from '@holdfast/core/backend'
import { physicalTypeOf } from '../physical-type.js'
import { canonicalJson, exceedsLimits } from './json-function.js'
import type { ValueReader } from './value-reader.js'

const cast = (raw: string, type: string) => `TRY_CAST(${raw} AS ${type})`
const printed = (value: string) => `CAST(${value} AS VARCHAR)`

/** DuckDB's casts accept more than FILE-4 does: what they give must be written like what they were given. */
const spelt = (type: string, also = ''): ValueReader => ({
  convert: (raw) => cast(raw, type),
  isValid: (raw, value) => `${printed(value)} = ${raw}${also.replaceAll('#', value)}`,
})

const safe = Number.MAX_SAFE_INTEGER

const readers: Readonly<Record<Exclude<TypeName, 'decimal' | 'timestamp'>, ValueReader>> = {
  boolean: {
    convert: (raw) => `(${raw} = 'true')`,
    isValid: (raw) => `${raw} IN ('true', 'false')`,
  },
  integer: spelt('BIGINT', ` AND # BETWEEN -${safe} AND ${safe}`),
  bigint: spelt('BIGINT'),
  double: {
    convert: (raw) => cast(raw, 'DOUBLE'),
    isValid: (raw, value) =>
      `isfinite(${value}) AND regexp_full_match(${raw}, '-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?')`,
    // A negative zero is zero.
    finish: (value) => `${value} + 0.0::DOUBLE`,
  },
  text: {
    convert: (raw) => raw,
    isValid: (raw) => `strlen(${raw}) <= ${limits.maxValueBytes}`,
    isTooLarge: (raw) => `strlen(${raw}) > ${limits.maxValueBytes}`,
  },
  bytes: {
    convert: (raw) => `TRY(from_base64(${raw}))`,
    isValid: (raw, value) =>
      `to_base64(${value}) = ${raw} AND octet_length(${value}) <= ${limits.maxValueBytes}`,
    isTooLarge: (raw, value) =>
      `to_base64(${value}) = ${raw} AND octet_length(${value}) > ${limits.maxValueBytes}`,
  },
  date: {
    convert: (raw) => cast(raw, 'DATE'),
    isValid: (raw, value) => `${printed(value)} = ${raw} AND strlen(${raw}) = 10`,
  },
  uuid: {
    convert: (raw) => cast(raw, 'UUID'),
    isValid: (raw, value) => `${printed(value)} = lower(${raw})`,
  },
  json: {
    convert: (raw) => `${canonicalJson}(${raw})`,
    isValid: (_raw, value) => `${value} IS NOT NULL`,
    isTooLarge: (raw) => `${exceedsLimits}(${raw})`,
    finish: (value) => `CAST(${value} AS JSON)`,
  },
}

/** How values of the type are read as they are written in CSV (FILE-4). */
export function csvReader(type: LogicalType): ValueReader {
  switch (type.name) {
    case 'decimal': {
      const fraction = type.scale === 0 ? '' : `(\\.[0-9]{1,${type.scale}})?`
      return {
        convert: (raw) => cast(raw, physicalTypeOf(type)),
        isValid: (raw, value) => `${value} IS NOT NULL AND regexp_full_match(${raw}, '-?[0-9]+${fraction}')`,
      }
    }
    case 'timestamp':
      return timestamp(type.unit)
    default:
      return readers[type.name]
  }
}

function timestamp(unit: 'ms' | 'us'): ValueReader {
  const digits = unit === 'ms' ? 3 : 6
  const day = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
  const time = `([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\\.[0-9]{1,${digits}})?`
  return {
    convert: (raw) => cast(raw, 'TIMESTAMP'),
    isValid: (raw, value) =>
      `${value} >= TIMESTAMP '0001-01-01' AND regexp_full_match(${raw}, '${day}T${time}Z')`,
    ...(unit === 'ms' && { finish: (value: string) => `CAST(${value} AS TIMESTAMP_MS)` }),
  }
}

/** What is written of a value in CSV: the text that `csvReader` reads. */
export function csvText(type: LogicalType, value: string): string {
  switch (type.name) {
    case 'bytes':
      return `to_base64(${value})`
    case 'decimal':
      // Where there is no room for a digit before the point DuckDB writes none.
      return printed(`CAST(${value} AS DECIMAL(${type.precision + 1},${type.scale}))`)
    case 'timestamp':
      return `strftime(CAST(${value} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.${type.unit === 'ms' ? '%g' : '%f'}Z')`
    default:
      return printed(value)
  }
}
