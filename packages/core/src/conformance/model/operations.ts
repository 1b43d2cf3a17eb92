import type { Expression } from '../../expression/types.js'
import type { NamedExpression } from '../../relation/types.js'
import type { Key, StoredRow } from '../../schema/types.js'
import type { ConflictPolicy } from './table-model.js'

/** A step of a random history, as data: values are stored values, columns that are left out take their defaults. */
export type Operation =
  | { readonly kind: 'insert'; readonly rows: readonly StoredRow[]; readonly onConflict: ConflictPolicy }
  | { readonly kind: 'put'; readonly rows: readonly StoredRow[] }
  | ({ readonly kind: 'patch' } & Patch)
  | { readonly kind: 'patchMany'; readonly patches: readonly Patch[] }
  | { readonly kind: 'delete'; readonly key: Key; readonly version?: number }
  | { readonly kind: 'deleteMany'; readonly keys: readonly Key[] }
  | { readonly kind: 'clear' }
  | { readonly kind: 'update'; readonly condition: Expression; readonly set: readonly NamedExpression[] }
  | { readonly kind: 'deleteWhere'; readonly condition: Expression }
  | { readonly kind: 'read'; readonly keys: readonly Key[] }
  | { readonly kind: 'where'; readonly condition: Expression }
  | {
      readonly kind: 'transaction'
      readonly operations: readonly Operation[]
      readonly ending: 'commit' | 'throw'
    }
  | { readonly kind: 'reopen' }

export interface Patch {
  readonly key: Key
  readonly set: StoredRow
  readonly version?: number
}
