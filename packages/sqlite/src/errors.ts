import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import type { ErrorCode, ErrorDetails } from '@holdfast/core/backend'
import Database from 'better-sqlite3'

/** SQLite's result codes, the extended ones first; what is not listed is `ENGINE`. */
const codes: Readonly<Record<string, readonly [code: ErrorCode, message: string]>> = {
  SQLITE_BUSY: ['BUSY', 'Another connection holds the database file.'],
  SQLITE_LOCKED: ['BUSY', 'Another statement holds the table.'],
  SQLITE_READONLY: ['READ_ONLY', 'The database can only be read: the file or its folder is not writable.'],
  SQLITE_PERM: ['UNAUTHORIZED', 'The file system refuses access to the database file.'],
  SQLITE_AUTH: ['UNAUTHORIZED', 'SQLite refuses access.'],
  SQLITE_CORRUPT: [
    'CORRUPT',
    'The database file is damaged. Restore it from a copy; "sqlite3 FILE .recover" may save rows.',
  ],
  SQLITE_NOTADB: ['CORRUPT', 'The file is not a SQLite database, or it is damaged or encrypted.'],
  SQLITE_CANTOPEN: ['IO', 'SQLite cannot open the database file, or a file that it needs beside it.'],
  SQLITE_IOERR: ['IO', 'The file system failed.'],
  SQLITE_FULL: ['LIMIT_EXCEEDED', 'The disk is full, or the database has reached its page limit.'],
  SQLITE_TOOBIG: ['LIMIT_EXCEEDED', 'A value or statement is longer than SQLite takes.'],
  SQLITE_NOMEM: ['LIMIT_EXCEEDED', 'SQLite has no memory left.'],
  SQLITE_CONSTRAINT_CHECK: ['CHECK_VIOLATION', 'A row fails a check of its table.'],
  SQLITE_CONSTRAINT_NOTNULL: ['INVALID_VALUE', 'A column that is not nullable would become null.'],
  SQLITE_CONSTRAINT_DATATYPE: ['INVALID_VALUE', 'A value does not belong to the type of its column.'],
  SQLITE_CONSTRAINT_PRIMARYKEY: ['DUPLICATE_KEY', 'A row with this primary key exists already.'],
  SQLITE_CONSTRAINT_ROWID: ['DUPLICATE_KEY', 'A row with this primary key exists already.'],
  SQLITE_CONSTRAINT_UNIQUE: ['UNIQUE_VIOLATION', 'A row with these values of a unique index exists already.'],
  SQLITE_INTERRUPT: ['ABORTED', 'SQLite was interrupted.'],
}

/** The result code of an error that SQLite reported; undefined for any other error. */
export function resultCodeOf(error: unknown): string | undefined {
  return error instanceof Database.SqliteError ? error.code : undefined
}

/** Whether an error has this result code, or an extended form of it. */
export function hasResultCode(error: unknown, code: string): boolean {
  const found = resultCodeOf(error)
  return found === code || found?.startsWith(`${code}_`) === true
}

/** An error of the driver as Holdfast's. The driver's message, which may quote SQL, stays in the cause. */
export function toHoldfastError(error: unknown, details: ErrorDetails = {}): HoldfastError {
  if (isHoldfastError(error)) return error
  const resultCode = resultCodeOf(error)
  if (resultCode === undefined) {
    return new HoldfastError('INTERNAL', 'The SQLite driver refused a call.', { ...details, cause: error })
  }
  const [code, message] = mapped(resultCode) ?? ['ENGINE', `SQLite failed with ${resultCode}.`]
  return new HoldfastError(code, message, { ...details, cause: error })
}

function mapped(resultCode: string): readonly [ErrorCode, string] | undefined {
  for (let code = resultCode; code.includes('_'); code = code.slice(0, code.lastIndexOf('_'))) {
    const found = codes[code]
    if (found !== undefined) return found
  }
  return undefined
}

/** Runs a call of the driver; what it throws is Holdfast's error. */
export function guarded<Result>(call: () => Result, details?: ErrorDetails): Result {
  try {
    return call()
  } catch (error) {
    throw toHoldfastError(error, details)
  }
}
