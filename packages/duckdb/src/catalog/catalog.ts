import { definitionFromJson, definitionToJson, HoldfastError, uniqueViolation } from '@holdfast/core/backend'
import type { IndexDefinition, TableDefinition } from '@holdfast/core/backend'
import { quoteIdentifier as quote, sql } from '@holdfast/sql'
import type { Fragment } from '@holdfast/sql'
import { parameterEncoder } from '../codec/bindings.js'
import type { Binding } from '../codec/bindings.js'
import type { NamedColumn } from '../codec/rows.js'
import type { Connection } from '../connection.js'
import { kindOf, unknownTable } from '../errors.js'
import { physicalTypeOf } from '../physical-type.js'
import type { Schema } from '../schema.js'
import { literal } from '../settings.js'
import type { WriteContext } from '../writes/apply.js'
import { createKeysTable, dropKeys } from '../writes/generated-keys.js'
import { foundTypeOf } from './checked-column.js'
import {
  createIndexSql,
  createTableSql,
  describedSql,
  indexName,
  rebuildTableSql,
  withoutQuotes,
} from './create-table.js'
import { foundTable } from './found-table.js'
import { here, readCatalogRows } from './real-table.js'
import type { Declared, RealTable, RealTables } from './real-table.js'

/** Definitions of the tables that Holdfast made: DuckDB's own types say less. */
const definitionsTable = 'holdfast_tables'

export interface CatalogTable {
  readonly definition: TableDefinition
  /** How columns of a table that Holdfast did not make, or not as it is now, are read; absent where by their name. */
  readonly readers?: ReadonlyMap<string, (value: Fragment) => Fragment>
  /** Whether it has unique indexes that were made by themselves. */
  readonly looseIndexes?: boolean
}

/** Every table of the database. */
export async function readCatalog(
  connection: Connection,
  realTables: RealTables,
): Promise<ReadonlyMap<string, CatalogTable>> {
  const rows = await readCatalogRows(connection)
  const definitions = rows.tables.some(({ name }) => name === definitionsTable)
    ? await readDefinitions(connection)
    : new Map<string, TableDefinition>()
  const tables = new Map<string, CatalogTable>()
  const declared = ({ name, sql }: Pick<RealTable, 'name' | 'sql'>) => declaredAs(sql, definitions.get(name))
  for (const real of await realTables.read(connection, rows, declared)) {
    if (real.name.startsWith('holdfast_')) continue
    const definition = definitions.get(real.name)
    if (definition !== undefined && isAsDefined(real, definition)) tables.set(real.name, { definition })
    else addFound(tables, real)
  }
  return tables
}

function addFound(tables: Map<string, CatalogTable>, real: RealTable): void {
  const definition = foundTable(real)
  if (definition === undefined) return
  const readers = new Map<string, (value: Fragment) => Fragment>()
  const collated = /\bCOLLATE\b/i.test(real.sql)
  for (const { name, type } of real.columns) {
    const read = type === 'VARCHAR' && collated ? byCodePoints : foundTypeOf(type).read
    if (read !== undefined) readers.set(name, read)
  }
  const looseIndexes = real.indexes.some(({ name, unique }) => unique && name !== undefined)
  tables.set(real.name, { definition, readers, looseIndexes })
}

/**
 * Has DuckDB load the unique indexes that it finds in the file beside the tables: before it has inserted into such a table it
 * refuses a value whose row is deleted in the same transaction.
 */
export async function loadIndexes(connection: Connection, tables: Iterable<CatalogTable>): Promise<void> {
  for (const { definition, looseIndexes } of tables) {
    if (looseIndexes !== true || definition.primaryKey.length === 0) continue
    const name = quote(definition.name)
    await connection.execute(`INSERT INTO ${name} SELECT * FROM ${name} WHERE false`)
  }
}

const byCodePoints = (value: Fragment) => sql`(${value} COLLATE "binary")`

