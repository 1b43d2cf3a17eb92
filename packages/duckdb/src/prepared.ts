import { HoldfastError } from '@holdfast/core/backend'
import type { Parameters, Relation } from '@holdfast/core/backend'
import { compile } from '@holdfast/sql'
import type { Dialect, ParameterSlot } from '@holdfast/sql'
import { checkMark } from './catalog/checked-column.js'
import type { Binding } from './codec/bindings.js'
import type { NamedColumn } from './codec/rows.js'
import type { RowCommand } from './connection.js'
import { kindOf, toHoldfastError } from './errors.js'
import { overflowFunction } from './functions/overflow.js'

/** A relation as a statement. */
export interface PreparedQuery {
  readonly sql: string
  readonly columns: readonly NamedColumn[]
  /** Whether an aggregate in it may fail to fit its type. */
  readonly canOverflow: boolean
  command(parameters: Parameters): RowCommand
  /** What an error of this statement means. */
  explainError(error: unknown): HoldfastError
}

export function bindSlots(slots: readonly ParameterSlot[], parameters: Parameters): Binding[] {
  return slots.map(({ from, encode }) => encode('index' in from ? parameters[from.index]! : from.value) as Binding)
}

export function prepareQuery(relation: Relation, dialect: Dialect): PreparedQuery {
  const query = compile(relation, dialect)
  if (query === undefined) {
    throw new HoldfastError('INTERNAL', 'The engine was asked to run a relation that it does not take.')
  }
  const { sql, parameters: slots, columns } = query
  return {
    sql,
    columns,
    canOverflow: sql.includes(overflowFunction),
    command: (parameters) => ({ sql, columns, bindings: bindSlots(slots, parameters) }),
    explainError: (error) => explainError(error, sql),
  }
}

/** Statements of compiled relations raise nothing themselves but where they check what another program wrote. */
export function explainError(error: unknown, sql: string): HoldfastError {
  const kind = kindOf(error instanceof HoldfastError ? error.cause : error)
  const checks = sql.includes(checkMark) && (kind === 'Invalid Input Error' || kind === 'Conversion Error')
  if (!checks) return toHoldfastError(error)
  const message = 'A table that another program made holds a value that does not belong to the type of its column.'
  return new HoldfastError('INVALID_DATA', message, { cause: error })
}
