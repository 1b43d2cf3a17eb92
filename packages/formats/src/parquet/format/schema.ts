import type { LogicalType, TypeName } from '@holdfast/core/backend'
import type { SchemaElement } from 'hyparquet'
import type { NamedColumn } from '../../types.js'

type TypeOf<Name extends TypeName> = Extract<LogicalType, { readonly name: Name }>
type Element = Omit<SchemaElement, 'name' | 'repetition_type'>

/** The most digits that 32 bits hold. */
const digitsOf32Bits = 9

const elements: { readonly [Name in TypeName]: (type: TypeOf<Name>) => Element } = {
  boolean: () => ({ type: 'BOOLEAN' }),
  integer: () => ({ type: 'INT64' }),
  bigint: () => ({ type: 'INT64' }),
  double: () => ({ type: 'DOUBLE' }),
  decimal: ({ precision, scale }) => ({
    type: precision <= digitsOf32Bits ? 'INT32' : 'INT64',
    converted_type: 'DECIMAL',
    precision,
    scale,
    logical_type: { type: 'DECIMAL', precision, scale },
  }),
  text: () => ({ type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }),
  bytes: () => ({ type: 'BYTE_ARRAY' }),
  date: () => ({ type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } }),
  timestamp: ({ unit }) => ({
    type: 'INT64',
    converted_type: unit === 'ms' ? 'TIMESTAMP_MILLIS' : 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: unit === 'ms' ? 'MILLIS' : 'MICROS' },
  }),
  uuid: () => ({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } }),
  json: () => ({ type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } }),
}

/** How a column stands in the schema of a Parquet file. */
export function elementOf({ name, type, nullable }: NamedColumn): SchemaElement {
  const element = elements[type.name] as (type: LogicalType) => Element
  return { ...element(type), name, repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED' }
}
