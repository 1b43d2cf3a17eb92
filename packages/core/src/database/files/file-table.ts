import { basename } from 'node:path'
import { HoldfastError } from '../../backend/errors.js'
import type { DescribeFile, FileCapabilities } from '../../backend/file-types.js'
import { checkDistinct, nameProblem } from '../../schema/names.js'
import { didYouMean } from '../../schema/nearest.js'
import type {
  ColumnDefinition,
  FileColumn,
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
  request: Omit<DescribeFile, 'signal'>,
  signal: AbortSignal | undefined,
): Promise<FileSource> {
  const { engine } = connection
  const { file } = request
  requireFiles(connection, 'query', file)
  return { ...file, columns: await engine.describeFile!({ ...request, ...(signal && { signal }) }) }
}

/** Files to be queried: as the program declares them, or else as they describe themselves. */
export async function openFile(
  connection: Connection,
  reference: FileReference,
  {
    table: declared,
    columns = [],
  }: { readonly table?: Table; readonly columns?: readonly ColumnDefinition[] },
  signal: AbortSignal | undefined,
): Promise<TableDefinition> {
  requireFiles(connection, 'query', reference)
  if (declared !== undefined) {
    const { definition: table } = declared
    const request = { file: reference, purpose: 'declared', columns: table.columns } as const
    return declaredFileTable(table, await describeFile(connection, request, signal))
  }
  if (!connection.capabilities.files.infer.includes(reference.format)) {
    const name = reference.format === 'csv' ? 'CSV' : reference.format
    const message = `${name} has no types: state with { table } which columns to read, and as what.`
    throw new HoldfastError('INVALID_ARGUMENT', message, { path: 'options.table' })
  }
  const request = { file: reference, purpose: 'types', columns } as const
  return inferredFileTable(await describeFile(connection, request, signal), columns)
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

/** A file as its own types, or its values, describe it, but for what is stated of some columns. */
function inferredFileTable(file: FileSource, stated: readonly ColumnDefinition[]): TableDefinition {
  const there = new Set(file.columns.map(({ name }) => name))
  const missing = stated.find(({ name }) => !there.has(name))
  if (missing !== undefined) {
    const message = `${file.path} has no column "${missing.name}"${didYouMean(missing.name, [...there])}`
    throw new HoldfastError('UNKNOWN_COLUMN', message, { column: missing.name })
  }
  const columns = file.columns.map(
    (column) => stated.find(({ name }) => name === column.name) ?? inferredColumn(column, file),
  )
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
    .replace(/\.(gz|zst)$/i, '')
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

const verbs: Readonly<Record<keyof Pick<FileCapabilities, 'query' | 'export'>, string>> = {
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
  use: keyof typeof verbs,
  { format, compression }: FileReference,
): void {
  const { files } = capabilities
  const isUnpacked = compression === undefined || files.compression.includes(compression)
  if (files[use].includes(format) && isUnpacked) return
  const what = isUnpacked ? format : `${compression}`
  throw new HoldfastError(
    'UNSUPPORTED',
    `The engine "${backendName}" does not ${verbs[use]} ${what} files. Do it with a database of an engine that does, such as DuckDB or the file engine, and pass the rows on with stream() and insert().`,
  )
}
