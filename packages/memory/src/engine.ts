import { WriterQueue } from '@holdfast/core/backend'
import type {
  Changes,
  DeleteWhere,
  Engine,
  EngineTransaction,
  BeginOptions,
  IndexDefinition,
  MaybePromise,
  Parameters,
  Relation,
  Statistics,
  TableDefinition,
  UpdateWhere,
  WriteResult,
} from '@holdfast/core/backend'
import type { MemoryOptions } from './options.js'
import { takenShape } from './query/program.js'
import { queriesOf } from './query/table-queries.js'
import { deleteRows, updateRows } from './query/write-where.js'
import { SessionReads } from './session-reads.js'
import { Store } from './storage/store.js'
import { SnapshotView } from './storage/view.js'
import type { TableView } from './storage/view.js'
import { ReadTransaction, WriteTransaction } from './transaction.js'

/** A database in the memory of the process. All that need not wait for a transaction is answered without a promise. */
export class MemoryEngine extends SessionReads implements Engine {
  readonly #store = new Store()
  readonly #writers = new WriterQueue('busyTimeout')
  readonly #timeout: number

  constructor({ busyTimeout }: Required<MemoryOptions>) {
    super()
    this.#timeout = busyTimeout
  }

  tables(): readonly TableDefinition[] {
    return Array.from(this.#store.tables, ({ table }) => table)
  }

  createTable(table: TableDefinition): MaybePromise<void> {
    return this.#exclusively(() => this.#store.create(table))
  }

  dropTable(name: string): MaybePromise<void> {
    return this.#exclusively(() => this.#store.drop(name))
  }

  createIndex(table: string, index: IndexDefinition): MaybePromise<void> {
    return this.#exclusively(() => this.#store.table(table).createIndex(index))
  }

  dropIndex(table: string, name: string): MaybePromise<void> {
    return this.#exclusively(() => this.#store.table(table).dropIndex(name))
  }

  write(changes: Changes): MaybePromise<WriteResult> {
    return this.#exclusively(() => this.#store.write(changes), changes.signal)
  }

  updateWhere(request: UpdateWhere, parameters: Parameters): MaybePromise<number> {
    return this.#exclusively(() => {
      const table = this.#store.table(request.table.name)
      return this.#store.atomically(() => updateRows(table, request, parameters))
    })
  }

  deleteWhere(request: DeleteWhere, parameters: Parameters): MaybePromise<number> {
    return this.#exclusively(() => {
      const table = this.#store.table(request.table.name)
      return this.#store.atomically(() => deleteRows(table, request, parameters))
    })
  }

  takes(relation: Relation): 'exact' | 'no' {
    return takenShape(relation) === undefined ? 'no' : 'exact'
  }

  explain(relation: Relation, parameters: Parameters): { plan: string } {
    const shape = takenShape(relation)!
    const view = this.view(shape.scan.table.name)
    const way = queriesOf(view.table).program(relation, shape).way(view, parameters)
    return { plan: `${shape.scan.table.name}: by ${way}` }
  }

  stats(): Statistics {
    const views = this.tables().map(({ name }) => this.view(name))
    return { tables: views.map(({ table, size }) => ({ name: table.table.name, rows: size })) }
  }

  async begin({ readOnly, signal }: BeginOptions): Promise<EngineTransaction> {
    if (readOnly) return new ReadTransaction(this.#store)
    await this.#writers.enter('transaction', { timeout: this.#timeout, signal })
    return new WriteTransaction(this.#store, () => this.#writers.release())
  }

  async close(): Promise<void> {
    this.#store.clear()
  }

  protected override view(name: string): TableView {
    const table = this.#store.table(name)
    return table.committed === undefined ? table.live : new SnapshotView(table, table.committed)
  }

  /** Makes a change of its own: at once where no transaction is open, else in its turn. */
  #exclusively<Result>(change: () => Result, signal?: AbortSignal): MaybePromise<Result> {
    if (!this.#writers.free) return this.#inTurn(change, signal)
    const result = change()
    this.#store.commit()
    return result
  }

  #inTurn<Result>(change: () => Result, signal?: AbortSignal): Promise<Result> {
    const committed = () => {
      const result = change()
      this.#store.commit()
      return result
    }
    return this.#writers.run(committed, { timeout: this.#timeout, signal })
  }
}
