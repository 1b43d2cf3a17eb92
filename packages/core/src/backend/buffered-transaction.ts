import type { IndexDefinition, Key, StoredRow, TableDefinition } from '../schema/types.js'
import { applyChanges } from './apply-changes.js'
import type { ChangeStore } from './apply-changes.js'
import { HoldfastError, isHoldfastError } from './errors.js'
import type { ErrorCode } from './errors.js'
import { Overlay } from './overlay.js'
import { overlaidGet, overlaidRows, overlaidScan } from './overlay-reads.js'
import { Sequence } from './sequence.js'
import type { BeginOptions, Change, Changes, DeleteChange, Engine, EngineTransaction } from './types.js'
import type { Batches, LastKey, MaybePromise, Savepoint, Scan, WriteResult } from './types.js'
import { UniqueKeys } from './unique-keys.js'
import type { WorkingTable } from './working-table.js'
import { writeLayoutOf } from './write-layout.js'
import type { WriteLayout } from './write-layout.js'

/**
 * A transaction over an engine that has only the required methods: writes are kept here, laid over every read, and handed
 * over as one atomic `write` at commit. Duplicate keys, unique values and versions are checked when a write is made.
 *
 * Requires that nothing else writes to the engine until it ends: core holds its writer's lock meanwhile. Should another
 * process write all the same, the commit rejects with the retryable `CONFLICT` where the engine can tell. Generating keys
 * needs `Engine.lastKey`; without it, rows without their key are refused with `UNSUPPORTED`.
 */
export function bufferedTransaction(engine: BufferedEngine, options: BeginOptions): EngineTransaction {
  return new BufferedTransaction(engine, options)
}

/** What a transaction that is buffered needs of the engine below it. */
export type BufferedEngine = Pick<Engine, 'scan' | 'get' | 'lastKey' | 'write'>

class BufferedTransaction implements EngineTransaction {
  readonly #engine: BufferedEngine
  readonly #options: BeginOptions
  readonly #overlay = new Overlay()
  readonly #writes = new Sequence()
  readonly #store: ChangeStore
  /** Of the engine without the changes, which stays as it is while the transaction is open. */
  readonly #uniqueKeys: UniqueKeys

  constructor(engine: BufferedEngine, options: BeginOptions) {
    this.#engine = engine
    this.#options = options
    this.#uniqueKeys = new UniqueKeys({ scan: (request) => engine.scan(request) })
    this.#store = {
      get: (table, key) => this.get(table, key),
      getMany: (table, keys) => overlaidRows(engine, this.#overlay, table, keys),
      findUnique: (table, index, values) => this.#findUnique(table, index, values),
      ...(engine.lastKey && { lastKey: (table) => this.#overlay.lastKey(table) ?? engine.lastKey?.(table) }),
    }
  }

  scan(request: Scan): Batches {
    return overlaidScan(this.#engine, this.#overlay, request)
  }

  get(table: TableDefinition, key: Key): MaybePromise<StoredRow | undefined> {
    return overlaidGet(this.#engine, this.#overlay, table, key)
  }

  write(changes: Changes): Promise<WriteResult> {
    return this.#writes.run(async () => {
      if (this.#options.readOnly)
        throw new HoldfastError('READ_ONLY', 'The transaction was begun to read only.')
      const { tables, result } = await applyChanges(changes, this.#store)
      this.#overlay.add(tables)
      return result
    })
  }

  commit(): Promise<void> {
    return this.#writes.run(async () => {
      const { changes, lastKeys } = handOver(this.#overlay.net())
      if (changes.length === 0 && lastKeys.length === 0) return
      const { signal } = this.#options
      try {
        await this.#engine.write({ changes, lastKeys, ...(signal && { signal }) })
      } catch (error) {
        throw isHoldfastError(error) && foreign.has(error.code) ? conflict(error) : error
      }
    })
  }

  async rollback(): Promise<void> {
    await this.#writes.run(() => this.#overlay.drop(0))
  }

  async savepoint(): Promise<Savepoint> {
    const depth = await this.#writes.run(() => this.#overlay.open())
    return {
      release: () => this.#writes.run(() => this.#overlay.merge(depth)),
      rollback: () => this.#writes.run(() => this.#overlay.drop(depth)),
    }
  }

  async #findUnique(
    table: TableDefinition,
    { name }: IndexDefinition,
    values: Key,
  ): Promise<Key | undefined> {
    const { identityOf, keyOf, uniqueIndexes } = writeLayoutOf(table)
    const index = uniqueIndexes.find(({ definition }) => definition.name === name)!
    const changed = this.#overlay.holder(table, index, index.identityOf(values))
    if (changed !== undefined) return keyOf(changed)
    const stored = await this.#uniqueKeys.find(table, index, values)
    // A row that was changed here and still held the values would have been found above.
    const untouched = stored !== undefined && this.#overlay.find(table, identityOf(stored)) === undefined
    return untouched ? stored : undefined
  }
}

/** What only another writer can have caused, as every write was checked when it was made. */
const foreign: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DUPLICATE_KEY',
  'UNIQUE_VIOLATION',
  'VERSION_MISMATCH',
])

function conflict(cause: HoldfastError): HoldfastError {
  const { table, key } = cause
  return new HoldfastError(
    'CONFLICT',
    'Another writer changed the data while the transaction was open. Run the transaction again.',
    { cause, key, ...(table !== undefined && { table }) },
  )
}

/** Rows that exist are deleted before any is inserted, so that unique values may move from row to row. */
function handOver(tables: readonly WorkingTable[]): { changes: Change[]; lastKeys: LastKey[] } {
  const changes: Change[] = []
  const lastKeys: LastKey[] = []
  for (const working of tables) {
    const { table, layout } = working
    const changed = [...working.rows.values()].filter(({ before, row }) => before !== row)
    const gone = changed.map(({ before }) => before).filter((row) => row !== undefined)
    const present = changed.map(({ row }) => row).filter((row) => row !== undefined)
    if (gone.length > 0)
      changes.push({ kind: 'delete', table, keys: gone.map((row) => deletion(layout, row)) })
    if (present.length > 0) changes.push({ kind: 'insert', table, rows: present, onConflict: 'error' })
    const lastKey = working.lastKey()
    if (lastKey !== undefined) lastKeys.push({ table, key: lastKey })
  }
  return { changes, lastKeys }
}

function deletion({ keyOf, version }: WriteLayout, row: StoredRow): DeleteChange['keys'][number] {
  const key = keyOf(row)
  return version === undefined ? { key } : { key, version: row[version] as number }
}
