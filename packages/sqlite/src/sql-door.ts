import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { MaybePromise, SqlResult, SqlStatement } from '@holdfast/core/backend'
import type { Access } from './access.js'
import type { Connection } from './connection.js'
import { hasResultCode, resultCodeOf, toHoldfastError } from './errors.js'
import type { Queries } from './queries.js'
import type { Writing } from './writing.js'

type Kind = 'read' | 'write' | 'returning'

/** Runs one statement of the user's own SQL with bound values. */
export function runSql(
  { parts, values: given, signal }: SqlStatement,
  access: Access,
  writing: () => Writing,
  queries: Queries,
): MaybePromise<SqlResult> {
  throwIfAborted(signal)
  const sql = parts.join('?')
  const values = given.map((value, index) => bindable(value, index))
  const read = (connection: Connection) => {
    const kind = kindOf(connection, sql)
    return kind === 'read' ? readRows(connection, sql, values) : kind
  }
  const answer = access.read(read, signal)
  const next = (outcome: SqlResult | Kind): MaybePromise<SqlResult> => {
    if (typeof outcome === 'object') return outcome
    queries.forgetSchema()
    return writing().one((connection) => change(connection, sql, values), signal)
  }
  return answer instanceof Promise ? answer.then(next) : next(answer)
}

function kindOf(connection: Connection, sql: string): Kind {
  const { reader, readonly } = attempt(() => connection.prepare(sql, true))
  if (reader) return readonly ? 'read' : 'returning'
  if (!readonly) return 'write'
  // BEGIN, COMMIT, SAVEPOINT, ATTACH and the like: they change the connection, not the data.
  throw new HoldfastError(
    'UNSUPPORTED',
    'The statement would change the state of a connection. For transactions use transaction(); for settings the options of sqlite().',
  )
}

function readRows(connection: Connection, sql: string, values: readonly unknown[]): SqlResult {
  const rows: readonly Record<string, unknown>[] = attempt(() => connection.all(sql, true, values))
  for (const row of rows) narrow(row)
  return { rows, changes: 0 }
}

function change(connection: Connection, sql: string, values: readonly unknown[]): SqlResult {
  if (kindOf(connection, sql) === 'returning') {
    const { rows } = readRows(connection, sql, values)
    return { rows, changes: rows.length }
  }
  return { rows: [], changes: attempt(() => connection.execute(sql, values, true).changes) }
}

/** Integers come as numbers where these are exact. */
function narrow(row: Record<string, unknown>): void {
  for (const name of Object.keys(row)) {
    const value = row[name]
    if (typeof value === 'bigint' && BigInt.asIntN(54, value) === value) row[name] = Number(value)
  }
}

/** The driver binds every number as floating point: whole ones are meant as integers. */
function bindable(value: unknown, index: number): unknown {
  switch (typeof value) {
    case 'undefined':
      return null
    case 'boolean':
      return BigInt(value)
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : value
    case 'string':
    case 'bigint':
      return value
    default:
      if (value === null || value instanceof Uint8Array) return value
      if (value instanceof Date && !Number.isNaN(value.getTime())) return BigInt(value.getTime())
      throw new HoldfastError(
        'INVALID_ARGUMENT',
        'A value of a SQL statement must be null, a boolean, a number, a bigint, a text, a Uint8Array or a Date.',
        { path: `values[${index}]` },
      )
  }
}

function attempt<Result>(run: () => Result): Result {
  try {
    return run()
  } catch (error) {
    if (hasResultCode(error, 'SQLITE_BUSY')) throw error
    throw sqlError(error)
  }
}

/** Here the driver's message is about what the caller wrote, so it is passed on. */
function sqlError(error: unknown): HoldfastError {
  const message = error instanceof Error ? error.message : String(error)
  const code = resultCodeOf(error)
  if (code === undefined)
    return new HoldfastError('INVALID_ARGUMENT', `The SQL statement is refused: ${message}`, { cause: error })
  if (code === 'SQLITE_ERROR')
    return new HoldfastError('ENGINE', `SQLite refuses the statement: ${message}`, { cause: error })
  return toHoldfastError(error)
}
