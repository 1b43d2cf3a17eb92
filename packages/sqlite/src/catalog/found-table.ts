import { nameProblem } from '@holdfast/core/backend'
import type { ColumnDefinition, IndexDefinition, LogicalType, TableDefinition } from '@holdfast/core/backend'
import type { RealColumn, RealIndex, RealTable } from './real-table.js'

/** Declared types, in upper case and without what is in parentheses, and what their values can be read as. */
const declaredTypes: Readonly<Record<string, LogicalType>> = {
  INT: { name: 'integer' },
  INTEGER: { name: 'integer' },
  TINYINT: { name: 'integer' },
  SMALLINT: { name: 'integer' },
  MEDIUMINT: { name: 'integer' },
  INT2: { name: 'integer' },
  INT4: { name: 'integer' },
  BIGINT: { name: 'bigint' },
  INT8: { name: 'bigint' },
  'UNSIGNED BIG INT': { name: 'bigint' },
  BOOL: { name: 'boolean' },
  BOOLEAN: { name: 'boolean' },
  REAL: { name: 'double' },
  DOUBLE: { name: 'double' },
  'DOUBLE PRECISION': { name: 'double' },
  FLOAT: { name: 'double' },
  NUMERIC: { name: 'double' },
  DECIMAL: { name: 'double' },
  BLOB: { name: 'bytes' },
}

/** The nearest logical type of a declared one: text where SQLite itself says no more. */
export function logicalTypeOf(declared: string): LogicalType {
  const name = declared
    .replace(/\s*\(.*$/s, '')
    .trim()
    .toUpperCase()
  return declaredTypes[name] ?? { name: name.includes('INT') ? 'integer' : 'text' }
}

/**
 * A table that another program made, as well as it can be described; undefined if its name, or all of its columns', are
 * none that can be written. Without a key that is surely unique and never null it can only be read.
 */
export function foundTable(table: RealTable): TableDefinition | undefined {
  if (nameProblem(table.name) !== undefined) return undefined
  const readable = table.columns.filter(({ name }) => nameProblem(name) === undefined)
  if (readable.length === 0) return undefined
  const primaryKey = keyOf(table)
  const hasKey = primaryKey.length > 0 && readable.length === table.columns.length
  const columns = readable.map((column): ColumnDefinition => foundColumn(column, primaryKey))
  return {
    name: table.name,
    columns,
    primaryKey: hasKey ? primaryKey : [],
    indexes: hasKey ? table.indexes.flatMap((index) => foundIndex(index, columns)) : [],
    checks: [],
  }
}

function foundColumn({ name, type, notNull }: RealColumn, primaryKey: readonly string[]): ColumnDefinition {
  return { name, type: logicalTypeOf(type), nullable: !notNull && !primaryKey.includes(name) }
}

function keyOf(table: RealTable): readonly string[] {
  if (table.columns.some(({ generated }) => generated)) return []
  const columns = table.columns.filter(({ key }) => key > 0).sort((left, right) => left.key - right.key)
  const names = columns.map(({ name }) => name)
  if (isRowidAlias(table)) return names
  // SQLite lets nulls into the keys of ordinary tables.
  if (!table.withoutRowid && columns.some(({ notNull }) => !notNull)) return []
  const index = table.indexes.find(({ isKey }) => isKey)
  return index === undefined || index.columns.every(isBinary) ? names : []
}

const isBinary = ({ collation }: { readonly collation: string }) => collation.toUpperCase() === 'BINARY'

/** Whether the key is SQLite's own row number, which is an integer whatever else is loose in the table. */
export function isRowidAlias(table: RealTable): boolean {
  const keys = table.columns.filter(({ key }) => key > 0)
  return !table.withoutRowid && keys.length === 1 && keys[0]!.type.toUpperCase() === 'INTEGER'
}

function foundIndex(index: RealIndex, columns: readonly ColumnDefinition[]): readonly IndexDefinition[] {
  const { name, unique, isKey, partial } = index
  const names = index.columns.flatMap((column) => column.name ?? [])
  const known = names.every((column) => columns.some((candidate) => candidate.name === column))
  const plain =
    !isKey && !partial && known && index.columns.every(isBinary) && names.length === index.columns.length
  // What SQLite named itself has no name that can be written.
  const written = name.startsWith('sqlite_autoindex_') ? names.join('_') : name
  return plain && nameProblem(written) === undefined ? [{ name: written, columns: names, unique }] : []
}
