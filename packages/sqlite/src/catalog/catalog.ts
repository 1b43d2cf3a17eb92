import { definitionFromJson, definitionToJson, HoldfastError } from '@holdfast/core/backend'
import type { IndexDefinition, TableDefinition } from '@holdfast/core/backend'
import type { Database } from 'better-sqlite3'
import type { Connection } from '../connection.js'
import { dropTextIndexes } from '../search/text-index.js'
import { affinityOf } from './affinity.js'
import type { Affinity } from './affinity.js'
import { columnTypeOf, createIndexSql, createTableSql, indexName, mostColumns } from './create-table.js'
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
  /** Of the columns of a table that is not STRICT. */
  readonly affinities: ReadonlyMap<string, Affinity>
  /** Whether other programs' triggers do something when it is written. */
  readonly triggered: boolean
}

/** Every table of the database. */
export function readCatalog(database: Database): ReadonlyMap<string, CatalogTable> {
  const definitions = readDefinitions(database)
  const tables = new Map<string, CatalogTable>()
  for (const real of realTables(database)) {
    if (real.name.startsWith('holdfast_')) continue
    const { triggered } = real
    const definition = definitions.get(real.name)
    if (definition !== undefined && isAsDefined(real, definition)) {
      tables.set(real.name, { definition, own: true, affinities: new Map(), triggered })
      continue
    }
    const found = foundTable(real)
    if (found === undefined) continue
    const [key] = found.primaryKey
    const rowidAlias = isRowidAlias(real) && key !== undefined ? { rowidAlias: key } : {}
    const affinities = new Map(
      real.columns.map((column) => [column.name, affinityOf(column.type, real.strict)]),
    )
    tables.set(real.name, { definition: found, own: false, ...rowidAlias, affinities, triggered })
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
    !real.resolvesConflicts &&
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
  if (connection.isNameTaken(table.name)) {
    throw new HoldfastError('TABLE_EXISTS', `The table "${table.name}" exists already.`, {
      table: table.name,
    })
  }
  if (table.columns.length > mostColumns) {
    throw new HoldfastError('LIMIT_EXCEEDED', `A table of SQLite has at most ${mostColumns} columns.`, {
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

/** Creates an index; inside a transaction. One that is there already, as another process may have made it, stays. */
export function createIndex(connection: Connection, table: string, index: IndexDefinition): void {
  const { definition, own } = tableNamed(connection, table)
  if (definition.indexes.some(({ name }) => name === index.name)) return
  connection.define(createIndexSql(table, index))
  if (own) writeDefinition(connection, { ...definition, indexes: [...definition.indexes, index] })
}

/** Drops an index; inside a transaction. */
export function dropIndex(connection: Connection, table: string, name: string): void {
  const { definition, own } = tableNamed(connection, table)
  const kept = definition.indexes.filter((index) => index.name !== name)
  if (kept.length === definition.indexes.length) {
    throw new HoldfastError('NOT_FOUND', `The table "${table}" has no index "${name}".`, { table })
  }
  // Other programs name theirs without the table.
  const names = [indexName(table, name), name]
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND name IN (?, ?)"
  const found = connection.database
    .prepare(sql)
    .pluck()
    .get(table, ...names) as string | undefined
  if (found === undefined) {
    throw new HoldfastError('UNSUPPORTED', `The index "${name}" is a part of its table.`, { table })
  }
  connection.define(`DROP INDEX ${quote(found)}`)
  if (own) writeDefinition(connection, { ...definition, indexes: kept })
}

function tableNamed({ database }: Connection, name: string): CatalogTable {
  const found = readCatalog(database).get(name)
  if (found === undefined) throw unknownTable(name)
  return found
}

export function unknownTable(name: string): HoldfastError {
  return new HoldfastError('UNKNOWN_TABLE', `The table "${name}" does not exist. Create it with ensure().`, {
    table: name,
  })
}

function writeDefinition(connection: Connection, table: TableDefinition): void {
  connection.define(
    `CREATE TABLE IF NOT EXISTS ${definitionsTable} (name TEXT NOT NULL PRIMARY KEY, definition TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  )
  const sql = `INSERT OR REPLACE INTO ${definitionsTable} (name, definition) VALUES (?, ?)`
  connection.execute(sql, [table.name, JSON.stringify(definitionToJson(table))])
}
