import type { Identity } from '../schema/compare.js'
import type { IndexDefinition, Key, TableDefinition } from '../schema/types.js'
import { HoldfastError } from './errors.js'
import type { Batches, MaybePromise, Scan } from './types.js'
import { writeLayoutOf } from './write-layout.js'
import type { IndexLayout } from './write-layout.js'

/** The part of a store that can tell which row holds the values of a unique index. */
export interface UniqueStore {
  findUnique?(table: TableDefinition, index: IndexDefinition, values: Key): MaybePromise<Key | undefined>
  scan?(request: Scan): Batches
}

type Holders = ReadonlyMap<Identity, Key>

/**
 * Finds the rows of a store by their values in unique indexes: by the store's own look-up, or else in a map that one scan
 * fills at the first question about an index. Requires that the store does not change meanwhile.
 */
export class UniqueKeys {
  readonly #store: UniqueStore
  readonly #scans = new Map<IndexLayout, Promise<Holders>>()

  constructor(store: UniqueStore) {
    this.#store = store
  }

  /** The key of the row that holds the values, none of them null. */
  find(table: TableDefinition, index: IndexLayout, values: Key): MaybePromise<Key | undefined> {
    if (this.#store.findUnique !== undefined) return this.#store.findUnique(table, index.definition, values)
    let scan = this.#scans.get(index)
    if (scan === undefined) this.#scans.set(index, (scan = holdersOf(this.#store, table, index)))
    return scan.then((holders) => holders.get(index.identityOf(values)))
  }
}

async function holdersOf(store: UniqueStore, table: TableDefinition, index: IndexLayout): Promise<Holders> {
  if (store.scan === undefined) {
    throw new HoldfastError('INTERNAL', 'A store of tables with unique indexes needs findUnique or scan.')
  }
  const { keyOf } = writeLayoutOf(table)
  const holders = new Map<Identity, Key>()
  const columns = [...new Set([...table.primaryKey, ...index.definition.columns])]
  for await (const batch of store.scan({ table, columns })) {
    for (const row of batch) {
      const values = index.valuesOf(row)
      if (values !== undefined) holders.set(index.identityOf(values), keyOf(row))
    }
  }
  return holders
}
