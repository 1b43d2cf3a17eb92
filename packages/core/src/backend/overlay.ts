import type { Identity } from '../schema/compare.js'
import type { StoredRow, TableDefinition } from '../schema/types.js'
import type { AppliedTable } from './apply-changes.js'
import { WorkingTable } from './working-table.js'
import type { WorkingRow } from './working-table.js'
import type { IndexLayout } from './write-layout.js'

type Layer = Map<string, WorkingTable>

/** The changes of a transaction in layers, one more for each open savepoint. A higher layer hides what lies below it. */
export class Overlay {
  readonly #layers: Layer[] = [new Map<string, WorkingTable>()]

  /** Adds applied changes to the highest layer. */
  add(tables: readonly AppliedTable[]): void {
    const layer = this.#layers.at(-1)!
    for (const { table, puts, deletes, lastKey } of tables) {
      const working = workingTable(layer, table)
      const { identityOf } = working.layout
      for (const { key, before } of deletes) working.cover(identityOf(key), before, undefined)
      for (const { key, before, row } of puts) working.cover(identityOf(key), before, row)
      if (lastKey !== undefined) working.useKey(lastKey)
    }
  }

  /** The row as changed here; undefined if it was not. */
  find(table: TableDefinition, identity: Identity): WorkingRow | undefined {
    for (let depth = this.#layers.length - 1; depth >= 0; depth--) {
      const working = this.#layers[depth]!.get(table.name)?.rows.get(identity)
      if (working !== undefined) return working
    }
    return undefined
  }

  /** The changed row that holds the values of a unique index. */
  holder(table: TableDefinition, index: IndexLayout, valuesIdentity: Identity): StoredRow | undefined {
    for (let depth = this.#layers.length - 1; depth >= 0; depth--) {
      const working = this.#layers[depth]!.get(table.name)
      const holder = working?.holder(index, valuesIdentity)
      // What a lower layer says counts only where no higher one hides the row.
      if (holder !== undefined && this.find(table, holder) === working?.rows.get(holder))
        return working?.find(holder)
    }
    return undefined
  }

  /** The greatest generated key given out here. */
  lastKey(table: TableDefinition): number | bigint | undefined {
    for (let depth = this.#layers.length - 1; depth >= 0; depth--) {
      const lastKey = this.#layers[depth]!.get(table.name)?.lastKey()
      if (lastKey !== undefined) return lastKey
    }
    return undefined
  }

  /** All changed rows of a table as they are now, unmoved by later changes. */
  rows(table: TableDefinition): Map<Identity, StoredRow | undefined> {
    const rows = new Map<Identity, StoredRow | undefined>()
    for (const layer of this.#layers) {
      for (const [identity, { row }] of layer.get(table.name)?.rows ?? []) rows.set(identity, row)
    }
    return rows
  }

  /** Opens a layer. The answer names it for `merge` and `drop`. */
  open(): number {
    return this.#layers.push(new Map()) - 1
  }

  /** Ends a layer and all above it, keeping their changes. */
  merge(depth: number): void {
    const below = this.#layers[depth - 1]!
    for (const layer of this.#layers.splice(depth)) {
      for (const upper of layer.values()) {
        const working = workingTable(below, upper.table)
        for (const [identity, { before, row }] of upper.rows) working.cover(identity, before, row)
        const lastKey = upper.lastKey()
        if (lastKey !== undefined) working.useKey(lastKey)
      }
    }
  }

  /** Ends a layer and all above it, forgetting their changes. */
  drop(depth: number): void {
    this.#layers.splice(depth)
  }

  /** What differs from the engine, with all savepoints released: per table each row's first and last state. */
  net(): readonly WorkingTable[] {
    this.merge(1)
    return [...this.#layers[0]!.values()]
  }
}

function workingTable(layer: Layer, table: TableDefinition): WorkingTable {
  let working = layer.get(table.name)
  if (working === undefined) layer.set(table.name, (working = new WorkingTable(table)))
  return working
}
