import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import type { ErrorCode, ErrorDetails } from '@holdfast/core/backend'
import { endsConnection, ExchangeError, sqlStateOf } from './wire/exchange-error.js'

type Mapping = readonly [code: ErrorCode, message: string]

const lost: Mapping = [
  'CONNECTION_LOST',
  'The connection to the server broke. Whether the last write took effect is unknown.',
]
const unreachable: Mapping = ['CONNECTION_FAILED', 'The server takes no connection now.']
const full: Mapping = [
  'LIMIT_EXCEEDED',
  'The server has run out of a resource, such as disk space or memory.',
]
const tooLarge: Mapping = ['LIMIT_EXCEEDED', 'A value, row or statement is larger than PostgreSQL takes.']
const notOfType: Mapping = ['INVALID_VALUE', 'A value does not belong to the type of its column.']
const refused: Mapping = ['UNAUTHORIZED', 'The server refuses this access.']
const damaged: Mapping = ['CORRUPT', 'Stored data is damaged. Restore it from a copy.']

/** SQLSTATE codes, whole or their first two characters, which are their class. What is not listed is `ENGINE`. */
const codes: Readonly<Record<string, Mapping>> = {
  '08': lost,
  '57P01': lost,
  '57P02': lost,
  '57P04': lost,
  '57P05': lost,
  '25P03': ['TIMEOUT', 'The transaction waited longer for its next statement than the server allows.'],
  '25P04': ['TIMEOUT', 'The transaction took longer than the server allows.'],
  '57P03': unreachable,
  '53300': unreachable,
  '57014': [
    'TIMEOUT',
    'The statement took longer than the option "statementTimeout" allows, or an administrator cancelled it.',
  ],
  '55P03': ['BUSY', 'Another transaction holds what this one needs.'],
  '40': ['CONFLICT', 'Another transaction changed the same data. Run the transaction again.'],
  '25P02': ['TRANSACTION_MISUSE', 'A statement of the transaction has failed: it can only be rolled back.'],
  '25006': ['READ_ONLY', 'The database or transaction can only be read.'],
  '28': ['UNAUTHORIZED', 'The server refuses these credentials.'],
  '42501': refused,
  '3D000': ['NOT_FOUND', 'The database does not exist. Create it, or set the option "createDatabase".'],
  '3F000': ['NOT_FOUND', 'The schema does not exist.'],
  '42P01': ['UNKNOWN_TABLE', 'The table does not exist.'],
  '42703': ['UNKNOWN_COLUMN', 'The column does not exist.'],
  '42P07': ['TABLE_EXISTS', 'A table of that name exists already.'],
  '22003': ['NUMERIC_OVERFLOW', 'An aggregate does not fit its type.'],
  '2201B': [
    'INVALID_DATA',
    'A table that another program made holds a value that does not belong to the type of its column.',
  ],
  '22001': notOfType,
  '22007': notOfType,
  '22008': notOfType,
  '22021': notOfType,
  '22P02': notOfType,
  '23502': ['INVALID_VALUE', 'A column that is not nullable would become null.'],
  '23505': ['UNIQUE_VIOLATION', 'A row with these values of a unique index exists already.'],
  '23': ['CHECK_VIOLATION', 'A row violates a constraint of its table.'],
  '53': full,
  '54': tooLarge,
  '58': ['IO', 'The file system of the server failed.'],
  XX001: damaged,
  XX002: damaged,
}

/** What the driver said as Holdfast's error. The driver's message, which may quote data, stays in the cause. */
export function toHoldfastError(error: unknown, details: ErrorDetails = {}): HoldfastError {
  if (isHoldfastError(error)) return error
  if (!(error instanceof ExchangeError))
    return new HoldfastError('INTERNAL', 'The PostgreSQL driver refused a call.', {
      ...details,
      cause: error,
    })
  const { cause } = error
  if (isHoldfastError(cause)) return cause
  if (error.aborted && !endsConnection(error))
    return new HoldfastError('ABORTED', 'The call was aborted.', { ...details, cause })
  const state = sqlStateOf(error)
  const [code, message] =
    mapped(state) ??
    (error.lost || state === undefined ? lost : ['ENGINE', `PostgreSQL failed with ${state}.`])
  return new HoldfastError(code, message, { ...details, cause })
}

/** An error of a statement that writes, in which what does not fit is a value for a column. */
export function toWriteError(error: unknown, details: ErrorDetails = {}): HoldfastError {
  const overflow = error instanceof ExchangeError && sqlStateOf(error) === '22003'
  return overflow
    ? new HoldfastError(...notOfType, { ...details, cause: error.cause })
    : toHoldfastError(error, details)
}

function mapped(state: string | undefined): Mapping | undefined {
  return state === undefined ? undefined : (codes[state] ?? codes[state.slice(0, 2)])
}

/** What went wrong with a connection before it could be used. */
export function connectError(error: unknown, where: string): HoldfastError {
  if (isHoldfastError(error)) return error
  const state = sqlStateOf(error)
  if (state !== undefined) {
    const [code, message] = mapped(state) ?? unreachable
    const meant = code === 'CONNECTION_LOST' ? unreachable : ([code, message] as const)
    return new HoldfastError(meant[0], `${meant[1]} (${where})`, { cause: error })
  }
  if (isCertificateError(error)) {
    return new HoldfastError(
      'UNAUTHORIZED',
      `The server's certificate is not to be trusted (${where}). Give the certificate of who signed it as "sslrootcert", or connect by the name that it is for.`,
      { cause: error },
    )
  }
  return new HoldfastError('CONNECTION_FAILED', `The server cannot be reached (${where}).`, { cause: error })
}

/** The codes of OpenSSL and of Node for certificates that are not acceptable. */
function isCertificateError(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  return /CERT|SIGNATURE|UNABLE_TO_VERIFY|ERR_TLS_CERT/.test(error.code)
}

/** Waits for a call of the driver; what it rejects with becomes Holdfast's error. */
export async function guarded<Result>(call: Promise<Result>, details?: ErrorDetails): Promise<Result> {
  try {
    return await call
  } catch (error) {
    throw toHoldfastError(error, details)
  }
}
