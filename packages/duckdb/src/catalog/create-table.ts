import type { ColumnDefinition, IndexDefinition, TableDefinition, TypeName } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { physicalTypeOf } from '../physical-type.js'

/** The statements that create a table and its indexes. */
export function createTableSql(table: TableDefinition): readonly string[] {
  const parts = table.columns.map(columnSql)
  if (table.primaryKey.length > 0) parts.push(`PRIMARY KEY (${table.primaryKey.map(quote).join(', ')})`)
  const create = `CREATE TABLE ${quote(table.name)} (${parts.join(', ')})`
  return [create, ...realIndexes(table).map((index) => createIndexSql(table.name, index))]
}

function columnSql({ name, type, nullable }: ColumnDefinition): string {
  return `${quote(name)} ${physicalTypeOf(type)}${nullable ? '' : ' NOT NULL'}`
}

export function createIndexSql(table: string, index: IndexDefinition): string {
  const unique = index.unique ? 'UNIQUE ' : ''
  const columns = index.columns.map(quote).join(', ')
  return `CREATE ${unique}INDEX ${quote(indexName(table, index.name))} ON ${quote(table)} (${columns})`
}

/** Indexes share one set of names in DuckDB, and have one for each table here. Names hold no dot. */
export function indexName(table: string, index: string): string {
  return `${table}.${index}`
}

/** Types whose values may be longer than the 8 KiB that an index of DuckDB takes. */
const long: ReadonlySet<TypeName> = new Set<TypeName>(['text', 'bytes', 'json'])

/**
 * The indexes that DuckDB keeps. One that is not unique only makes look-ups faster, and must not refuse a row: over long
 * values there is none, and DuckDB scans the column instead.
 */
export function realIndexes({ columns, indexes }: TableDefinition): readonly IndexDefinition[] {
  const isLong = (name: string) => columns.some((column) => column.name === name && long.has(column.type.name))
  return indexes.filter((index) => index.unique || !index.columns.some(isLong))
}
