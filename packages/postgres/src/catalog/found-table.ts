import { nameProblem } from '@holdfast/core/backend'
import type { ColumnDefinition, IndexDefinition, LogicalType, TableDefinition } from '@holdfast/core/backend'
import { columnTypeOf } from '../types.js'
import type { RealColumn, RealIndex, RealTable } from './real-table.js'

/** Types of PostgreSQL and what their values can be read as. */
const types: Readonly<Record<string, LogicalType>> = {
  bool: { name: 'boolean' },
  int2: { name: 'integer' },
  int4: { name: 'integer' },
  int8: { name: 'bigint' },
  oid: { name: 'bigint' },
  float4: { name: 'double' },
  float8: { name: 'double' },
  bytea: { name: 'bytes' },
  date: { name: 'date' },
  timestamp: { name: 'timestamp', unit: 'us' },
  timestamptz: { name: 'timestamp', unit: 'us' },
  uuid: { name: 'uuid' },
  json: { name: 'json' },
  jsonb: { name: 'json' },
}

/** The nearest logical type: text where there is none, which is how PostgreSQL itself writes every value. */
export function logicalTypeOf({ type, precision, scale }: RealColumn): LogicalType {
  const isDecimal =
    type === 'numeric' && precision !== null && precision <= 18 && scale !== null && scale <= precision
  if (isDecimal) return { name: 'decimal', precision, scale }
  return types[type] ?? { name: 'text' }
}

/** Whether a column is declared as Holdfast declares those of the type. */
export function isDeclaredAs({ declared, isC }: RealColumn, type: LogicalType): boolean {
  const own = columnTypeOf(type).replace(' COLLATE "C"', '').replace(', ', ',')
  return declared === own && (type.name !== 'text' || isC)
}

/** Texts that are what they are: others have more than one way to write a value, or pad it. */
const plainTexts: ReadonlySet<string> = new Set(['text', 'varchar', 'name'])

/** Whether equal keys are equal to the letter, so that rows can be told apart by them. */
function canBeKey(column: RealColumn): boolean {
  const type = logicalTypeOf(column).name
  if (type === 'json') return false
  if (type !== 'text') return true
  return column.isDeterministic && (plainTexts.has(column.type) || column.isEnum)
}

/**
 * A table that another program made, or changed, as well as it can be described; undefined if its name, or all of its
 * columns', are none that can be written. Without a key that tells rows apart it can only be read.
 *
 * @param definition what it was made as: columns that are still so declared are still of that type
 */
export function foundTable(table: RealTable, definition?: TableDefinition): TableDefinition | undefined {
  if (nameProblem(table.name) !== undefined) return undefined
  const readable = table.columns.filter(({ name }) => nameProblem(name) === undefined)
  if (readable.length === 0) return undefined
  const complete =
    readable.length === table.columns.length && !table.columns.some(({ generated }) => generated)
  const primaryKey = complete ? keyOf(table) : []
  const columns = readable.map((column): ColumnDefinition => foundColumn(column, primaryKey, definition))
  return {
    name: table.name,
    columns,
    primaryKey,
    indexes: primaryKey.length === 0 ? [] : table.indexes.flatMap((index) => foundIndex(index, columns)),
    checks: [],
  }
}

function keyOf({ columns, indexes }: RealTable): readonly string[] {
  const key = indexes.find(({ isKey, whole }) => isKey && whole)
  const names = key?.columns.flatMap((name) => name ?? []) ?? []
  const usable = names.every((name) => columns.some((column) => column.name === name && canBeKey(column)))
  return usable ? names : []
}

function foundColumn(
  column: RealColumn,
  primaryKey: readonly string[],
  definition?: TableDefinition,
): ColumnDefinition {
  const { name, notNull, sequence } = column
  const made = definition?.columns.find((candidate) => candidate.name === name)
  const type = made !== undefined && isDeclaredAs(column, made.type) ? made.type : logicalTypeOf(column)
  const isInteger = type.name === 'integer' || type.name === 'bigint'
  const isGenerated = sequence !== null && isInteger && primaryKey.length === 1 && primaryKey[0] === name
  const plain = { name, type, nullable: !notNull && !primaryKey.includes(name) }
  return isGenerated ? { ...plain, generated: 'increment' } : plain
}

function foundIndex(index: RealIndex, columns: readonly ColumnDefinition[]): readonly IndexDefinition[] {
  const { name, unique, isKey, whole } = index
  const names = index.columns.flatMap((column) => column ?? [])
  const known = names.every((column) =>
    columns.some((found) => found.name === column && found.type.name !== 'json'),
  )
  const plain = !isKey && whole && known && names.length === index.columns.length && index.method === 'btree'
  return plain && nameProblem(name) === undefined ? [{ name, columns: names, unique }] : []
}
