import type { StoredRow } from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { NamedColumn } from '../codec/rows.js'
import type { Connection } from '../connection.js'
import { literal } from '../settings.js'

/** A table as DuckDB describes it. */
export interface RealTable {
  readonly name: string
  readonly columns: readonly RealColumn[]
  readonly primaryKey: readonly string[]
  /** Also those that the table was made with and that have no name of their own. */
  readonly indexes: readonly RealIndex[]
  /** The statement that would make it. */
  readonly sql: string
}

export interface RealColumn {
  readonly name: string
  /** In DuckDB's own spelling: `DECIMAL(18,2)`. */
  readonly type: string
  readonly notNull: boolean
}

export interface RealIndex {
  readonly name: string | undefined
  readonly unique: boolean
  /** Undefined where it is over an expression. */
  readonly columns: readonly string[] | undefined
}

/** What the statement that would make a table tells by itself: it spells out the types that a user has named. */
export type Declared = Pick<RealTable, 'columns' | 'primaryKey' | 'indexes'>

const text = (name: string): NamedColumn => ({ name, type: { name: 'text' }, nullable: true })
const boolean = (name: string): NamedColumn => ({ name, type: { name: 'boolean' }, nullable: false })

/** What restricts DuckDB's own tables to what the database itself holds. */
export const here = `database_name = current_database() AND schema_name = 'main'`

const tablesSql = `SELECT table_name AS "table", sql, CAST(NULL AS VARCHAR) AS name, false AS "unique" FROM duckdb_tables() WHERE ${here} AND NOT internal AND NOT temporary`
const indexesSql = `SELECT table_name, expressions, index_name, is_unique FROM duckdb_indexes() WHERE ${here}`
/** Not ordered here, which would take DuckDB as long again. */
const catalogSql = `${tablesSql} UNION ALL ${indexesSql}`
const allColumnsSql = `SELECT table_name AS "table", column_name AS name, data_type AS type, NOT is_nullable AS required FROM duckdb_columns() WHERE ${here} AND NOT internal ORDER BY table_name, column_index`
const constraintsSql = `SELECT table_name AS "table", constraint_type AS kind, CAST(to_json(constraint_column_names) AS VARCHAR) AS columns FROM duckdb_constraints() WHERE ${here} AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') ORDER BY table_name, constraint_index`

/**
 * The tables of the database, without views and those of other schemas. What DuckDB says of columns and constraints is dear
 * to ask for, and asked for only where it is not known from an earlier time.
 */
export class RealTables {
  /** By the statement that would make the table. */
  #declared: ReadonlyMap<string, Declared> = new Map<string, Declared>()

  /**
   * @param rows what was read a moment ago
   * @param declaredAs what a table declares that is known otherwise
   */
  async read(
    connection: Connection,
    rows: CatalogRows,
    declaredAs: (table: CatalogRows['tables'][number]) => Declared | undefined,
  ): Promise<readonly RealTable[]> {
    const declared = new Map(this.#declared)
    const isKnown = (table: CatalogRows['tables'][number]) => {
      if (declared.has(table.sql)) return true
      const found = declaredAs(table)
      if (found !== undefined) declared.set(table.sql, found)
      return found !== undefined
    }
    let catalog = rows
    for (;;) {
      const unknown = catalog.tables.filter((table) => !isKnown(table))
      if (unknown.length === 0) break
      const found = await readDeclared(
        connection,
        unknown.map(({ name }) => name),
      )
      catalog = await readCatalogRows(connection)
      // One that was changed meanwhile is asked for again: what was found may be of either state.
      for (const { name, sql } of unknown) {
        if (catalog.tables.some((table) => table.sql === sql)) declared.set(sql, found(name))
      }
    }
    const { tables, indexes } = catalog
    this.#declared = new Map(tables.map(({ sql }) => [sql, declared.get(sql)!]))
    return tables.map(({ name, sql }): RealTable => {
      const own = declared.get(sql)!
      const named = (indexes.get(name) ?? []).map(realIndex)
      return { name, sql, ...own, indexes: [...own.indexes, ...named] }
    })
  }
}

/** What DuckDB tells of all tables at once. */
export interface CatalogRows {
  readonly tables: readonly Pick<RealTable, 'name' | 'sql'>[]
  /** By table. */
  readonly indexes: ReadonlyMap<string, readonly StoredRow[]>
}

const catalogColumns = [text('table'), text('sql'), text('name'), boolean('unique')]

export async function readCatalogRows(connection: Connection): Promise<CatalogRows> {
  const rows = await connection.all({ sql: catalogSql, columns: catalogColumns, bindings: [] })
  const sorted = rows.toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1))
  return {
    tables: sorted
      .filter((row) => row['name'] === null)
      .map((row) => ({ name: row['table'] as string, sql: row['sql'] as string })),
    indexes: byTable(sorted.filter((row) => row['name'] !== null)),
  }
}

