import type { LogicalType, StoredValue } from '../../../schema/types.js'
import type { Doubles } from '../values.js'

/** What a generator of expressions may refer to: the columns of its node's input. */
export type Scope = readonly ScopeColumn[]

export interface ScopeColumn {
  readonly name: string
  readonly type: LogicalType
  readonly nullable: boolean
  /** Values that are likely in the column. */
  readonly pool: readonly StoredValue[]
  readonly doubles: Doubles
  /** The column agrees only within a tolerance (AGG-3, AGG-6): nothing may be computed from it or decided by it. */
  readonly approximate: boolean
}

/** The columns from which anything may be computed. */
export function exactColumns(scope: Scope): Scope {
  return scope.filter((column) => !column.approximate)
}
