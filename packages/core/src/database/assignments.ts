import { HoldfastError } from '../backend/errors.js'
import { TypedExpression } from '../expression/index.js'
import type { NamedExpression } from '../relation/index.js'
import { describeType } from '../schema/describe.js'
import { didYouMean } from '../schema/nearest.js'
import type { ColumnDefinition, LogicalType, TableDefinition } from '../schema/types.js'
import { reading } from './faults.js'
import { refuse } from './options.js'
import type { TableCodec } from './table-codec.js'

/**
 * The new values of an update: user values become literals, expressions must be of the type of their column.
 *
 * @throws HoldfastError `UNKNOWN_COLUMN`, `INVALID_VALUE`, `TYPE_MISMATCH`
 */
export function readAssignments(
  table: TableDefinition,
  codec: TableCodec,
  given: unknown,
): readonly NamedExpression[] {
  if (typeof given !== 'object' || given === null || TypedExpression.is(given)) {
    throw refuse('update', 'an object of new values, or a function of the row that returns one', given)
  }
  const entries = reading('update', () => Object.entries(given)).filter(([, value]) => value !== undefined)
  return entries.map(([name, value]) => {
    const column = columnOf(table, name)
    if (TypedExpression.is(value)) return { name, expression: assignable(table, column, value).expression }
    const stored = reading(name, () => codec.encodePatch({ [name]: value as unknown }, 'update'))[name]!
    return { name, expression: { kind: 'literal', type: column.type, value: stored } }
  })
}

function columnOf(table: TableDefinition, name: string): ColumnDefinition {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (column !== undefined) return column
  const hint = didYouMean(
    name,
    table.columns.map((candidate) => candidate.name),
  )
  const shown = JSON.stringify(name.slice(0, 80).toWellFormed())
  throw new HoldfastError('UNKNOWN_COLUMN', `The table "${table.name}" has no column ${shown}${hint}`, {
    table: table.name,
    path: 'update',
  })
}

/** Precision is not part of the question: whether the numbers fit is looked at row by row. */
function assignable(
  table: TableDefinition,
  column: ColumnDefinition,
  value: TypedExpression,
): TypedExpression {
  const details = { table: table.name, column: column.name, path: `update.${column.name}` }
  if (table.primaryKey.includes(column.name) || column.version) {
    const what = column.version ? 'The version column' : 'The key column'
    throw new HoldfastError('INVALID_VALUE', `${what} "${column.name}" is not for updates to set.`, details)
  }
  const { type } = value.columnType
  if (isSameKind(type, column.type)) return value
  throw new HoldfastError(
    'TYPE_MISMATCH',
    `The column "${column.name}" takes ${describeType(column.type)}: the expression gives ${describeType(type)}.`,
    details,
  )
}

function isSameKind(one: LogicalType, other: LogicalType): boolean {
  if (one.name === 'decimal') return other.name === 'decimal' && one.scale === other.scale
  if (one.name === 'timestamp') return other.name === 'timestamp' && one.unit === other.unit
  return one.name === other.name
}
