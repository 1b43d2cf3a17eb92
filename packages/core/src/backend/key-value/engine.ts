import type { IndexDefinition, Key, StoredRow, TableDefinition } from '../../schema/types.js'
import { throwIfAborted } from '../abort.js'
import { applyChanges } from '../apply-changes.js'
import type { ChangeStore } from '../apply-changes.js'
import { bufferedTransaction } from '../buffered-transaction.js'
import { Lock } from '../lock.js'
import type { Batch, Batches, BeginOptions, Changes, Engine, EngineTransaction } from '../types.js'
import type { MaybePromise, Scan, WriteResult } from '../types.js'
import { Catalog, tableIn } from './catalog.js'
import { rowOf, scanRows, valuesOf } from './reads.js'
import type { KeyRange, KeyValueStore } from './store.js'
import type { KeyValueTable } from './table.js'
import { ending, SnapshotTransaction } from './transaction.js'

/**
 * An engine over a key-value store. To make it faster, extend it by optional methods of `Engine`, such as `takes` and `run`:
 * `table` tells where the rows of a table lie in the store and how to read them, `rows` reads a part of them.
 *
 * Requires that nothing else writes to the store while it is open.
 */
export class KeyValueEngine<Store extends KeyValueStore = KeyValueStore> implements Engine {
  protected readonly store: Store
  readonly #catalog: Catalog
  readonly #writes = new Lock()
  readonly #lookUp: ChangeStore
  /** Only where the backend declares `snapshots`. */
  begin?: NonNullable<Engine['begin']>

  constructor(store: Store) {
    this.store = store
    this.#catalog = new Catalog(store)
    this.#lookUp = {
      get: (table, key) => this.get(table, key),
      getMany: async ({ name }, keys) => {
        const table = this.table(name)
        const values = await valuesOf(
          store,
          keys.map((key) => table.rowKey(key)),
        )
        return values.map((value) => value && table.wholeRow(value))
      },
      findUnique: (table, index, values) => this.#findUnique(table, index, values),
      lastKey: (table) => this.lastKey(table),
    }
  }

  /**
   * Reads which tables there are. Called once, before all else.
   *
   * @param snapshots whether transactions are to be the engine's, by snapshots of the store
   */
  async load(snapshots = false): Promise<void> {
    if (snapshots) this.begin = (options) => this.#begin(options)
    await this.#catalog.load()
  }

  tables(): readonly TableDefinition[] {
    return Array.from(this.#catalog.tables.values(), ({ definition }) => definition)
  }

  createTable(table: TableDefinition): Promise<void> {
    return this.#writes.run(() => this.#catalog.create(table))
  }

  dropTable(name: string): Promise<void> {
    return this.#writes.run(() => this.#catalog.drop(name))
  }

  /** Looks at every row of the table for a unique index, whose entries are written at once. */
  createIndex(tableName: string, index: IndexDefinition): Promise<void> {
    return this.#writes.run(async () => {
      const { definition } = this.table(tableName)
      await this.#catalog.change({ ...definition, indexes: [...definition.indexes, index] }, (changed) =>
        changed.entriesOfIndex(
          index,
          scanRows(this.store, changed, { columns: columnsIn(definition, index) }),
        ),
      )
    })
  }

  lastKey(table: TableDefinition): number | bigint | undefined {
    return this.#catalog.lastKey(table)
  }

  get(table: TableDefinition, key: Key): MaybePromise<StoredRow | undefined> {
    return rowOf(this.store, this.table(table.name), key)
  }

  scan(request: Scan): Batches {
    return scanRows(this.store, this.table(request.table.name), request)
  }

  write(changes: Changes): Promise<WriteResult> {
    return this.#writes.run(() => this.#write(changes), changes.signal)
  }

  async close(): Promise<void> {
    await this.#writes.run(() => this.store.close())
  }

  /**
   * Where the rows of a table lie.
   *
   * @throws HoldfastError `UNKNOWN_TABLE`
   */
  protected table(name: string): KeyValueTable {
    return tableIn(this.#catalog.tables, name)
  }

  /**
   * Reads the rows of a range of `KeyValueTable.rows`, in key order.
   *
   * @param columns those that the rows are to have
   */
  protected rows(
    table: KeyValueTable,
    range: KeyRange,
    columns: readonly string[],
    signal?: AbortSignal,
  ): AsyncIterable<Batch> {
    return scanRows(this.store, table, { columns, ...(signal && { signal }) }, range)
  }

  /** One that only reads has a snapshot. One that writes is alone: what others write waits until it has ended. */
  async #begin(options: BeginOptions): Promise<EngineTransaction> {
    throwIfAborted(options.signal)
    if (options.readOnly) {
      const tables = this.#catalog.tables
      return new SnapshotTransaction(await this.store.snapshot!(), tables)
    }
    const leave = await this.#writes.acquire(options.signal)
    const alone = {
      get: (table: TableDefinition, key: Key) => this.get(table, key),
      scan: (request: Scan) => this.scan(request),
      lastKey: (table: TableDefinition) => this.lastKey(table),
      write: (changes: Changes) => this.#write(changes),
    }
    return ending(bufferedTransaction(alone, options), leave)
  }

  async #write(changes: Changes): Promise<WriteResult> {
    const { tables, result } = await applyChanges(this.#asStored(changes), this.#lookUp)
    const entries = tables.map((applied) => this.table(applied.table.name).entries(applied))
    const puts = entries.flatMap((of) => of.puts)
    const deletes = entries.flatMap((of) => of.deletes)
    if (puts.length > 0 || deletes.length > 0) await this.store.write({ puts, deletes })
    for (const { table, lastKey } of tables)
      if (lastKey !== undefined) this.#catalog.noteLastKey(table, lastKey)
    return result
  }

  /** The same changes of the tables as the store knows them: the order of the columns there is that of the stored values. */
  #asStored(changes: Changes): Changes {
    const stored = <Of extends { readonly table: TableDefinition }>(of: Of): Of => ({
      ...of,
      table: this.table(of.table.name).definition,
    })
    return {
      ...changes,
      changes: changes.changes.map(stored),
      ...(changes.lastKeys && { lastKeys: changes.lastKeys.map(stored) }),
    }
  }

  async #findUnique(
    { name }: TableDefinition,
    index: IndexDefinition,
    values: Key,
  ): Promise<Key | undefined> {
    const entries = this.table(name).index(index)
    const found = await this.store.get(entries.entryKey(values))
    return found && entries.primaryKey(found)
  }
}

function columnsIn({ primaryKey }: TableDefinition, { columns }: IndexDefinition): string[] {
  return [...new Set([...primaryKey, ...columns])]
}