const textColumn = (name: string): NamedColumn => ({ name, type: { name: 'text' }, nullable: false })
const definitionColumns = [textColumn('name'), textColumn('definition')]
const nameColumns = [textColumn('name')]
const bindText = (value: string) => parameterEncoder({ name: 'text' })(value) as Binding

async function readDefinitions(connection: Connection): Promise<ReadonlyMap<string, TableDefinition>> {
  const definitions = new Map<string, TableDefinition>()
  const rows = await connection.all({
    sql: `SELECT name, definition FROM ${definitionsTable}`,
    columns: definitionColumns,
    bindings: [],
  })
  for (const row of rows) {
    try {
      definitions.set(row['name'] as string, definitionFromJson(JSON.parse(row['definition'] as string)))
    } catch {
      // Of a later version, or not written by Holdfast: the table is described as DuckDB sees it.
    }
  }
  return definitions
}

/** What a table's statement declares that is the one of its definition; undefined for any other. */
function declaredAs(statement: string, definition: TableDefinition | undefined): Declared | undefined {
  if (definition === undefined || withoutQuotes(statement) !== describedSql(definition)) return undefined
  const { columns, primaryKey, indexes } = definition
  return {
    columns: columns.map(({ name, type, nullable }) => ({
      name,
      type: physicalTypeOf(type),
      notNull: !nullable,
    })),
    primaryKey,
    indexes: indexes.flatMap(({ columns: names, unique }) =>
      unique ? [{ name: undefined, unique, columns: names }] : [],
    ),
  }
}

/** Whether the real table is still what its definition says. */
function isAsDefined(real: RealTable, definition: TableDefinition): boolean {
  return (
    real.columns.length === definition.columns.length &&
    definition.columns.every(({ name, type, nullable }, position) => {
      const found = real.columns[position]!
      return found.name === name && found.type === physicalTypeOf(type) && found.notNull === !nullable
    }) &&
    real.primaryKey.join() === definition.primaryKey.join() &&
    definition.indexes.every((index) => hasIndex(real, definition, index))
  )
}

function hasIndex(real: RealTable, definition: TableDefinition, index: IndexDefinition): boolean {
  return real.indexes.some(({ name, unique, columns }) => {
    const same = unique === index.unique && columns?.join() === index.columns.join()
    return same && (unique || name === indexName(definition.name, index.name))
  })
}

/** Creates a table; inside a transaction. */
export async function createTable(
  connection: Connection,
  table: TableDefinition,
  { keys, schema }: WriteContext,
): Promise<void> {
  const [create, ...indexes] = createTableSql(table)
  try {
    await connection.execute(create)
  } catch (error) {
    // It leaves the transaction as it was.
    if (kindOf(error) !== 'Catalog Error' || !(await isNameTaken(connection, table.name))) throw error
    throw new HoldfastError('TABLE_EXISTS', `The table "${table.name}" exists already.`, {
      table: table.name,
      cause: error,
    })
  }
  for (const statement of indexes) await connection.execute(statement)
  if (generatesKeys(table)) {
    await connection.execute(createKeysTable)
    await dropKeys(connection, table.name)
  }
  await writeDefinition(connection, table)
  keys.forget()
  schema.note(table)
}

/** Drops a table; inside a transaction. */
export async function dropTable(
  connection: Connection,
  name: string,
  { keys, schema }: WriteContext,
): Promise<void> {
  const known = schema.find(name)
  if (known === undefined && !(await isNameTaken(connection, name))) throw unknownTable(name)
  try {
    await connection.execute(`DROP TABLE ${quote(name)}`)
  } catch (error) {
    throw kindOf(error) === 'Catalog Error' ? unknownTable(name, error) : error
  }
  await forgetDefinition(connection, name)
  if (known === undefined || generatesKeys(known.definition)) await ifThere(() => dropKeys(connection, name))
  keys.forget()
  schema.note(name)
}

const generatesKeys = ({ columns }: TableDefinition) =>
  columns.some(({ generated }) => generated !== undefined)

