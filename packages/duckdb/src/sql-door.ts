import type { DuckDBPreparedStatement, DuckDBValue } from '@duckdb/node-api'
import { HoldfastError } from '@holdfast/core/backend'
import type { SqlResult, SqlStatement } from '@holdfast/core/backend'
import type { Access } from './access.js'
import { kindOf, toHoldfastError } from './errors.js'
import type { Queries } from './queries.js'
import { effectOf } from './sql-effects.js'
import type { Change } from './sql-effects.js'
import type { Writing } from './writing.js'

/** Runs one statement of the user's own SQL with bound values. */
export async function runSql(
  { parts, values, signal }: SqlStatement,
  access: Access,
  writing: () => Writing,
  queries: Queries,
): Promise<SqlResult> {
  const sql = parts.reduce((text, part, index) => `${text}$${index}${part}`)
  const answer = await access.use(async (connection): Promise<SqlResult | Change> => {
    const statement = await described(() => connection.driver.prepare(sql))
    try {
      const effect = await effectOf(connection, statement.statementType, sql)
      return effect === 'read' ? await execute(statement, values, sql, queries) : effect
    } finally {
      statement.destroySync()
    }
  }, signal)
  if (typeof answer === 'object') return answer
  return writing().runSql(
    async (connection) => {
      const statement = await described(() => connection.driver.prepare(sql))
      try {
        return await execute(statement, values, sql, queries)
      } finally {
        statement.destroySync()
      }
    },
    answer,
    signal,
  )
}

async function execute(
  statement: DuckDBPreparedStatement,
  values: readonly unknown[],
  sql: string,
  queries: Queries,
): Promise<SqlResult> {
  values.forEach((value, index) => bind(statement, index + 1, value))
  return described(async () => {
    const start = performance.now()
    const result = await statement.run()
    const rows = (await result.getRowObjects()) as Record<string, unknown>[]
    const changes = result.rowsChanged
    // A statement that changes rows gives their number as a row, too.
    const own = changes > 0 && rows.length === 1 && Object.keys(rows[0]!).join() === 'Count'
    queries.report(sql, rows.length, start)
    for (const row of rows) narrow(row)
    return { rows: own ? [] : rows, changes }
  })
}

/** Integers come as numbers where these are exact. */
function narrow(row: Record<string, unknown>): void {
  for (const name of Object.keys(row)) {
    const value = row[name]
    if (typeof value === 'bigint' && BigInt.asIntN(54, value) === value) row[name] = Number(value)
  }
}

function bind(statement: DuckDBPreparedStatement, position: number, value: unknown): void {
  switch (typeof value) {
    case 'undefined':
      return statement.bindNull(position)
    case 'boolean':
      return statement.bindBoolean(position, value)
    case 'number':
      return Number.isSafeInteger(value)
        ? statement.bindBigInt(position, BigInt(value))
        : statement.bindDouble(position, value)
    case 'bigint':
      return BigInt.asIntN(64, value) === value
        ? statement.bindBigInt(position, value)
        : statement.bindHugeInt(position, value)
    case 'string':
      return statement.bindVarchar(position, value)
    default:
      return bindObject(statement, position, value)
  }
}

function bindObject(statement: DuckDBPreparedStatement, position: number, value: unknown): void {
  if (value === null) return statement.bindNull(position)
  if (value instanceof Uint8Array) return statement.bindBlob(position, value)
  try {
    if (value instanceof Date) {
      return statement.bindTimestamp(position, { micros: BigInt(value.getTime()) * 1000n } as never)
    }
    // The driver's own values and lists of them; it refuses what it does not know.
    return statement.bindValue(position, value as DuckDBValue)
  } catch (cause) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      "A value of a SQL statement must be null, a boolean, a number, a bigint, a text, a Uint8Array, a Date or one of the driver's own values.",
      { path: `values[${position - 1}]`, cause },
    )
  }
}

/** Kinds of errors that are about what the caller wrote: the driver's message is passed on. */
const aboutTheStatement = new Set([
  'Parser Error',
  'Syntax Error',
  'Binder Error',
  'Catalog Error',
  'Conversion Error',
  'Constraint Error',
  'Invalid Input Error',
  'Out of Range Error',
  'Mismatch Type Error',
  'Not implemented Error',
  'Permission Error',
])

async function described<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const kind = kindOf(error)
    const known = toHoldfastError(error)
    if (kind !== undefined && !aboutTheStatement.has(kind)) throw known
    const code = kind === 'Permission Error' ? 'UNAUTHORIZED' : 'ENGINE'
    const message = error instanceof Error ? error.message : String(error)
    throw new HoldfastError(code, `DuckDB refuses the statement: ${message}`, { cause: error })
  }
}
