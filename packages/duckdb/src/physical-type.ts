import type { LogicalType, TypeName } from '@holdfast/core/backend'

/**
 * How values lie in DuckDB: in the types that other tools read best, as long as values and order are exact.
 *
 * Timestamps are without a time zone and in UTC: what DuckDB computes of TIMESTAMPTZ depends on the session's zone. Each unit
 * has a type of its own, so that a millisecond column can hold nothing finer. JSON is VARCHAR under another name, compared as
 * text, which is what canonical JSON needs.
 */
const physicalTypes: Readonly<Record<Exclude<TypeName, 'decimal' | 'timestamp'>, string>> = {
  boolean: 'BOOLEAN',
  integer: 'BIGINT',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  text: 'VARCHAR',
  bytes: 'BLOB',
  date: 'DATE',
  uuid: 'UUID',
  json: 'JSON',
}

/** The type as DuckDB writes it, in `create table` and in casts. */
export function physicalTypeOf(type: LogicalType): string {
  switch (type.name) {
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`
    case 'timestamp':
      return type.unit === 'ms' ? 'TIMESTAMP_MS' : 'TIMESTAMP'
    default:
      return physicalTypes[type.name]
  }
}
