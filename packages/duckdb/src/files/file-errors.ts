import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import type { ErrorCode } from '@holdfast/core/backend'
import type { NamedColumn } from '../codec/rows.js'
import type { Connection } from '../connection.js'
import { kindOf, toHoldfastError } from '../errors.js'
import { fileSql } from './file-sql.js'
import type { FileTable } from './file-sql.js'
import { fileMark } from './value-reader.js'

const refusalColumns: readonly NamedColumn[] = [
  { name: 'row', type: { name: 'integer' }, nullable: false },
  { name: 'column', type: { name: 'integer' }, nullable: false },
  { name: 'isTooLarge', type: { name: 'boolean' }, nullable: false },
]

/** What an error means of a statement that reads these files. */
export async function explainFileError(
  error: unknown,
  files: readonly FileTable[],
  connection: Connection,
): Promise<HoldfastError> {
  if (isHoldfastError(error) && !unexplained.has(error.code)) return error
  const native = isHoldfastError(error) ? error.cause : error
  if (!(native instanceof Error)) return toHoldfastError(error)
  const paths = files.map(({ file }) => file.path).join(', ')
  if (native.message.includes(markText)) return refusalOf(files, connection, native)
  const [code, problem] = meaningOf(native) ?? []
  if (code === undefined) return toHoldfastError(error)
  return new HoldfastError(code, `${paths}: ${problem!}.`, { cause: native })
}

/** What `toHoldfastError` says of errors that can have to do with a file. */
const unexplained: ReadonlySet<ErrorCode> = new Set(['ENGINE', 'IO', 'CORRUPT', 'UNKNOWN_TABLE'])

const markText = fileMark.slice("error('".length, -"')".length)

const systemFaults: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['NOT_FOUND', 'there is no such file'],
  ENOTDIR: ['NOT_FOUND', 'there is no such file'],
  EISDIR: ['INVALID_ARGUMENT', 'this is a folder'],
  EACCES: ['UNAUTHORIZED', 'the process may not read it'],
  EPERM: ['UNAUTHORIZED', 'the process may not read it'],
}

function meaningOf(native: Error): readonly [ErrorCode, string] | undefined {
  const { message } = native
  if ('code' in native) return systemFaults[String(native.code)]
  switch (kindOf(native)) {
    case 'IO Error':
      if (/^IO Error: (No files found|Cannot open file)/.test(message))
        return ['NOT_FOUND', 'there is no such file']
      return ['IO', 'the file could not be read']
    case 'Invalid Input Error': {
      const [, line] = /^Invalid Input Error: CSV Error on Line: (\d+)/.exec(message) ?? []
      if (line !== undefined) return ['INVALID_DATA', `line ${line} is no record of ours, or not in UTF-8`]
      return ['INVALID_DATA', 'the file is of another format, or damaged']
    }
    case 'Binder Error':
      return ['SCHEMA_MISMATCH', 'the file has other columns than before: open it again']
    case 'Conversion Error':
    case 'TProtocolException Error':
    case 'Serialization Error':
    case 'Out of Range Error':
      return ['INVALID_DATA', 'the file is of another format, or damaged']
    default:
      return undefined
  }
}

/** Finds the value that was refused. */
async function refusalOf(
  files: readonly FileTable[],
  connection: Connection,
  cause: Error,
): Promise<HoldfastError> {
  for (const table of files) {
    const rows = await connection.all({
      sql: fileSql(table).refusal,
      columns: refusalColumns,
      bindings: [],
    })
    const [refused] = rows
    if (refused === undefined) continue
    const column = table.columns[refused['column'] as number]!
    const path = `rows[${String(refused['row'])}].${column.name}`
    const details = { table: table.name, column: column.name, path, cause }
    const { name } = column.type
    if (refused['isTooLarge'] === true) {
      const message = `${table.file.path}: ${path} is larger than a ${name} value may be.`
      return new HoldfastError('LIMIT_EXCEEDED', message, details)
    }
    const wanted = column.nullable ? `a value of the type ${name}, nor null` : `a value of the type ${name}`
    return new HoldfastError('INVALID_DATA', `${table.file.path}: ${path} is not ${wanted}.`, details)
  }
  return new HoldfastError(
    'INVALID_DATA',
    'A file held a value that did not belong to the type of its column.',
    {
      cause,
    },
  )
}
