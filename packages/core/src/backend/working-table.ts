import type { Identity } from '../schema/compare.js'
import type { Key, StoredRow, TableDefinition } from '../schema/types.js'
import { writeLayoutOf } from './write-layout.js'
import type { UniqueIndex, WriteLayout } from './write-layout.js'

/** A row that has been looked at or changed: what it was at first and what it is now; undefined is no row. */
export interface WorkingRow {
  readonly key: Key
  readonly before: StoredRow | undefined
  row: StoredRow | undefined
}

/** The changed part of a table, laid over a store or over another working table. */
export class WorkingTable {
  readonly table: TableDefinition
  readonly layout: WriteLayout
  readonly rows = new Map<Identity, WorkingRow>()
  /** The greatest generated key given out or stored; undefined if there was none. */
  lastKey: number | bigint | undefined
  /**
   * Which row was the last to take the values of a unique index. Entries are never removed: one counts only while its row
   * holds the values still. None that counts is ever overwritten, for no row may take values that another one holds.
   */
  readonly #takers = new Map<UniqueIndex, Map<Identity, Identity>>()

  constructor(table: TableDefinition) {
    this.table = table
    this.layout = writeLayoutOf(table)
  }

  /** Puts a row in place, or removes it with undefined. `before`, what the store holds, counts at the first change only. */
  set(identity: Identity, key: Key, row: StoredRow | undefined, before: StoredRow | undefined): WorkingRow {
    let working = this.rows.get(identity)
    if (working === undefined) this.rows.set(identity, (working = { key, before, row }))
    else working.row = row
    if (row !== undefined) this.#take(identity, row)
    return working
  }

  /** The row that was put in place here with these values of a unique index and holds them still. */
  holder(index: UniqueIndex, valuesIdentity: Identity): WorkingRow | undefined {
    const identity = this.#takers.get(index)?.get(valuesIdentity)
    const working = identity === undefined ? undefined : this.rows.get(identity)
    return working !== undefined && holds(working, index, valuesIdentity) ? working : undefined
  }

  /** Makes sure that no key up to this one is generated any more. */
  raiseLastKey(key: number | bigint): void {
    if (this.lastKey === undefined || key > this.lastKey) this.lastKey = key
  }

  #take(identity: Identity, row: StoredRow): void {
    for (const index of this.layout.uniqueIndexes) {
      const values = index.valuesOf(row)
      if (values === undefined) continue
      let takers = this.#takers.get(index)
      if (takers === undefined) this.#takers.set(index, (takers = new Map<Identity, Identity>()))
      takers.set(index.identityOf(values), identity)
    }
  }
}

/** Whether a row holds the values of a unique index now. */
export function holds(working: WorkingRow, index: UniqueIndex, valuesIdentity: Identity): boolean {
  const values = working.row && index.valuesOf(working.row)
  return values !== undefined && index.identityOf(values) === valuesIdentity
}
