import type { IndexDefinition, Key, StoredRow, StoredValue, TableDefinition } from '../schema/types.js'
import { throwIfAborted } from './abort.js'
import { Application } from './application.js'
import type { Batches, Changes, MaybePromise, Scan, WriteResult } from './types.js'

/** What `applyChanges` asks of the data as it is before the write. Nothing in it may change while it runs. */
export interface ChangeStore {
  /** The whole row with this key. */
  get(table: TableDefinition, key: Key): MaybePromise<StoredRow | undefined>
  /** The same for many keys at once, in their order, where that is cheaper. */
  getMany?(table: TableDefinition, keys: readonly Key[]): MaybePromise<readonly (StoredRow | undefined)[]>
  /** The key of the row that holds these values, none of them null, in a unique index. Default: through `scan`. */
  findUnique?(table: TableDefinition, index: IndexDefinition, values: Key): MaybePromise<Key | undefined>
  /** As `Session.scan`, and only called, once a unique index, where `findUnique` is missing. */
  scan?(request: Scan): Batches
  /**
   * The greatest generated key of the table that was ever given out or stored, undefined if there was none. Needed for
   * tables with a generated key. Must be remembered apart from the rows, so that no key comes back after its row is gone.
   */
  lastKey?(table: TableDefinition): MaybePromise<number | bigint | undefined>
}

/** What to do to the store, all of it at once, so that it holds what the changes say. */
export interface AppliedChanges {
  /** Each table at most once. */
  readonly tables: readonly AppliedTable[]
  /** What `Session.write` returns. */
  readonly result: WriteResult
}

export interface AppliedTable {
  readonly table: TableDefinition
  /** Whole rows to store under their keys; each key at most once. `before` is the row that it replaces, if any. */
  readonly puts: readonly AppliedPut[]
  /** Rows to remove, all of which exist; each key at most once and in no put. */
  readonly deletes: readonly AppliedDelete[]
  /** The value that `ChangeStore.lastKey` must return from now on; absent where it stays. */
  readonly lastKey?: number | bigint
}

export interface AppliedPut {
  readonly key: Key
  readonly row: StoredRow
  readonly before: StoredRow | undefined
}

export interface AppliedDelete {
  readonly key: Key
  readonly before: StoredRow
}

/**
 * Turns `Changes` into plain puts and deletes by key, with all of the meaning of WRITE-1 to WRITE-5: conflict policies, keys
 * repeated in the call, patches, expected versions and version columns, unique indexes, generated keys, counts. A plugin
 * over any key-value store implements `Session.write` as: look up through `store`, then apply the answer in one atomic step.
 * Changes nothing itself; rows that were given are in its answer as they are.
 *
 * Rejects with `DUPLICATE_KEY`, `UNIQUE_VIOLATION`, `VERSION_MISMATCH`, `LIMIT_EXCEEDED` (generated keys used up), `ABORTED`
 * or whatever the store throws.
 */
export async function applyChanges(changes: Changes, store: ChangeStore): Promise<AppliedChanges> {
  const application = new Application(store)
  for (const { table, key } of changes.lastKeys ?? []) await application.useKey(table, key)

  const counts: number[] = []
  const generated: (readonly StoredValue[] | undefined)[] = []
  for (const change of changes.changes) {
    throwIfAborted(changes.signal)
    const outcome = await application.apply(change)
    counts.push(outcome.count)
    generated.push(outcome.generated)
  }
  throwIfAborted(changes.signal)

  const result = generated.some((keys) => keys !== undefined) ? { counts, generated } : { counts }
  return { tables: application.tables(), result }
}
