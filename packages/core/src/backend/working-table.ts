import type { Identity } from '../schema/compare.js'
import type { StoredRow, TableDefinition } from '../schema/types.js'
import type { RowSpace } from './row-space.js'
import { writeLayoutOf } from './write-layout.js'
import type { IndexLayout, WriteLayout } from './write-layout.js'

/** A row that has been looked at or changed: what it was at first and what it is now; undefined is no row. */
export interface WorkingRow {
  readonly before: StoredRow | undefined
  row: StoredRow | undefined
}

/** The part of a table that has been looked at or changed, laid over a store or over another working table. */
export class WorkingTable implements RowSpace {
  readonly table: TableDefinition
  readonly layout: WriteLayout
  readonly rows = new Map<Identity, WorkingRow>()
  #lastKey: number | bigint | undefined
  /**
   * Which row was the last to be seen with the values of a unique index, by the index's name: callers may hold several
   * definitions of one table. Entries are never removed: one counts only while
   * its row holds the values still. None that counts is ever overwritten, for no row may take what another one holds.
   */
  readonly #takers = new Map<string, Map<Identity, Identity>>()

  constructor(table: TableDefinition) {
    this.table = table
    this.layout = writeLayoutOf(table)
  }

  /** Notes what the store holds, unless the row is known already. */
  learn(identity: Identity, row: StoredRow | undefined): void {
    if (this.rows.has(identity)) return
    this.rows.set(identity, { before: row, row })
    if (row !== undefined) this.#take(identity, row)
  }

  /** Puts a row in place or removes it; `before`, what lies below, counts at the first change only. */
  cover(identity: Identity, before: StoredRow | undefined, row: StoredRow | undefined): void {
    if (!this.rows.has(identity)) this.rows.set(identity, { before, row: undefined })
    this.set(identity, row)
  }

  find(identity: Identity): StoredRow | undefined {
    return this.rows.get(identity)?.row
  }

  set(identity: Identity, row: StoredRow | undefined): void {
    const working = this.rows.get(identity)
    if (working === undefined) this.rows.set(identity, { before: undefined, row })
    else working.row = row
    if (row !== undefined) this.#take(identity, row)
  }

  holder(index: IndexLayout, valuesIdentity: Identity): Identity | undefined {
    const identity = this.#takers.get(index.definition.name)?.get(valuesIdentity)
    const row = identity === undefined ? undefined : this.find(identity)
    const values = row && index.valuesOf(row)
    return values !== undefined && index.identityOf(values) === valuesIdentity ? identity : undefined
  }

  lastKey(): number | bigint | undefined {
    return this.#lastKey
  }

  useKey(key: number | bigint): void {
    if (this.#lastKey === undefined || key > this.#lastKey) this.#lastKey = key
  }

  #take(identity: Identity, row: StoredRow): void {
    for (const index of this.layout.uniqueIndexes) {
      const values = index.valuesOf(row)
      if (values === undefined) continue
      const { name } = index.definition
      let takers = this.#takers.get(name)
      if (takers === undefined) this.#takers.set(name, (takers = new Map<Identity, Identity>()))
      takers.set(index.identityOf(values), identity)
    }
  }
}
