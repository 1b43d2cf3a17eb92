import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import type { ErrorCode, ErrorDetails } from '@holdfast/core/backend'

type Mapping = readonly [code: ErrorCode, message: string]

/** Writes look for duplicates first: only what another transaction did meanwhile can come to this. */
const duplicate: Mapping = ['CONFLICT', 'Another transaction wrote a row that this one cannot stand beside.']

/**
 * DuckDB's driver throws a plain `Error` without a code. All that is stable in it is the kind of the error, with which the
 * message begins, up to the first colon. What is not listed is `ENGINE`.
 */
const kinds: Readonly<Record<string, Mapping>> = {
  'TransactionContext Error': ['CONFLICT', 'Another transaction changed the same data.'],
  'Constraint Error': duplicate,
  'INTERRUPT Error': ['ABORTED', 'The statement was interrupted.'],
  'IO Error': ['IO', 'The file system failed.'],
  'Out of Memory Error': [
    'LIMIT_EXCEEDED',
    'DuckDB has reached its memory limit. Raise the option "memoryLimit", or give a "tempDirectory".',
  ],
  'Permission Error': [
    'UNAUTHORIZED',
    'DuckDB may not access files. Open the database with the option "externalAccess".',
  ],
  'Connection Error': ['INVALID_ARGUMENT', 'The file is open in this process with other options.'],
  'Catalog Error': ['UNKNOWN_TABLE', 'A table that was there before does not exist any more.'],
  'Serialization Error': ['CORRUPT', 'The database file is damaged, or of a later version of DuckDB.'],
}

/** Where the kind says too little, or is left out, as appenders do, the messages begin alike whatever they are about. */
const beginnings: Readonly<Record<string, Mapping>> = {
  'Failed to append: Duplicate key': duplicate,
  'Failed to append: PRIMARY KEY or UNIQUE constraint violation': duplicate,
  'IO Error: Could not set lock on file': ['BUSY', 'Another process has the database file open.'],
  'IO Error: Corrupt database file': ['CORRUPT', 'The database file is damaged. Restore it from a copy.'],
  'IO Error: Could not read enough bytes': [
    'CORRUPT',
    'The database file is shorter than it was. Restore it from a copy.',
  ],
}

/** The kind of an error that DuckDB reported; undefined for any other error. */
export function kindOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || isHoldfastError(error)) return undefined
  return /^([A-Za-z ]+ Error): /.exec(error.message)?.[1]
}

/** An error of the driver as Holdfast's. The driver's message, which may quote SQL and values, stays in the cause. */
export function toHoldfastError(error: unknown, details: ErrorDetails = {}): HoldfastError {
  if (isHoldfastError(error)) return error
  const kind = kindOf(error)
  const [code, message] = mappingOf(error) ?? [
    'ENGINE',
    `DuckDB failed${kind === undefined ? '' : ` with ${article(kind)} ${kind}`}.`,
  ]
  return new HoldfastError(code, message, { ...details, cause: error })
}

function mappingOf(error: unknown): Mapping | undefined {
  if (!(error instanceof Error)) return undefined
  const beginning = Object.keys(beginnings).find((text) => error.message.startsWith(text))
  return beginning === undefined ? kinds[kindOf(error) ?? ''] : beginnings[beginning]
}

const article = (kind: string) => (/^[AEIOU]/i.test(kind) ? 'an' : 'a')

/**
 * What an error means that a write to another program's table ends with: our own tables have no constraints but keys, and
 * no types that a value must be cast to.
 */
export function foreignTableError(error: unknown, table: string): HoldfastError {
  const failure = toHoldfastError(error, { table })
  const cause = error instanceof HoldfastError ? error.cause : error
  switch (kindOf(cause)) {
    case 'Constraint Error':
      return new HoldfastError('CHECK_VIOLATION', `A constraint of table "${table}" refuses a row.`, {
        table,
        cause,
      })
    case 'Conversion Error':
      return new HoldfastError('INVALID_VALUE', `A value does not fit its column of table "${table}".`, {
        table,
        cause,
      })
    default:
      return failure
  }
}

export function unknownTable(name: string, cause?: unknown): HoldfastError {
  return new HoldfastError('UNKNOWN_TABLE', `The table "${name}" does not exist.`, { table: name, cause })
}

/** Waits for a call of the driver; what it throws is Holdfast's error. */
export async function guarded<Result>(call: () => Promise<Result>, details?: ErrorDetails): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    throw toHoldfastError(error, details)
  }
}
