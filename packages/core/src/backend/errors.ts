/** The closed set of error codes. Adapters map native codes to these, never message texts. */
export type ErrorCode = keyof typeof errorCodes

/**
 * Every code with what it means; `retryable` codes say that the same call may succeed when it is made again.
 */
export const errorCodes = {
  INVALID_ARGUMENT: { retryable: false, meaning: 'an argument or option is not acceptable' },
  INVALID_VALUE: { retryable: false, meaning: 'a value does not belong to the type of its column' },
  INVALID_DATA: {
    retryable: false,
    meaning: 'a value read from the engine does not belong to the type of its column',
  },
  TYPE_MISMATCH: { retryable: false, meaning: 'an expression or relation does not fit together' },
  UNKNOWN_TABLE: { retryable: false, meaning: 'the table does not exist' },
  UNKNOWN_COLUMN: { retryable: false, meaning: 'the column does not exist' },
  TABLE_EXISTS: { retryable: false, meaning: 'a table of that name exists already' },
  SCHEMA_MISMATCH: { retryable: false, meaning: 'the table exists with another definition' },
  NOT_FOUND: { retryable: false, meaning: 'a row or file that must exist does not' },
  DUPLICATE_KEY: { retryable: false, meaning: 'a row with this primary key exists already' },
  UNIQUE_VIOLATION: { retryable: false, meaning: 'a row with these values of a unique index exists already' },
  CHECK_VIOLATION: { retryable: false, meaning: 'the row fails a check of its table' },
  VERSION_MISMATCH: { retryable: false, meaning: 'the row is not of the expected version' },
  NUMERIC_OVERFLOW: { retryable: false, meaning: 'an aggregate does not fit its type' },
  LIMIT_EXCEEDED: { retryable: false, meaning: 'a size, depth or count is over a stated limit' },
  UNSUPPORTED: { retryable: false, meaning: 'the engine declares that it cannot do this' },
  READ_ONLY: { retryable: false, meaning: 'the database, table or transaction can only be read' },
  TRANSACTION_MISUSE: { retryable: false, meaning: 'a handle is used where the transaction forbids it' },
  TRANSACTION_CLOSED: { retryable: false, meaning: 'the transaction has ended' },
  CLOSED: { retryable: false, meaning: 'the database is closed' },
  ABORTED: { retryable: false, meaning: 'the caller aborted the call' },
  TIMEOUT: { retryable: true, meaning: 'the call took longer than its time limit' },
  CONFLICT: { retryable: true, meaning: 'another transaction changed the same data' },
  BUSY: { retryable: true, meaning: 'another writer holds the database' },
  CONNECTION_FAILED: { retryable: true, meaning: 'the engine cannot be reached' },
  CONNECTION_LOST: {
    retryable: true,
    meaning: 'the connection broke; whether the last write took effect is unknown',
  },
  UNAUTHORIZED: { retryable: false, meaning: 'the engine refuses these credentials or this access' },
  CORRUPT: { retryable: false, meaning: 'stored data is damaged' },
  IO: { retryable: false, meaning: 'the file system or device failed' },
  ENGINE: { retryable: false, meaning: 'the engine failed in a way that has no code of its own' },
  INTERNAL: { retryable: false, meaning: 'a defect in Holdfast or in an adapter' },
} as const satisfies Record<string, { retryable: boolean; meaning: string }>

export interface ErrorDetails {
  /** The table concerned. */
  readonly table?: string
  /** The primary key concerned, as user values. */
  readonly key?: unknown
  readonly column?: string
  /** Where in a value, expression tree, options object or batch: for example `rows[3].celsius`. */
  readonly path?: string
  /** The driver's own error. Never printed by `toJSON`. */
  readonly cause?: unknown
}

/**
 * The only error that Holdfast throws or rejects with. `message` says what is wrong and, where there is one, what to do
 * next; it never holds a secret. Branch on `code`.
 */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError'
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly table: string | undefined
  readonly key: unknown
  readonly column: string | undefined
  readonly path: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.retryable = errorCodes[code].retryable
    this.table = details.table
    this.key = details.key
    this.column = details.column
    this.path = details.path
  }

  toJSON(): object {
    const { name, code, message, retryable, table, column, path } = this
    return { name, code, message, retryable, table, column, path }
  }
}

/** Whether a value is a HoldfastError, also one from another copy of this package. */
export function isHoldfastError(value: unknown): value is HoldfastError {
  return (
    value instanceof Error &&
    value.name === 'HoldfastError' &&
    'code' in value &&
    String(value.code) in errorCodes
  )
}
