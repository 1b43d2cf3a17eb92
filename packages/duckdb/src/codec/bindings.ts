import {
  BIGINT,
  BLOB,
  blobValue,
  BOOLEAN,
  DECIMAL,
  decimalValue,
  DOUBLE,
  LIST,
  TIMESTAMP,
  TIMESTAMP_MS,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampValue,
  VARCHAR,
} from '@duckdb/node-api'
import type { DuckDBPreparedStatement, DuckDBType, DuckDBValue } from '@duckdb/node-api'
import type { LogicalType, StoredValue } from '@holdfast/core/backend'
import type { EncodeParameter } from '@holdfast/sql'

/** Binds one value to a placeholder, counted from 1. What an encoder of the dialect returns. */
export type Binding = (statement: DuckDBPreparedStatement, position: number) => void

/** How values of a logical type are bound: each by one call of the driver. */
interface Form {
  readonly bind: (value: never) => Binding
  /** The type and the values of a list of them. What is bound as a text is made what it must be by the placeholder's cast. */
  readonly item: DuckDBType
  readonly toItem: (value: never) => DuckDBValue
}

const text: Form = {
  bind: (value: string) => (statement, position) => statement.bindVarchar(position, value),
  item: VARCHAR,
  toItem: (value: string) => value,
}

const integer: Form = {
  bind: (value: number | bigint) => (statement, position) => statement.bindBigInt(position, BigInt(value)),
  item: BIGINT,
  toItem: (value: number | bigint) => BigInt(value),
}

const milliseconds: Form = {
  bind: (value: number) => (statement, position) =>
    statement.bindTimestampMilliseconds(position, new DuckDBTimestampMillisecondsValue(BigInt(value))),
  item: TIMESTAMP_MS,
  toItem: (value: number) => new DuckDBTimestampMillisecondsValue(BigInt(value)),
}

const microseconds: Form = {
  bind: (value: bigint) => (statement, position) =>
    statement.bindTimestamp(position, new DuckDBTimestampValue(value)),
  item: TIMESTAMP,
  toItem: (value: bigint) => new DuckDBTimestampValue(value),
}

const forms = {
  boolean: {
    bind: (value: boolean) => (statement, position) => statement.bindBoolean(position, value),
    item: BOOLEAN,
    toItem: (value: boolean) => value,
  },
  integer,
  bigint: integer,
  double: {
    bind: (value: number) => (statement, position) => statement.bindDouble(position, value),
    item: DOUBLE,
    toItem: (value: number) => value,
  },
  text,
  bytes: {
    bind: (value: Uint8Array) => (statement, position) => statement.bindBlob(position, value),
    item: BLOB,
    toItem: (value: Uint8Array) => blobValue(value),
  },
  date: text,
  uuid: text,
  json: text,
} satisfies Readonly<Partial<Record<LogicalType['name'], Form>>>

function decimalForm(precision: number, scale: number): Form {
  const toValue = (value: bigint) => decimalValue(value, precision, scale)
  return {
    bind: (value: bigint) => (statement, position) => statement.bindDecimal(position, toValue(value)),
    item: DECIMAL(precision, scale),
    toItem: toValue,
  }
}

function formOf(type: LogicalType): Form {
  switch (type.name) {
    case 'decimal':
      return decimalForm(type.precision, type.scale)
    case 'timestamp':
      return type.unit === 'ms' ? milliseconds : microseconds
    default:
      return forms[type.name]
  }
}

interface Encoders {
  readonly one: EncodeParameter
  readonly list: EncodeParameter
}

const encoders = new Map<string, Encoders>()

/** The same encoders for the same type, so that the compiler sees equal parameters. */
function encodersOf(type: LogicalType): Encoders {
  const name =
    type.name === 'decimal'
      ? `${type.precision},${type.scale}`
      : type.name === 'timestamp'
        ? type.unit
        : type.name
  let found = encoders.get(name)
  if (found === undefined) encoders.set(name, (found = makeEncoders(formOf(type))))
  return found
}

const bindNull: Binding = (statement, position) => statement.bindNull(position)

function makeEncoders({ bind, item, toItem }: Form): Encoders {
  const list = LIST(item)
  return {
    one: (value): Binding => (value === null ? bindNull : bind(value as never)),
    list: (values): Binding => {
      const items = (values as readonly StoredValue[]).map((value) =>
        value === null ? null : toItem(value as never),
      )
      return (statement, position) => statement.bindList(position, items, list)
    },
  }
}

export function parameterEncoder(type: LogicalType): EncodeParameter {
  return encodersOf(type).one
}

export function parameterListEncoder(type: LogicalType): EncodeParameter {
  return encodersOf(type).list
}
