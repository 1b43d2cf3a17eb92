/** How an exchange failed: what the driver said, with what it does not say itself. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError'
  /** The statements before the one that failed. */
  readonly completed: number
  /** Whether the connection broke. */
  readonly lost: boolean
  /** Whether the caller had it cancelled. */
  readonly aborted: boolean

  constructor(cause: unknown, details: Pick<ExchangeError, 'completed' | 'lost' | 'aborted'>) {
    super('An exchange with the server failed.', { cause })
    this.completed = details.completed
    this.lost = details.lost
    this.aborted = details.aborted
  }

  /** The same error, of an exchange without so many of its first statements. */
  without(first: number): ExchangeError {
    return new ExchangeError(this.cause, { ...this, completed: Math.max(this.completed - first, 0) })
  }
}

/** The code that the server gave an error: five characters, https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function sqlStateOf(error: unknown): string | undefined {
  const native = error instanceof ExchangeError ? error.cause : error
  if (!(native instanceof Error) || !('code' in native) || !('severity' in native)) return undefined
  return typeof native.code === 'string' ? native.code : undefined
}

/** Whether the server ends the connection with this error. */
export function endsConnection(error: unknown): boolean {
  const code = sqlStateOf(error)
  return code !== undefined && (/^(57P|08)/.test(code) || code === '25P03' || code === '25P04')
}

/** The name of the constraint or unique index that a row violates. */
export function constraintOf(error: unknown): string | undefined {
  const native = error instanceof ExchangeError ? error.cause : error
  return native instanceof Error && 'constraint' in native && typeof native.constraint === 'string'
    ? native.constraint
    : undefined
}

/** The schema of what an error is about. */
export function schemaOf(error: unknown): string | undefined {
  const native = error instanceof ExchangeError ? error.cause : error
  return native instanceof Error && 'schema' in native && typeof native.schema === 'string'
    ? native.schema
    : undefined
}

/** Whether a prepared statement is not what it was any more: it, or a table that it reads, was made anew. */
export function isOutdated(error: unknown): boolean {
  const code = sqlStateOf(error)
  return code === '0A000' || code === '26000'
}
