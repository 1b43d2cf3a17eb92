import { HoldfastError } from '@holdfast/core/backend'
import type { Parameters, Relation, TableDefinition } from '@holdfast/core/backend'
import { bindSlots, compile, tablesOf, taken } from '@holdfast/sql'
import type { Dialect } from '@holdfast/sql'
import { checkMark } from './catalog/checked-column.js'
import type { Binding } from './codec/bindings.js'
import type { NamedColumn } from './codec/rows.js'
import type { RowCommand } from './connection.js'
import { kindOf, toHoldfastError, unknownTable } from './errors.js'
import { overflowFunction } from './functions/overflow.js'

/** A relation as a statement. */
export interface PreparedQuery {
  readonly sql: string
  readonly columns: readonly NamedColumn[]
  /** The tables that it reads. */
  readonly tables: readonly TableDefinition[]
  /** Whether an aggregate in it may fail to fit its type. */
  readonly canOverflow: boolean
  command(parameters: Parameters): RowCommand
}

export function prepareQuery(relation: Relation, dialect: Dialect): PreparedQuery {
  const { sql, parameters: slots, columns } = taken(compile(relation, dialect))
  return {
    sql,
    columns,
    tables: tablesOf(relation),
    canOverflow: sql.includes(overflowFunction),
    command: (parameters) => ({ sql, columns, bindings: bindSlots<Binding>(slots, parameters) }),
  }
}

/**
 * What an error of a compiled statement means: it raises nothing itself but where it checks what another program wrote.
 *
 * @param missing the table that is not there, if one is not
 */
export function explainError(
  error: unknown,
  sql: string,
  missing: TableDefinition | undefined,
): HoldfastError {
  const native = error instanceof HoldfastError ? error.cause : error
  const kind = kindOf(native)
  if (kind === 'Catalog Error' && missing !== undefined) return unknownTable(missing.name, native)
  const checks = sql.includes(checkMark) && (kind === 'Invalid Input Error' || kind === 'Conversion Error')
  if (!checks) return toHoldfastError(error)
  const message =
    'A table that another program made holds a value that does not belong to the type of its column.'
  return new HoldfastError('INVALID_DATA', message, { cause: native })
}
