import type { Identity } from '../schema/compare.js'
import type { TableDefinition } from '../schema/types.js'
import type { AppliedTable } from './apply-changes.js'
import { WorkingTable } from './working-table.js'
import type { WorkingRow } from './working-table.js'
import { writeLayoutOf } from './write-layout.js'
import type { UniqueIndex } from './write-layout.js'

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
      for (const { key, before } of deletes) working.set(identityOf(key), key, undefined, before)
      for (const { key, before, row } of puts) working.set(identityOf(key), key, row, before)
      if (lastKey !== undefined) working.raiseLastKey(lastKey)
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
  holder(table: TableDefinition, index: UniqueIndex, valuesIdentity: Identity): WorkingRow | undefined {
    const { identityOf } = writeLayoutOf(table)
    for (let depth = this.#layers.length - 1; depth >= 0; depth--) {
      const holder = this.#layers[depth]!.get(table.name)?.holder(index, valuesIdentity)
      if (holder !== undefined && this.find(table, identityOf(holder.key)) === holder) return holder
    }
    return undefined
  }

  lastKey(table: TableDefinition): number | bigint | undefined {
    return this.#layers.findLast((layer) => layer.get(table.name)?.lastKey !== undefined)?.get(table.name)
      ?.lastKey
  }

  /** All changed rows of a table as they are now, unmoved by later changes. */
  rows(table: TableDefinition): Map<Identity, WorkingRow> {
    const rows = new Map<Identity, WorkingRow>()
    for (const layer of this.#layers) {
      for (const [identity, row] of layer.get(table.name)?.rows ?? []) rows.set(identity, { ...row })
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
      for (const { table, rows, lastKey } of layer.values()) {
        const working = workingTable(below, table)
        for (const [identity, { key, before, row }] of rows) working.set(identity, key, row, before)
        if (lastKey !== undefined) working.raiseLastKey(lastKey)
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
