import { columnsOfTable } from '../../relation/columns-of.js'
import {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  double,
  integer,
  json,
  text,
  timestamp,
  uuid,
} from '../../schema/columns.js'
import { table } from '../../schema/table.js'
import type { RowExpressions } from '../../schema/table.js'
import type { StoredRow, StoredValue } from '../../schema/types.js'
import { toStored, toUser } from '../../schema/values.js'
import type { ColumnExpression } from '../builder.js'
import { compileRowExpression } from '../compile.js'
import { typeOfExpression } from '../type-of.js'
import { rowExpressions } from '../row-expressions.js'

const sampleColumns = {
  id: integer().primaryKey(),
  flag: boolean().nullable(),
  number: integer().nullable(),
  other: integer().nullable(),
  big: bigint().nullable(),
  bigger: bigint().nullable(),
  real: double().nullable(),
  unreal: double().nullable(),
  price: decimal(10, 2).nullable(),
  rate: decimal(18, 5).nullable(),
  name: text().nullable(),
  title: text().nullable(),
  photo: bytes().nullable(),
  image: bytes().nullable(),
  day: date().nullable(),
  at: timestamp().nullable(),
  precise: timestamp('us').nullable(),
  token: uuid().nullable(),
  document: json().nullable(),
  settings: json().nullable(),
}

/** A table with columns of every type. */
export const sample = table('sample', sampleColumns)

/** The columns of the sample. */
export const columns = columnsOfTable(sample.definition)

/** The columns of the sample as expressions. */
export const row = rowExpressions(sample.definition) as unknown as RowExpressions<typeof sampleColumns>

const nulls: StoredRow = Object.fromEntries(sample.definition.columns.map(({ name }) => [name, null]))

/** A stored row of the sample from user values; what is left out is null. */
export function storedRow(values: Readonly<Record<string, unknown>>): StoredRow {
  const encoded = Object.entries(values).map(([name, value]): [string, StoredValue] => [
    name,
    value === null ? null : toStored(columns.get(name)!.type, value, name),
  ])
  return { ...nulls, id: 0, ...Object.fromEntries(encoded) }
}

/** The user value of an expression for a row of user values. */
export function answer(
  expression: ColumnExpression,
  values: Readonly<Record<string, unknown>> = {},
): unknown {
  const stored = compileRowExpression(expression.expression, columns)(storedRow(values), [])
  return toUser(typeOfExpression(expression.expression, columns).type, stored)
}
