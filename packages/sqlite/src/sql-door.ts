import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { MaybePromise, SqlResult, SqlStatement } from '@holdfast/core/backend'
import { types } from 'node:util'
import type { Access } from './access.js'
import type { Connection } from './connection.js'
import { hasResultCode, resultCodeOf, toHoldfastError } from './errors.js'
import type { Queries } from './queries.js'
import { connectionStatement, refuseConnectionStatements } from './sql-refusals.js'
import type { ReadsApart } from './threads/reads-apart.js'
import { NoThreads } from './threads/thread.js'
import type { Writing } from './writing.js'

type Kind = 'read' | 'write' | 'returning'

/** Runs one statement of the user's own SQL with bound values. */
export function runSql(
  { parts, values: given, signal }: SqlStatement,
  access: Access,
  writing: () => Writing,
  queries: Queries,
  apart?: ReadsApart,
): MaybePromise<SqlResult> {
  throwIfAborted(signal)
  const sql = parts.join('?')
  refuseConnectionStatements(sql)
  const values = given.map((value, index) => bindable(value, index))
  const read = (connection: Connection) => {
    const kind = kindOf(connection, sql)
    if (kind !== 'read') return kind
    if (apart === undefined) return readRows(connection, sql, values)
    if (apart.isLongSql(sql, values)) return kind
    return apart.measureSql(sql, () => readRows(connection, sql, values))
  }
  const answer = access.read(read, signal)
  const next = (outcome: SqlResult | Kind): MaybePromise<SqlResult> => {
    if (typeof outcome === 'object') return outcome
    if (outcome === 'read') {
      const here = () => access.read((connection) => readRows(connection, sql, values), signal)
      return readApart(apart!, sql, values, here, signal)
    }
    const write = (connection: Connection) => {
      try {
        return change(connection, sql, values)
      } finally {
        queries.suspectSchema()
      }
    }
    return writing().one(write, signal)
  }
  return answer instanceof Promise ? answer.then(next) : next(answer)
}

function kindOf(connection: Connection, sql: string): Kind {
  const { reader, readonly } = attempt(() => connection.prepare(sql, true))
  if (reader) return readonly ? 'read' : 'returning'
  if (!readonly) return 'write'
  // It has neither an answer nor an effect on the data: what is left is the connection.
  throw connectionStatement()
}

function readRows(connection: Connection, sql: string, values: readonly unknown[]): SqlResult {
  const rows: readonly Record<string, unknown>[] = attempt(() => connection.all(sql, true, values))
  for (const row of rows) narrow(row)
  return { rows, changes: 0 }
}

async function readApart(
  apart: ReadsApart,
  sql: string,
  values: readonly unknown[],
  here: () => MaybePromise<SqlResult>,
  signal: AbortSignal | undefined,
): Promise<SqlResult> {
  const rows: Record<string, unknown>[] = []
  try {
    for await (const batch of apart.sqlRows(sql, values, signal)) rows.push(...batch)
  } catch (error) {
    if (error instanceof NoThreads) return here()
    throw resultCodeOf(error) === undefined ? error : sqlError(error)
  }
  for (const row of rows) narrow(row)
  return { rows, changes: 0 }
}

function change(connection: Connection, sql: string, values: readonly unknown[]): SqlResult {
  const { inTransaction } = connection.database
  const result = changed(connection, sql, values)
  if (connection.database.inTransaction === inTransaction) return result
  // Everything that comes later would be part of a transaction that nobody commits, or of none.
  if (!inTransaction) connection.run('ROLLBACK')
  throw connectionStatement()
}

function changed(connection: Connection, sql: string, values: readonly unknown[]): SqlResult {
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
      // These tests look into no object, whose getters or traps may throw.
      if (value === null || types.isUint8Array(value)) return value
      if (types.isDate(value) && !Number.isNaN(instantOf(value))) return BigInt(instantOf(value))
      throw new HoldfastError(
        'INVALID_ARGUMENT',
        'A value of a SQL statement must be null, a boolean, a number, a bigint, a text, a Uint8Array or a Date.',
        { path: `values[${index}]` },
      )
  }
}

const instantOf = (date: Date): number => Date.prototype.getTime.call(date)

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
