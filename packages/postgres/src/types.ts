import type { LogicalType, TypeName } from '@holdfast/core/backend'

/**
 * Physical types, chosen so that every other program reads what they hold as what it is:
 *
 * - text is compared by code points (`COLLATE "C"`), whatever the language of the database;
 * - json keeps its text to the letter: `jsonb` would lose the canonical form, and with it the order of documents. Its
 *   operators, and an index over `(column::jsonb)`, are one cast away;
 * - instants are `timestamptz`, of the precision of their unit.
 */
const columnTypes: Readonly<Record<TypeName, string>> = {
  boolean: 'boolean',
  integer: 'bigint',
  bigint: 'bigint',
  double: 'double precision',
  decimal: 'numeric',
  text: 'text COLLATE "C"',
  bytes: 'bytea',
  date: 'date',
  timestamp: 'timestamp with time zone',
  uuid: 'uuid',
  json: 'json',
}

/** The type that a column is declared with. */
export function columnTypeOf(type: LogicalType): string {
  switch (type.name) {
    case 'decimal':
      return `numeric(${type.precision}, ${type.scale})`
    case 'timestamp':
      return `timestamp(${type.unit === 'ms' ? 3 : 6}) with time zone`
    default:
      return columnTypes[type.name]
  }
}

const valueTypes: Readonly<Record<TypeName, string>> = {
  boolean: 'bool',
  integer: 'int8',
  bigint: 'int8',
  double: 'float8',
  decimal: 'numeric',
  text: 'text',
  bytes: 'bytea',
  date: 'date',
  timestamp: 'timestamptz',
  uuid: 'uuid',
  json: 'text',
}

/** The type of values within a statement: json is text there, for only text can be compared, grouped and sorted. */
export function valueTypeOf(type: LogicalType): string {
  return valueTypes[type.name]
}

/** Whether values within a statement are text, whose order must be stated. */
export function isText(type: LogicalType): boolean {
  return type.name === 'text' || type.name === 'json'
}

/** The type that a value is cast to on its way into a column. */
export function castOf(type: LogicalType): string {
  return type.name === 'json' ? 'json' : valueTypeOf(type)
}
