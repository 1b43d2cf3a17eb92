import type {
  ColumnDefinition,
  IndexDefinition,
  LogicalType,
  TableDefinition,
  TypeName,
} from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'

const columnTypes: Readonly<Record<TypeName, string>> = {
  boolean: 'INTEGER',
  integer: 'INTEGER',
  bigint: 'INTEGER',
  double: 'REAL',
  decimal: 'INTEGER',
  text: 'TEXT',
  bytes: 'BLOB',
  date: 'TEXT',
  timestamp: 'INTEGER',
  uuid: 'TEXT',
  json: 'TEXT',
}

/** The type that a column of a STRICT table is declared with. */
export function columnTypeOf(type: LogicalType): string {
  return columnTypes[type.name]
}

/** The statements that create a table and its indexes. */
export function createTableSql(table: TableDefinition): readonly string[] {
  const rowidKey = rowidKeyOf(table)
  const parts = table.columns.map((column) => columnSql(column, column === rowidKey))
  if (rowidKey === undefined && table.primaryKey.length > 0) {
    parts.push(`PRIMARY KEY (${table.primaryKey.map(quote).join(', ')})`)
  }
  const options = isClustered(table) ? 'STRICT, WITHOUT ROWID' : 'STRICT'
  const create = `CREATE TABLE ${quote(table.name)} (${parts.join(', ')}) ${options}`
  return [create, ...table.indexes.map((index) => createIndexSql(table.name, index))]
}

export function createIndexSql(table: string, index: IndexDefinition): string {
  const unique = index.unique ? 'UNIQUE ' : ''
  const columns = index.columns.map(quote).join(', ')
  return `CREATE ${unique}INDEX ${quote(indexName(table, index.name))} ON ${quote(table)} (${columns})`
}

/** Indexes share one set of names in SQLite, and have one for each table here. Names hold no dot. */
export function indexName(table: string, index: string): string {
  return `${table}.${index}`
}

/** The column that is an alias of SQLite's own row number: a single key of any type that is an INTEGER. */
export function rowidKeyOf(table: TableDefinition): ColumnDefinition | undefined {
  const [name] = table.primaryKey
  if (table.primaryKey.length !== 1) return undefined
  const column = table.columns.find((candidate) => candidate.name === name)
  return column !== undefined && columnTypeOf(column.type) === 'INTEGER' ? column : undefined
}

/**
 * Whether rows lie in the order of their key (WITHOUT ROWID), which makes reads by key and in its order faster. Not with
 * values that tend to be large: they would lie between the keys.
 */
function isClustered(table: TableDefinition): boolean {
  if (table.primaryKey.length === 0 || rowidKeyOf(table) !== undefined) return false
  return table.columns.every(({ type }) => type.name !== 'json' && type.name !== 'bytes')
}

function columnSql(column: ColumnDefinition, isRowidKey: boolean): string {
  const name = quote(column.name)
  const parts = [name, columnTypeOf(column.type)]
  if (isRowidKey) {
    parts.push('PRIMARY KEY')
    // Never gives a key out twice.
    if (column.generated !== undefined) parts.push('AUTOINCREMENT')
    if (column.generated !== undefined && column.type.name === 'integer') {
      parts.push(`CHECK (${name} <= ${Number.MAX_SAFE_INTEGER})`)
    }
  }
  if (!column.nullable) parts.push('NOT NULL')
  if (column.type.name === 'boolean') parts.push(`CHECK (${name} IN (0, 1))`)
  return parts.join(' ')
}
