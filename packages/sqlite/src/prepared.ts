import { HoldfastError } from '@holdfast/core/backend'
import type { Parameters, Relation } from '@holdfast/core/backend'
import { bindSlots, compile, tablesOf } from '@holdfast/sql'
import type { Dialect } from '@holdfast/sql'
import { checkMark } from './catalog/checked-column.js'
import { unknownTable } from './catalog/catalog.js'
import { rowForm } from './codec.js'
import type { RowForm } from './codec.js'
import type { Connection } from './connection.js'
import { hasResultCode, toHoldfastError } from './errors.js'

/** A relation as a statement, with how its values are bound and its rows are read. */
export interface PreparedQuery {
  readonly sql: string
  /** The tables that it reads. */
  readonly tables: readonly string[]
  /** Whether it holds aggregates that may fail. */
  readonly sums: boolean
  readonly form: RowForm
  bind(parameters: Parameters): unknown[]
}

/** Undefined where the dialect does not take the relation. */
export function prepareQuery(relation: Relation, dialect: Dialect): PreparedQuery | undefined {
  const query = compile(relation, dialect)
  if (query === undefined) return undefined
  const { sql, parameters: slots, columns } = query
  return {
    sql,
    tables: tablesOf(relation).map(({ name }) => name),
    sums: sums(sql),
    form: rowForm(columns, sql.includes(checkMark)),
    bind: (parameters) => bindSlots(slots, parameters),
  }
}

const sums = (sql: string) => /\b(sum|avg|percentile_cont)\(/.test(sql)

interface Explainable {
  readonly sql: string
  readonly tables: readonly string[]
}

/** Runs a call of the driver for a statement. What may be tried again is thrown as it is, all else with its meaning. */
export function explained<Result>(
  connection: Connection,
  statement: Explainable,
  call: () => Result,
): Result {
  try {
    return call()
  } catch (error) {
    throw hasResultCode(error, 'SQLITE_BUSY') ? error : explainError(connection, statement, error)
  }
}

/**
 * SQLite has one code for a table that is missing, for a sum that overflows and for what our own checks raise: the
 * statement tells them apart.
 */
function explainError(connection: Connection, { sql, tables }: Explainable, error: unknown): HoldfastError {
  if (!hasResultCode(error, 'SQLITE_ERROR')) return toHoldfastError(error)
  const missing = tables.find((table) => !connection.hasTable(table))
  if (missing !== undefined) return unknownTable(missing)
  if (sums(sql))
    return new HoldfastError('NUMERIC_OVERFLOW', 'A sum does not fit its type.', { cause: error })
  if (sql.includes(checkMark)) {
    const message =
      'A table that another program made holds a value that does not belong to the type of its column.'
    return new HoldfastError('INVALID_DATA', message, { cause: error })
  }
  return toHoldfastError(error)
}