const placeOf = (row: StoredRow) => `${row['table'] as string}\0${(row['name'] as string | null) ?? ''}`

/** Of more tables it is faster to ask for the columns of all, DuckDB's own views among them. */
const fewTables = 20

function columnsSql(tables: readonly string[]): string {
  // The function does not understand a quotation mark within a name.
  if (tables.length > fewTables || tables.some((name) => name.includes('"'))) return allColumnsSql
  const columns = tables.map((name) => {
    const table = literal(`main.${quote(name)}`)
    return `SELECT ${literal(name)} AS "table", name, type, "notnull" FROM pragma_table_info(${table})`
  })
  return columns.join(' UNION ALL ')
}

const columnColumns = [text('table'), text('name'), text('type'), boolean('required')]
const constraintColumns = [text('table'), text('kind'), text('columns')]

async function readDeclared(
  connection: Connection,
  tables: readonly string[],
): Promise<(table: string) => Declared> {
  const read = async (sql: string, columns: readonly NamedColumn[]) =>
    byTable(await connection.all({ sql, columns, bindings: [] }))
  const columns = await read(columnsSql(tables), columnColumns)
  const constraints = await read(constraintsSql, constraintColumns)
  return (table) => ({
    columns: (columns.get(table) ?? []).map(realColumn),
    ...realKeys(constraints.get(table) ?? []),
  })
}

function byTable(rows: readonly StoredRow[]): ReadonlyMap<string, StoredRow[]> {
  return Map.groupBy(rows, (row) => row['table'] as string)
}

function realColumn(row: StoredRow): RealColumn {
  return { name: row['name'] as string, type: row['type'] as string, notNull: row['required'] === true }
}

function realKeys(constraints: readonly StoredRow[]): Pick<RealTable, 'primaryKey' | 'indexes'> {
  const columnsOf = (row: StoredRow) => JSON.parse(row['columns'] as string) as string[]
  const primary = constraints.find((row) => row['kind'] === 'PRIMARY KEY')
  const unnamed = constraints.filter((row) => row !== primary)
  return {
    primaryKey: primary === undefined ? [] : columnsOf(primary),
    indexes: unnamed.map((row) => ({ name: undefined, unique: true, columns: columnsOf(row) })),
  }
}

function realIndex(row: StoredRow): RealIndex {
  return {
    name: row['name'] as string,
    unique: row['unique'] === true,
    columns: columnNames(row['sql'] as string),
  }
}

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/

/** The names in a list as DuckDB writes it, `[a, '"b c"']`; undefined if anything but plain names is in it. */
function columnNames(expressions: string): readonly string[] | undefined {
  const names = expressions
    .slice(1, -1)
    .split(', ')
    .map((name) => name.replace(/^'?"?(.*?)"?'?$/, '$1'))
  return names.every((name) => plainName.test(name)) ? names : undefined
}
