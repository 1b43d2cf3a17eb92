import type { IndexDefinition, Key, StoredRow } from '@holdfast/core/backend'
import type { Chunks } from './key-order.js'
import { findInChunks } from './key-order.js'
import type { MemoryTable } from './memory-table.js'

/** A table as a reader sees it. Rows belong to the table: copy them before they go out. */
export interface TableView {
  readonly table: MemoryTable
  /** How many rows there are. */
  readonly size: number
  chunks(): Chunks
  find(key: Key): StoredRow | undefined
  /** The rows with any of these values in an index, or undefined where only looking at all rows tells. */
  lookup(index: IndexDefinition, wanted: readonly Key[]): StoredRow[] | undefined
}

/** The rows as they are. */
export class LiveView implements TableView {
  readonly table: MemoryTable

  constructor(table: MemoryTable) {
    this.table = table
  }

  get size(): number {
    return this.table.size
  }

  chunks(): Chunks {
    return this.table.chunks()
  }

  find(key: Key): StoredRow | undefined {
    return this.table.find(this.table.layout.identityOf(key))
  }

  lookup(index: IndexDefinition, wanted: readonly Key[]): StoredRow[] {
    return this.table.lookup(index, wanted)
  }
}

/** The rows as they were. Keys are found by their order, as what finds them at once knows the present only. */
export class SnapshotView implements TableView {
  readonly table: MemoryTable
  readonly #chunks: Chunks

  constructor(table: MemoryTable, chunks: Chunks) {
    this.table = table
    this.#chunks = chunks
  }

  get size(): number {
    return this.#chunks.reduce((size, { rows }) => size + rows.length, 0)
  }

  chunks(): Chunks {
    return this.#chunks
  }

  find(key: Key): StoredRow | undefined {
    const { table, compare } = this.table
    const sample = Object.fromEntries(table.primaryKey.map((name, position) => [name, key[position]!]))
    return findInChunks(this.#chunks, sample, compare)
  }

  lookup(): undefined {
    return undefined
  }
}
