import { applyChanges } from '../../src/backend/apply-changes.js'
import type { ChangeStore } from '../../src/backend/apply-changes.js'
import { HoldfastError } from '../../src/backend/errors.js'
import { noFiles } from '../../src/backend/no-files.js'
import type { Backend, Batch, Changes, Engine, Scan, WriteResult } from '../../src/backend/types.js'
import { limits } from '../../src/schema/limits.js'
import { keyOfRow, tupleIdentity } from '../../src/schema/compare.js'
import type { Identity } from '../../src/schema/compare.js'
import type { Key, StoredRow, TableDefinition } from '../../src/schema/types.js'

interface StoredTable {
  readonly definition: TableDefinition
  readonly identityOf: (key: Key) => Identity
  readonly keyOf: (row: StoredRow) => Key
  readonly rows: Map<Identity, StoredRow>
  lastKey: number | bigint | undefined
}

/** The least that is a backend: the seven required methods over maps. */
export function plainBackend(): Backend {
  return {
    name: 'plain',
    capabilities: Object.freeze({
      transactions: 'core',
      readsDuringTransaction: true,
      durable: false,
      concurrentProcesses: false,
      transactionalSchema: false,
      scanInKeyOrder: false,
      sql: false,
      fullTextSearch: false,
      files: noFiles,
      limits: Object.freeze({ maxKeyBytes: limits.maxKeyBytes, maxValueBytes: limits.maxValueBytes }),
    }),
    open: async () => new PlainEngine(),
  }
}

class PlainEngine implements Engine {
  readonly #tables = new Map<string, StoredTable>()
  #last: Promise<unknown> = Promise.resolve()

  tables(): readonly TableDefinition[] {
    return [...this.#tables.values()].map(({ definition }) => definition)
  }

  createTable(definition: TableDefinition): void {
    if (this.#tables.has(definition.name))
      throw new HoldfastError('TABLE_EXISTS', 'the table exists', { table: definition.name })
    const types = definition.primaryKey.map(
      (name) => definition.columns.find((column) => column.name === name)!.type,
    )
    this.#tables.set(definition.name, {
      definition,
      identityOf: tupleIdentity(types),
      keyOf: keyOfRow(definition),
      rows: new Map(),
      lastKey: undefined,
    })
  }

  dropTable(name: string): void {
    this.#table(name)
    this.#tables.delete(name)
  }

  *scan({ table, columns, keys }: Scan): Iterable<Batch> {
    const { rows, identityOf } = this.#table(table.name)
    const found = keys === undefined ? [...rows.values()] : keys.map((key) => rows.get(identityOf(key)))
    const batch = found
      .filter((row) => row !== undefined)
      .map((row) => Object.fromEntries(columns.map((name) => [name, row[name]!])))
    if (batch.length > 0) yield batch
  }

  lastKey({ name }: TableDefinition): number | bigint | undefined {
    return this.#table(name).lastKey
  }

  write(changes: Changes): Promise<WriteResult> {
    const result = this.#last.then(() => this.#write(changes))
    this.#last = result.catch(() => undefined)
    return result
  }

  async #write(changes: Changes): Promise<WriteResult> {
    const store: ChangeStore = {
      get: (table, key) => {
        const { rows, identityOf } = this.#table(table.name)
        return rows.get(identityOf(key))
      },
      scan: (request) => this.scan(request),
      lastKey: (table) => this.lastKey(table),
    }
    const { tables, result } = await applyChanges(changes, store)
    for (const { table, puts, deletes, lastKey } of tables) {
      const stored = this.#table(table.name)
      for (const { key } of deletes) stored.rows.delete(stored.identityOf(key))
      for (const { key, row } of puts) stored.rows.set(stored.identityOf(key), { ...row })
      if (lastKey !== undefined) stored.lastKey = lastKey
    }
    return result
  }

  async close(): Promise<void> {
    this.#tables.clear()
  }

  #table(name: string): StoredTable {
    const table = this.#tables.get(name)
    if (table === undefined)
      throw new HoldfastError('UNKNOWN_TABLE', `there is no table "${name}"`, { table: name })
    return table
  }
}
