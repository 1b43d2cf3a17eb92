import { HoldfastError } from '@holdfast/core/backend'
import type {
  Changes,
  DeleteWhere,
  EngineTransaction,
  Parameters,
  Savepoint,
  UpdateWhere,
  WriteResult,
} from '@holdfast/core/backend'
import { deleteRows, updateRows } from './query/write-where.js'
import { SessionReads } from './session-reads.js'
import type { MemoryTable } from './storage/memory-table.js'
import type { Store } from './storage/store.js'
import { SnapshotView } from './storage/view.js'
import type { TableView } from './storage/view.js'

/**
 * The one transaction that may write. Its changes are made in place; who reads outside sees the rows that were kept when a
 * table was first changed.
 */
export class WriteTransaction extends SessionReads implements EngineTransaction {
  readonly #store: Store
  readonly #release: () => void

  /** @param release lets the next writer in */
  constructor(store: Store, release: () => void) {
    super()
    this.#store = store
    this.#release = release
  }

  write(changes: Changes): WriteResult {
    for (const { table } of changes.changes) this.#change(table.name)
    return this.#store.write(changes)
  }

  updateWhere(request: UpdateWhere, parameters: Parameters): number {
    const table = this.#change(request.table.name)
    return this.#store.atomically(() => updateRows(table, request, parameters))
  }

  deleteWhere(request: DeleteWhere, parameters: Parameters): number {
    const table = this.#change(request.table.name)
    return this.#store.atomically(() => deleteRows(table, request, parameters))
  }

  savepoint(): Savepoint {
    const mark = this.#store.mark()
    return { release: nothing, rollback: () => this.#store.undo(mark) }
  }

  commit(): void {
    this.#store.commit()
    this.#release()
  }

  rollback(): void {
    this.#store.undo(0)
    this.commit()
  }

  protected override view(table: string): TableView {
    return this.#store.table(table).live
  }

  #change(name: string): MemoryTable {
    const table = this.#store.table(name)
    table.keepCommitted()
    return table
  }
}

/** A transaction that only reads: all tables as they were committed when it began. It keeps no writer waiting. */
export class ReadTransaction extends SessionReads implements EngineTransaction {
  readonly #store: Store
  readonly #views: ReadonlyMap<string, TableView>

  constructor(store: Store) {
    super()
    this.#store = store
    this.#views = new Map(Array.from(store.tables, (table) => [table.table.name, snapshotOf(table)]))
  }

  write(): never {
    throw new HoldfastError('READ_ONLY', 'The transaction was begun to read only.')
  }

  savepoint(): Savepoint {
    return { release: nothing, rollback: nothing }
  }

  commit(): void {}

  rollback(): void {}

  protected override view(table: string): TableView {
    return this.#views.get(table) ?? new SnapshotView(this.#store.table(table), [])
  }
}

function snapshotOf(table: MemoryTable): TableView {
  return new SnapshotView(table, table.committed ?? table.chunks())
}

function nothing(): void {}
