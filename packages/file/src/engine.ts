import { openToReadOnly, throwIfAborted, WriterQueue } from '@holdfast/core/backend'
import type {
  BeginOptions,
  Changes,
  DescribeFile,
  Engine,
  EngineTransaction,
  FileColumn,
  IndexDefinition,
} from '@holdfast/core/backend'
import type { Relation, Statistics, TableDefinition, WriteResult, WriterWait } from '@holdfast/core/backend'
import type { Disk } from './disk/disk.js'
import type { FolderLock } from './disk/lock.js'
import { describeFiles } from './files/describe.js'
import type { ResolvedOptions } from './options.js'
import { takes } from './query/reading.js'
import { SessionReads } from './sessions/reads.js'
import { ReadTransaction, WriteTransaction } from './sessions/transactions.js'
import { Compaction } from './compaction/compaction.js'
import { createTable, dropTable, changeIndexes } from './store/schema.js'
import { statisticsOf } from './store/statistics.js'
import type { Store } from './store/store.js'

/** What only this engine can be asked: `db.native`. */
export interface FileDatabase {
  /** Makes segments of all recent changes, and begins another journal. */
  flush(): Promise<void>
  /** Merges the segments of each table into as few as there can be. Reads and writes go on meanwhile. */
  compact(): Promise<void>
}

/** A database in a folder. */
export class FileEngine extends SessionReads implements Engine<FileDatabase> {
  readonly native: FileDatabase = {
    flush: () => this.#inTurn(() => this.#store.flush()),
    compact: async () => {
      await this.native.flush()
      await this.#compaction.run((change) => this.#inTurn(change), true)
    },
  }

  readonly #disk: Disk
  readonly #options: ResolvedOptions
  readonly #store: Store
  readonly #lock: FolderLock | undefined
  readonly #writers = new WriterQueue('timeout')
  readonly #compaction: Compaction
  /** Work that nobody waits for. */
  #flushing: Promise<void> | undefined
  #merging: Promise<void> | undefined
  #closing = false

  constructor(disk: Disk, options: ResolvedOptions, store: Store, lock: FolderLock | undefined) {
    super()
    this.#disk = disk
    this.#options = options
    this.#store = store
    this.#lock = lock
    this.#compaction = new Compaction(store)
  }

  tables(): readonly TableDefinition[] {
    return Array.from(this.#store.state.tables.values(), ({ definition }) => definition)
  }

  createTable(table: TableDefinition): Promise<void> {
    return this.#inTurn(() => createTable(this.#store, this.#disk, this.#options, table))
  }

  dropTable(name: string): Promise<void> {
    return this.#inTurn(() => dropTable(this.#store, this.#disk, this.#options, name))
  }

  createIndex(table: string, index: IndexDefinition): Promise<void> {
    return this.#inTurn(() =>
      changeIndexes(this.#store, this.#disk, this.#options, table, (indexes) => [...indexes, index]),
    )
  }

  dropIndex(table: string, name: string): Promise<void> {
    return this.#inTurn(() =>
      changeIndexes(this.#store, this.#disk, this.#options, table, (indexes) =>
        indexes.filter((index) => index.name !== name),
      ),
    )
  }

  lastKey({ name }: TableDefinition): number | bigint | undefined {
    return this.#store.state.tables.get(name)?.lastKey
  }

  async write(changes: Changes): Promise<WriteResult> {
    this.#refuseToWrite()
    const { result, durable } = await this.#writers.run(async () => {
      const draft = this.#store.draft()
      try {
        const written = await draft.write(changes)
        return { result: written, durable: (await this.#store.commit(draft)).durable }
      } finally {
        draft.discard()
      }
    }, this.#wait(changes.signal))
    await durable
    this.#keepUp()
    return result
  }

  takes(relation: Relation): 'exact' | 'superset' | 'no' {
    return takes(relation)
  }

  describeFile(request: DescribeFile): Promise<readonly FileColumn[]> {
    return describeFiles(request)
  }

  async begin({ readOnly, signal }: BeginOptions): Promise<EngineTransaction> {
    throwIfAborted(signal)
    if (readOnly) return new ReadTransaction(this.#store)
    this.#refuseToWrite()
    await this.#writers.enter('transaction', this.#wait(signal))
    try {
      // What is not durable yet might be undone, and must not be read.
      await this.#store.settled()
      return new WriteTransaction(this.#store, () => {
        this.#writers.release()
        this.#keepUp()
      })
    } catch (error) {
      this.#writers.release()
      throw error
    }
  }

  stats(): Statistics {
    return statisticsOf(this.#store.state, this.#store.journalBytes)
  }

  async close(): Promise<void> {
    this.#closing = true
    this.#compaction.stop()
    try {
      await this.#flushing
      await this.#merging
      await this.#store.close(this.#options.readOnly)
    } finally {
      this.#lock?.release()
    }
  }

  protected override pinned() {
    const { state } = this.#store
    return { state, release: this.#store.pin(state) }
  }

  async #inTurn(change: () => Promise<void>): Promise<void> {
    this.#refuseToWrite()
    await this.#writers.run(change, this.#wait())
  }

  #wait(signal?: AbortSignal): WriterWait {
    return { timeout: this.#options.timeout, signal }
  }

  #refuseToWrite(): void {
    if (this.#options.readOnly) throw openToReadOnly()
  }

  /**
   * Begins another journal when this one is long enough, and merges segments when there are too many; nobody waits. However long a
   * merge takes, the next journal is begun meanwhile.
   */
  #keepUp(): void {
    if (this.#flushing !== undefined || this.#closing) return
    if (this.#store.journalBytes <= this.#options.journalSize) return
    this.#flushing = this.#inTurn(() => this.#store.flush())
      .then(() => this.#merge())
      .catch(triedAgain)
      .finally(() => (this.#flushing = undefined))
  }

  #merge(): void {
    if (!this.#options.autoCompact) return
    this.#merging ??= this.#compaction
      .run((change) => this.#inTurn(change))
      .catch(triedAgain)
      .finally(() => (this.#merging = undefined))
  }
}

/** It is, after the next write; what cannot be written then is told to who writes. */
function triedAgain(error: unknown): void {
  void error
}
