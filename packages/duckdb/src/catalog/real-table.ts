import type { StoredRow } from '@holdfast/core/backend'
import type { NamedColumn } from '../codec/rows.js'
import type { Connection } from '../connection.js'

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

const text = (name: string): NamedColumn => ({ name, type: { name: 'text' }, nullable: true })
const boolean = (name: string): NamedColumn => ({ name, type: { name: 'boolean' }, nullable: false })

const here = `database_name = current_database() AND schema_name = 'main'`

const tablesSql = `SELECT table_name AS name, sql FROM duckdb_tables() WHERE ${here} AND NOT internal AND NOT temporary ORDER BY table_name`
const columnsSql = `SELECT table_name AS "table", column_name AS name, data_type AS type, NOT is_nullable AS required FROM duckdb_columns() WHERE ${here} AND NOT internal ORDER BY table_name, column_index`
const constraintsSql = `SELECT table_name AS "table", constraint_type AS kind, CAST(to_json(constraint_column_names) AS VARCHAR) AS columns FROM duckdb_constraints() WHERE ${here} AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') ORDER BY table_name, constraint_index`
const indexesSql = `SELECT table_name AS "table", index_name AS name, is_unique AS required, expressions FROM duckdb_indexes() WHERE ${here} ORDER BY table_name, index_name`

/** The tables of the database, without views and those of other schemas. */
export async function realTables(connection: Connection): Promise<readonly RealTable[]> {
  const read = (sql: string, ...columns: readonly NamedColumn[]) =>
    connection.all({ sql, columns, bindings: [] })
  const tables = await read(tablesSql, text('name'), text('sql'))
  const columns = byTable(
    await read(columnsSql, text('table'), text('name'), text('type'), boolean('required')),
  )
  const constraints = byTable(await read(constraintsSql, text('table'), text('kind'), text('columns')))
  const indexes = byTable(
    await read(indexesSql, text('table'), text('name'), boolean('required'), text('expressions')),
  )
  return tables.map((row) => {
    const name = row['name'] as string
    return {
      name,
      sql: row['sql'] as string,
      columns: (columns.get(name) ?? []).map(realColumn),
      ...realKeys(constraints.get(name) ?? [], indexes.get(name) ?? []),
    }
  })
}

function byTable(rows: readonly StoredRow[]): ReadonlyMap<string, StoredRow[]> {
  return Map.groupBy(rows, (row) => row['table'] as string)
}

function realColumn(row: StoredRow): RealColumn {
  return { name: row['name'] as string, type: row['type'] as string, notNull: row['required'] === true }
}

function realKeys(
  constraints: readonly StoredRow[],
  indexes: readonly StoredRow[],
): Pick<RealTable, 'primaryKey' | 'indexes'> {
  const columnsOf = (row: StoredRow) => JSON.parse(row['columns'] as string) as string[]
  const primary = constraints.find((row) => row['kind'] === 'PRIMARY KEY')
  const unnamed = constraints.filter((row) => row !== primary)
  return {
    primaryKey: primary === undefined ? [] : columnsOf(primary),
    indexes: [
      ...unnamed.map((row): RealIndex => ({ name: undefined, unique: true, columns: columnsOf(row) })),
      ...indexes.map((row) => ({
        name: row['name'] as string,
        unique: row['required'] === true,
        columns: columnNames(row['expressions'] as string),
      })),
    ],
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
