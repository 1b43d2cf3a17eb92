import type { ColumnDefinition, IndexDefinition, TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import { physicalTypeOf } from '../physical-type.js'

/** The statements that create a table and its indexes. */
export function createTableSql(table: TableDefinition): readonly [create: string, ...indexes: string[]] {
  const parts = table.columns.map(columnSql)
  if (table.primaryKey.length > 0) parts.push(`PRIMARY KEY (${listOf(table.primaryKey)})`)
  // As constraints: an index that is made by itself refuses, once the file was opened again, a value whose row is deleted in
  // the same transaction.
  for (const { columns, unique } of table.indexes) if (unique) parts.push(`UNIQUE (${listOf(columns)})`)
  const create = `CREATE TABLE ${quote(table.name)} (${parts.join(', ')})`
  return [
    create,
    ...table.indexes.filter(({ unique }) => !unique).map((index) => createIndexSql(table.name, index)),
  ]
}

const listOf = (names: readonly string[]) => names.map(quote).join(', ')

function columnSql({ name, type, nullable }: ColumnDefinition): string {
  return `${quote(name)} ${physicalTypeOf(type)}${nullable ? '' : ' NOT NULL'}`
}

/**
 * The statement that would make the table as DuckDB writes it, but for quotation marks: that a column of the key is not null
 * goes without saying.
 */
export function describedSql({ name, columns, primaryKey, indexes }: TableDefinition): string {
  const listed = (names: readonly string[]) => names.map(described).join(', ')
  const parts = columns.map((column) => {
    const required = !column.nullable && !primaryKey.includes(column.name)
    return `${described(column.name)} ${physicalTypeOf(column.type)}${required ? ' NOT NULL' : ''}`
  })
  if (primaryKey.length > 0) parts.push(`PRIMARY KEY(${listed(primaryKey)})`)
  for (const index of indexes) if (index.unique) parts.push(`UNIQUE(${listed(index.columns)})`)
  return `CREATE TABLE ${described(name)}(${parts.join(', ')});`
}

/** A name that is no plain word keeps its quotation marks: else it could look like something else. */
const described = (name: string) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : quote(name))

/** A statement without the quotation marks that DuckDB puts around its own words. A name that needs them keeps them. */
export function withoutQuotes(statement: string): string {
  return statement.replace(/(?<!")"([A-Za-z_][A-Za-z0-9_]*)"(?!")/g, '$1')
}

/** The statement that creates an index that is not unique. */
export function createIndexSql(table: string, index: IndexDefinition): string {
  return `CREATE INDEX ${quote(indexName(table, index.name))} ON ${quote(table)} (${listOf(index.columns)})`
}

/** Indexes share one set of names in DuckDB, and have one for each table here. Names hold no dot. */
export function indexName(table: string, index: string): string {
  return `${table}.${index}`
}

/** The statements that make a table with the same rows and another definition. */
export function rebuildTableSql(table: TableDefinition): readonly string[] {
  const [name, copy] = [quote(table.name), 'holdfast_copy']
  return [
    `CREATE TEMPORARY TABLE ${copy} AS SELECT * FROM ${name}`,
    `DROP TABLE ${name}`,
    ...createTableSql(table),
    `INSERT INTO ${name} SELECT * FROM ${copy}`,
    `DROP TABLE ${copy}`,
  ]
}
