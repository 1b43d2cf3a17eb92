import { applyChanges } from '../../src/backend/apply-changes.js'
import type { ChangeStore } from '../../src/backend/apply-changes.js'
import { Sequence } from '../../src/backend/sequence.js'
import type { Batch, Changes, Engine, Scan, WriteResult } from '../../src/backend/types.js'
import { writeLayoutOf } from '../../src/backend/write-layout.js'
import type { Identity } from '../../src/schema/compare.js'
import type { Key, StoredRow, StoredValue, TableDefinition } from '../../src/schema/types.js'

/** The least that an engine can be: a map for each table, and what the contract requires. */
export class KeyValueEngine implements Engine {
  readonly #tables = new Map<string, TableDefinition>()
  readonly #rows = new Map<string, Map<Identity, StoredRow>>()
  readonly #lastKeys = new Map<string, number | bigint>()
  readonly #writes = new Sequence()
  readonly #store: ChangeStore = {
    get: (table, key) => this.#find(table, key),
    scan: (request) => this.scan(request),
    lastKey: (table) => this.lastKey(table),
  }

  constructor(...tables: readonly TableDefinition[]) {
    for (const table of tables) this.createTable(table)
  }

  tables(): TableDefinition[] {
    return [...this.#tables.values()]
  }

  createTable(table: TableDefinition): void {
    this.#tables.set(table.name, table)
    this.#rows.set(table.name, new Map<Identity, StoredRow>())
  }

  dropTable(name: string): void {
    this.#tables.delete(name)
    this.#rows.delete(name)
    this.#lastKeys.delete(name)
  }

  async *scan({ table, columns, keys }: Scan): AsyncGenerator<Batch> {
    const all = [...(this.#rows.get(table.name)?.values() ?? [])]
    const wanted =
      keys === undefined ? all : keys.map((key) => this.#find(table, key)).filter((row) => row !== undefined)
    for (let start = 0; start < wanted.length; start += 3) {
      yield wanted
        .slice(start, start + 3)
        .map((row) => Object.fromEntries(columns.map((name) => [name, row[name] as StoredValue])))
    }
  }

  lastKey(table: TableDefinition): number | bigint | undefined {
    return this.#lastKeys.get(table.name)
  }

  write(changes: Changes): Promise<WriteResult> {
    return this.#writes.run(async () => {
      const { tables, result } = await applyChanges(changes, this.#store)
      for (const { table, puts, deletes, lastKey } of tables) {
        const { identityOf } = writeLayoutOf(table)
        const rows = this.#rows.get(table.name)!
        for (const { key } of deletes) rows.delete(identityOf(key))
        for (const { key, row } of puts) rows.set(identityOf(key), row)
        if (lastKey !== undefined) this.#lastKeys.set(table.name, lastKey)
      }
      return result
    })
  }

  async close(): Promise<void> {}

  #find(table: TableDefinition, key: Key): StoredRow | undefined {
    return this.#rows.get(table.name)?.get(writeLayoutOf(table).identityOf(key))
  }
}
