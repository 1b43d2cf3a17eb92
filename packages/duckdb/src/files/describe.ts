import { definitionFromJson, HoldfastError } from '@holdfast/core/backend'
import type { ColumnDefinition, FileColumn, FileReference, LogicalType } from '@holdfast/core/backend'
import { parameterEncoder } from '../codec/bindings.js'
import type { Binding } from '../codec/bindings.js'
import type { NamedColumn } from '../codec/rows.js'
import type { Connection } from '../connection.js'
import { literal } from '../settings.js'
import { readCsvHeader } from './csv-header.js'
import { parquetFunction } from './file-sql.js'
import { parquetReader, typeOfParquet } from './parquet-values.js'

const textColumn = (name: string): NamedColumn => ({ name, type: { name: 'text' }, nullable: true })
const bindText = (value: string) => parameterEncoder({ name: 'text' })(value) as Binding

/**
 * The files of a pattern.
 *
 * @throws HoldfastError `NOT_FOUND`
 */
export async function filesOf(connection: Connection, path: string): Promise<readonly string[]> {
  const rows = await connection.all({
    sql: 'SELECT file FROM glob($1) ORDER BY file',
    columns: [textColumn('file')],
    bindings: [bindText(path)],
  })
  if (rows.length > 0) return rows.map((row) => row['file'] as string)
  throw new HoldfastError('NOT_FOUND', `There is no file ${path}.`)
}

/** The columns of one file. Those of CSV without a header are the ones wanted. */
export async function describeOne(
  connection: Connection,
  path: string,
  { format, csv }: FileReference,
  wanted: readonly ColumnDefinition[] | undefined,
): Promise<readonly FileColumn[]> {
  if (format === 'parquet') return describeParquet(connection, path)
  const names = csv!.header ? await readCsvHeader(path, csv!) : (wanted ?? []).map(({ name }) => name)
  return names.map((name) => ({ name }))
}

async function describeParquet(connection: Connection, path: string): Promise<readonly FileColumn[]> {
  const escaped = path.replaceAll(/[*?[]/g, '[$&]')
  const rows = await connection.all({
    sql: `SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${parquetFunction(escaped)})`,
    columns: [textColumn('name'), textColumn('type')],
    bindings: [],
  })
  const stated = await statedTypes(connection, escaped)
  return rows.map((row): FileColumn => {
    const [name, native] = [row['name'] as string, row['type'] as string]
    const type = readable(native, stated.get(name)) ?? typeOfParquet(native)
    return { name, native, ...(type && { type }) }
  })
}

function readable(native: string, type: LogicalType | undefined): LogicalType | undefined {
  return type !== undefined && parquetReader(native, type) !== undefined ? type : undefined
}

/** Where a Parquet file that Holdfast wrote says what its columns are: its own types say less. */
const statement = 'holdfast'

export function stateTypes(columns: readonly NamedColumn[]): string {
  const definition = {
    name: 'file',
    columns: columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
    primaryKey: [],
    indexes: [],
    checks: [],
  }
  return `KV_METADATA {${statement}: ${literal(JSON.stringify(definition))}}`
}

async function statedTypes(connection: Connection, path: string): Promise<ReadonlyMap<string, LogicalType>> {
  const [row] = await connection.all({
    sql: `SELECT decode(value) AS value FROM parquet_kv_metadata(${literal(path)}) WHERE decode(key) = '${statement}'`,
    columns: [textColumn('value')],
    bindings: [],
  })
  try {
    const { columns } = definitionFromJson(JSON.parse((row?.['value'] ?? '{}') as string))
    return new Map(columns.map(({ name, type }) => [name, type]))
  } catch {
    // Not said, or not by us.
    return new Map()
  }
}

/**
 * Refuses columns that cannot be read exactly as what they are to be.
 *
 * @throws HoldfastError `SCHEMA_MISMATCH`
 */
export function requireReadable(
  path: string,
  found: readonly FileColumn[],
  wanted: readonly ColumnDefinition[],
): void {
  for (const { name, native } of found) {
    const column = wanted.find((candidate) => candidate.name === name)
    if (column === undefined || native === undefined) continue
    if (parquetReader(native, column.type) !== undefined) continue
    throw new HoldfastError(
      'SCHEMA_MISMATCH',
      `The column "${name}" of ${path} is of the type ${native}, which cannot be read exactly as ${column.type.name}. Declare it as what it is, or cast it where the file is written.`,
      { column: name },
    )
  }
}
