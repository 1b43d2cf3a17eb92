import { basename } from 'node:path'
import { HoldfastError } from '../../backend/errors.js'
import type { FileCapabilities } from '../../backend/file-types.js'
import { checkDistinct, nameProblem } from '../../schema/names.js'
import { didYouMean } from '../../schema/nearest.js'
import type {
  ColumnDefinition,
  FileColumn,
  FileFormat,
  FileReference,
  FileSource,
  TableDefinition,
} from '../../schema/types.js'
import type { Table } from '../../schema/table.js'
import type { Connection } from '../connection.js'

/** What is read of a file: columns of it under their names. */
function fileTable(name: string, columns: readonly ColumnDefinition[], file: FileSource): TableDefinition {
  return Object.freeze({
    name,
    columns: Object.freeze(columns.map(readOnlyColumn)),
    primaryKey: Object.freeze([]),
    indexes: Object.freeze([]),
    checks: Object.freeze([]),
    file: Object.freeze(file),
  })
}

function readOnlyColumn({ name, type, nullable }: ColumnDefinition): ColumnDefinition {
  return Object.freeze({ name, type, nullable })
}

/** Asks the engine for the columns of a file. */
export async function describeFile(
  connection: Connection,
  file: FileReference,
  columns: readonly ColumnDefinition[] | undefined,
  signal: AbortSignal | undefined,
): Promise<FileSource> {
  const { engine } = connection
  requireFiles(connection, 'query', file.format)
  const request = { file, ...(columns && { columns }), ...(signal && { signal }) }
  return { ...file, columns: await engine.describeFile!(request) }
}

/** Files to be queried: as the program declares them, or else as they describe themselves. */
export async function openFile(
  connection: Connection,
  reference: FileReference,
  declared: Table | undefined,
  signal: AbortSignal | undefined,
): Promise<TableDefinition> {
  if (declared === undefined && reference.format === 'csv') {
    const message = 'CSV has no types: state with { table } which columns to read, and as what.'
    throw new HoldfastError('INVALID_ARGUMENT', message, { path: 'options.table' })
  }
  const table = declared?.definition
  const file = await describeFile(connection, reference, table?.columns, signal)
  return table === undefined ? inferredFileTable(file) : declaredFileTable(table, file)
}

/** A file as the program declares it: these columns must all be there. */
function declaredFileTable(table: TableDefinition, file: FileSource): TableDefinition {
  const there = new Set(file.columns.map(({ name }) => name))
  const missing = table.columns.filter(({ name }) => !there.has(name))
  if (missing.length > 0) throw missingColumns(table, missing, file)
  // Rows are ordered by all columns, for a key may come again: by those of the key first (FILE-7).
  const { primaryKey } = table
  const keyed = primaryKey.map((name) => table.columns.find((column) => column.name === name)!)
  const others = table.columns.filter(({ name }) => !primaryKey.includes(name))
  return fileTable(table.name, [...keyed, ...others], file)
}

/** A file as its own types describe it. */
function inferredFileTable(file: FileSource): TableDefinition {
  const columns = file.columns.map((column) => inferredColumn(column, file))
  checkDistinct(
    'column',
    columns.map(({ name }) => name),
  )
  return fileTable(nameOf(file.path), columns, file)
}

function inferredColumn({ name, type, native }: FileColumn, { path }: FileSource): ColumnDefinition {
  const problem = nameProblem(name)
  if (problem !== undefined) {
    const shown = JSON.stringify(name.slice(0, 80).toWellFormed())
    throw new HoldfastError(
      'SCHEMA_MISMATCH',
      `The column name ${shown} of ${path} ${problem}. State with { table } which other columns to read.`,
    )
  }
  if (type !== undefined) return { name, type, nullable: true }
  throw new HoldfastError(
    'SCHEMA_MISMATCH',
    `The column "${name}" of ${path} is of the type ${native ?? 'unknown'}, which no type of ours holds exactly. State with { table } which other columns to read, or cast it where the file is written.`,
    { column: name },
  )
}

/** What messages call a file: its name as far as a table may have it. */
function nameOf(path: string): string {
  const name = basename(path)
    .replace(/\.[^.]*$/, '')
    .replaceAll(/\W+/g, '_')
    .slice(0, 63)
  return nameProblem(name) === undefined ? name : 'file'
}

/** The columns of a table that a file holds; it may hold no others (FILE-3). */
export function importedFileTable(table: TableDefinition, file: FileSource): TableDefinition {
  const columns = new Map(table.columns.map((column) => [column.name, column]))
  const present = file.columns.map(({ name }) => {
    const column = columns.get(name)
    if (column === undefined) throw unknownColumn(table, name, file)
    // Whether null is accepted is for the import to say.
    return { ...column, nullable: true }
  })
  const there = new Set(present.map(({ name }) => name))
  const missing = table.columns.filter((column) => !there.has(column.name) && isNeeded(column))
  if (missing.length > 0) throw missingColumns(table, missing, file)
  return fileTable(table.name, present, file)
}

function isNeeded(column: ColumnDefinition): boolean {
  const isGiven = column.default !== undefined || column.generated !== undefined || column.version === true
  return !isGiven && !column.nullable
}

function unknownColumn(table: TableDefinition, name: string, { path }: FileSource): HoldfastError {
  const names = table.columns.map((column) => column.name)
  const shown = JSON.stringify(name.slice(0, 80).toWellFormed())
  const message = `${path} has a column ${shown}, which the table "${table.name}" does not have${didYouMean(name, names)}`
  return new HoldfastError('UNKNOWN_COLUMN', message, { table: table.name })
}

function missingColumns(
  table: TableDefinition,
  missing: readonly ColumnDefinition[],
  { path }: FileSource,
): HoldfastError {
  const names = missing.map(({ name }) => `"${name}"`).join(', ')
  const message = `${path} lacks what the table "${table.name}" needs: ${names}.`
  return new HoldfastError('SCHEMA_MISMATCH', message, { table: table.name, column: missing[0]!.name })
}

const verbs: Readonly<Record<keyof FileCapabilities, string>> = {
  query: 'read',
  export: 'write',
}

/**
 * Refuses what the engine does not declare.
 *
 * @throws HoldfastError `UNSUPPORTED`
 */
export function requireFiles(
  { capabilities, backendName }: Connection,
  use: keyof FileCapabilities,
  format: FileFormat,
): void {
  if (capabilities.files[use].includes(format)) return
  throw new HoldfastError(
    'UNSUPPORTED',
    `The engine "${backendName}" does not ${verbs[use]} ${format} files. Do it with a database of an engine that does, such as DuckDB, and pass the rows on with stream() and insert().`,
  )
}
