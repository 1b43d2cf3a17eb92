import { HoldfastError } from '@holdfast/core/backend'
import type { Parameters, Relation } from '@holdfast/core/backend'
import { compile } from '@holdfast/sql'
import type { Dialect, ParameterSlot } from '@holdfast/sql'
import { checkMark } from './catalog/checked-column.js'
import { rowForm } from './codec.js'
import type { RowForm } from './codec.js'
import { hasResultCode, toHoldfastError } from './errors.js'

/** A relation as a statement, with how its values are bound and its rows are read. */
export interface PreparedQuery {
  readonly sql: string
  /** Whether it holds sums, which may fail. */
  readonly sums: boolean
  readonly form: RowForm
  bind(parameters: Parameters): unknown[]
  /** What an error of this statement means. */
  explainError(error: unknown): HoldfastError
}

export function bindSlots(slots: readonly ParameterSlot[], parameters: Parameters): unknown[] {
  return slots.map(({ from, encode }) => encode('index' in from ? parameters[from.index]! : from.value))
}

export function prepareQuery(relation: Relation, dialect: Dialect): PreparedQuery {
  const query = compile(relation, dialect)
  if (query === undefined) {
    throw new HoldfastError('INTERNAL', 'The engine was asked to run a relation that it does not take.')
  }
  const { sql, parameters: slots, columns } = query
  const checked = sql.includes(checkMark)
  return {
    sql,
    sums: sums(sql),
    form: rowForm(columns, checked),
    bind: (parameters) => bindSlots(slots, parameters),
    explainError: (error) => explainError(error, sql),
  }
}

const sums = (sql: string) => /\b(sum|avg)\(/.test(sql)

/** SQLite has one code for a sum that overflows and for what our own checks raise: the statement tells them apart. */
export function explainError(error: unknown, sql: string): HoldfastError {
  const failed = hasResultCode(error, 'SQLITE_ERROR')
  if (failed && sums(sql)) {
    return new HoldfastError('NUMERIC_OVERFLOW', 'A sum does not fit its type.', { cause: error })
  }
  if (failed && sql.includes(checkMark)) {
    const message = 'A table that another program made holds a value that does not belong to the type of its column.'
    return new HoldfastError('INVALID_DATA', message, { cause: error })
  }
  return toHoldfastError(error)
}