export async function createIndex(
  connection: Connection,
  table: string,
  index: IndexDefinition,
  { schema }: WriteContext,
): Promise<void> {
  const definition = await tableNamed(connection, table, schema)
  const changed = { ...definition, indexes: [...definition.indexes, index] }
  if (index.unique) {
    await refuseDuplicates(connection, definition, index)
    await rebuild(connection, changed)
  } else await connection.execute(createIndexSql(table, index))
  await writeDefinition(connection, changed)
  await schema.read(connection)
}

export async function dropIndex(
  connection: Connection,
  table: string,
  name: string,
  { schema }: WriteContext,
): Promise<void> {
  const definition = await tableNamed(connection, table, schema)
  const dropped = definition.indexes.find((index) => index.name === name)
  const changed = { ...definition, indexes: definition.indexes.filter((index) => index !== dropped) }
  // A constraint cannot be dropped.
  if (dropped?.unique === true) await rebuild(connection, changed)
  else await connection.execute(`DROP INDEX IF EXISTS ${quote(indexName(table, name))}`)
  await writeDefinition(connection, changed)
  await schema.read(connection)
}

async function refuseDuplicates(
  connection: Connection,
  table: TableDefinition,
  index: IndexDefinition,
): Promise<void> {
  const columns = index.columns.map(quote)
  const present = columns.map((column) => `${column} IS NOT NULL`).join(' AND ')
  const groups = `SELECT count(*) AS rows FROM ${quote(table.name)} WHERE ${present} GROUP BY ${columns.join(', ')}`
  const rows: NamedColumn = { name: 'rows', type: { name: 'integer' }, nullable: false }
  const statement = `SELECT rows FROM (${groups}) WHERE rows > 1 LIMIT 1`
  const found = await connection.all({ sql: statement, columns: [rows], bindings: [] })
  if (found.length > 0) throw uniqueViolation(table, index)
}

async function rebuild(connection: Connection, table: TableDefinition): Promise<void> {
  for (const statement of rebuildTableSql(table)) await connection.execute(statement)
}

async function tableNamed(connection: Connection, name: string, schema: Schema): Promise<TableDefinition> {
  const found = (await schema.read(connection)).find((table) => table.name === name)
  return found ?? Promise.reject(unknownTable(name))
}

const tableNames = `SELECT lower(table_name) AS name FROM duckdb_tables() WHERE ${here} AND NOT temporary`
const viewNames = `SELECT lower(view_name) FROM duckdb_views() WHERE ${here} AND NOT temporary`
const nameSql = `SELECT name FROM (${tableNames} UNION ALL ${viewNames}) WHERE name = $1`

/** Whether a table or a view has the name, in whatever case. */
async function isNameTaken(connection: Connection, name: string): Promise<boolean> {
  const bindings = [bindText(name.toLowerCase())]
  const rows = await connection.all({ sql: nameSql, columns: nameColumns, bindings })
  return rows.length > 0
}

/** At once: each statement by itself would take as long again. */
async function writeDefinition(connection: Connection, table: TableDefinition): Promise<void> {
  const name = literal(table.name)
  const definition = literal(JSON.stringify(definitionToJson(table)))
  const statements = [
    `CREATE TABLE IF NOT EXISTS ${definitionsTable} (name VARCHAR NOT NULL PRIMARY KEY, definition JSON NOT NULL)`,
    // Faster than to insert or replace.
    `DELETE FROM ${definitionsTable} WHERE name = ${name}`,
    `INSERT INTO ${definitionsTable} (name, definition) VALUES (${name}, ${definition})`,
  ]
  await connection.execute(statements.join('; '))
}

async function forgetDefinition(connection: Connection, name: string): Promise<void> {
  const sql = `DELETE FROM ${definitionsTable} WHERE name = $1`
  await ifThere(() => connection.run({ sql, bindings: [bindText(name)] }))
}

/** Has a table of ours changed, if there is one: that there is none leaves the transaction as it was. */
async function ifThere(change: () => Promise<unknown>): Promise<void> {
  try {
    await change()
  } catch (error) {
    if (kindOf(error) !== 'Catalog Error') throw error
  }
}
