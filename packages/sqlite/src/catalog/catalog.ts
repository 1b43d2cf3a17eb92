import { definitionFromJson, definitionToJson, HoldfastError } from '@holdfast/core/backend'
import type { IndexDefinition, TableDefinition } from '@holdfast/core/backend'
import type { Database } from 'better-sqlite3'
import type { Connection } from '../connection.js'
import { dropTextIndexes } from '../search/text-index.js'
import { columnTypeOf, createIndexSql, createTableSql, indexName } from './create-table.js'
import { foundTable, isRowidAlias } from './found-table.js'
import { realTables } from './real-table.js'
import type { RealTable } from './real-table.js'
import { quoteIdentifier as quote } from '@holdfast/sql'

/** Definitions of the tables that Holdfast made: SQLite's own types say less. */
const definitionsTable = 'holdfast_tables'

export interface CatalogTable {
  readonly definition: TableDefinition
  /** Whether Holdfast made it and it is still as it was made: values are what the definition says. */
  readonly own: boolean
  /** The key that SQLite keeps an integer in a table that is not its own. */
  readonly rowidAlias?: string
}

/** Every table of the database. */
export function readCatalog(database: Database): ReadonlyMap<string, CatalogTable> {
  const definitions = readDefinitions(database)
  const tables = new Map<string, CatalogTable>()
  for (const real of realTables(database)) {
    if (real.name.startsWith('holdfast_')) continue
    const definition = definitions.get(real.name)
    if (definition !== undefined && isAsDefined(real, definition)) {
      tables.set(real.name, { definition, own: true })
      continue
    }
    const found = foundTable(real)
    if (found === undefined) continue
    const [key] = found.primaryKey
    const rowidAlias = isRowidAlias(real) && key !== undefined ? { rowidAlias: key } : {}
    tables.set(real.name, { definition: found, own: false, ...rowidAlias })
  }
  return tables
}

function readDefinitions(database: Database): ReadonlyMap<string, TableDefinition> {
  const definitions = new Map<string, TableDefinition>()
  if (!hasDefinitions(database)) return definitions
  const rows = database.prepare(`SELECT name, definition FROM ${definitionsTable}`).all() as {
    name: string
    definition: string
  }[]
  for (const { name, definition } of rows) {
    try {
      definitions.set(name, definitionFromJson(JSON.parse(definition)))
    } catch {
      // Of a later version, or not written by Holdfast: the table is described as SQLite sees it.
    }
  }
  return definitions
}

function hasDefinitions(database: Database): boolean {
  const sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
  return database.prepare(sql).get(definitionsTable) !== undefined
}

/** Whether the real table is still what its definition says. */
function isAsDefined(real: RealTable, definition: TableDefinition): boolean {
  const { columns, primaryKey, indexes } = definition
  return (
    real.strict &&
    real.columns.length === columns.length &&
    columns.every((column, position) => {
      const found = real.columns[position]!
      const isKey = primaryKey.indexOf(column.name) + 1 === found.key
      const sameNulls = found.notNull === !column.nullable
      return found.name === column.name && found.type === columnTypeOf(column.type) && isKey && sameNulls
    }) &&
    indexes.every(({ name, columns: names, unique }) => {
      const found = real.indexes.find((index) => index.name === indexName(definition.name, name))
      return found?.unique === unique && found.columns.map((column) => column.name).join() === names.join()
    })
  )
}

/** Creates a table; inside a transaction. */
export function createTable(connection: Connection, table: TableDefinition): void {
  if (connection.hasTable(table.name)) {
    throw new HoldfastError('TABLE_EXISTS', `The table "${table.name}" exists already.`, {
      table: table.name,
    })
  }
  for (const sql of createTableSql(table)) connection.define(sql)
  writeDefinition(connection, table)
}

/** Drops a table; inside a transaction. */
export function dropTable(connection: Connection, name: string): void {
  if (!connection.hasTable(name)) throw unknownTable(name)
  dropTextIndexes(connection, name)
  connection.define(`DROP TABLE ${quote(name)}`)
  if (hasDefinitions(connection.database)) {
    connection.execute(`DELETE FROM ${definitionsTable} WHERE name = ?`, [name])
  }
}

export function createIndex(connection: Connection, table: TableDefinition, index: IndexDefinition): void {
  connection.define(createIndexSql(table.name, index))
  writeDefinition(connection, { ...table, indexes: [...table.indexes, index] })
}

export function dropIndex(connection: Connection, table: TableDefinition, name: string): void {
  connection.define(`DROP INDEX ${quote(indexName(table.name, name))}`)
  writeDefinition(connection, { ...table, indexes: table.indexes.filter((index) => index.name !== name) })
}

export function unknownTable(name: string): HoldfastError {
  return new HoldfastError('UNKNOWN_TABLE', `The table "${name}" does not exist.`, { table: name })
}

function writeDefinition(connection: Connection, table: TableDefinition): void {
  connection.define(
    `CREATE TABLE IF NOT EXISTS ${definitionsTable} (name TEXT NOT NULL PRIMARY KEY, definition TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  )
  const sql = `INSERT OR REPLACE INTO ${definitionsTable} (name, definition) VALUES (?, ?)`
  connection.execute(sql, [table.name, JSON.stringify(definitionToJson(table))])
}
