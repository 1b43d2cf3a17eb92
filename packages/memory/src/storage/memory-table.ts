import { HoldfastError, indexLayoutOf, uniqueViolation, writeLayoutOf } from '@holdfast/core/backend'
import type {
  Comparator,
  Identity,
  IndexDefinition,
  IndexLayout,
  Key,
  RowSpace,
  StoredRow,
  TableDefinition,
  WriteLayout,
} from '@holdfast/core/backend'
import { ColumnReader } from './column-reader.js'
import { bytesColumns, compileRowOrder, copyBytes } from './fields.js'
import { HashIndex } from './indexes.js'
import { KeyOrder } from './key-order.js'
import type { Chunks } from './key-order.js'
import { LiveView } from './view.js'
import type { Undoable, UndoLog } from './undo-log.js'

/** The rows of one table: by key, in key order and by the values of its indexes. Rows are replaced, never changed. */
export class MemoryTable implements RowSpace, Undoable {
  readonly columns: ReadonlyMap<string, ColumnReader>
  readonly compare: Comparator<StoredRow>
  /** The rows as they are. */
  readonly live = new LiveView(this)
  readonly #log: UndoLog
  readonly #bytes: readonly string[]
  readonly #rows = new Map<Identity, StoredRow>()
  readonly #order: KeyOrder
  /** Unique indexes from the start, others from their first use. By name. */
  readonly #indexes = new Map<string, HashIndex>()
  #definition: TableDefinition
  #layout: WriteLayout
  #lastKey: number | bigint | undefined
  #committed: Chunks | undefined

  constructor(table: TableDefinition, log: UndoLog) {
    this.#definition = table
    this.#layout = writeLayoutOf(table)
    this.#log = log
    this.#bytes = bytesColumns(table)
    this.columns = new Map(
      table.columns.map((column, position) => [column.name, new ColumnReader(column, position)]),
    )
    this.compare = compileRowOrder(table)
    this.#order = new KeyOrder(this.compare, this.#rows)
    for (const index of this.#layout.uniqueIndexes)
      this.#indexes.set(index.definition.name, new HashIndex(index))
  }

  get table(): TableDefinition {
    return this.#definition
  }

  get layout(): WriteLayout {
    return this.#layout
  }

  get size(): number {
    return this.#rows.size
  }

  find(identity: Identity): StoredRow | undefined {
    return this.#rows.get(identity)
  }

  /** A row for the outside, which may change it. */
  copy(row: StoredRow): StoredRow {
    return this.#bytes.length === 0 ? { ...row } : copyBytes({ ...row }, this.#bytes)
  }

  holder(index: IndexLayout, valuesIdentity: Identity): Identity | undefined {
    return this.#indexes.get(index.definition.name)?.holder(valuesIdentity)
  }

  set(identity: Identity, row: StoredRow | undefined): void {
    const before = this.#rows.get(identity)
    this.#log.add(this, identity, before)
    const own = row !== undefined && this.#bytes.length > 0 ? this.copy(row) : row
    this.#replace(identity, before, own)
  }

  restore(identity: Identity, row: StoredRow | undefined): void {
    this.#replace(identity, this.#rows.get(identity), row)
  }

  lastKey(): number | bigint | undefined {
    return this.#lastKey
  }

  /** Never taken back: a key that a transaction gave out is gone also when the transaction is undone (WRITE-4). */
  useKey(key: number | bigint): void {
    if (this.#lastKey === undefined || key > this.#lastKey) this.#lastKey = key
  }

  /** All rows as they are now. */
  chunks(): Chunks {
    return this.#order.chunks()
  }

  /** The rows as they were when the open transaction first changed them, if one has. */
  get committed(): Chunks | undefined {
    return this.#committed
  }

  /** Keeps the rows as they are now for those who read outside the transaction that is about to change them. */
  keepCommitted(): void {
    this.#committed ??= this.chunks()
  }

  /** Lets everybody see the rows as they are. */
  dropCommitted(): void {
    this.#committed = undefined
  }

  /** The rows with any of these values in an index, in any order. */
  lookup(definition: IndexDefinition, wanted: readonly Key[]): StoredRow[] {
    const index = this.#indexes.get(definition.name) ?? this.#build(definition)
    const rows: StoredRow[] = []
    for (const values of wanted)
      for (const identity of index.find(values)) rows.push(this.#rows.get(identity)!)
    return rows
  }

  createIndex(definition: IndexDefinition): void {
    const { indexes } = this.#definition
    if (indexes.some(({ name }) => name === definition.name)) {
      throw new HoldfastError(
        'INVALID_ARGUMENT',
        `Table "${this.#definition.name}" already has an index "${definition.name}".`,
        { table: this.#definition.name },
      )
    }
    if (definition.unique) this.#build(definition)
    this.#define([...indexes, definition])
  }

  dropIndex(name: string): void {
    this.#indexes.delete(name)
    this.#define(this.#definition.indexes.filter((index) => index.name !== name))
  }

  #replace(identity: Identity, before: StoredRow | undefined, row: StoredRow | undefined): void {
    if (row === undefined) this.#rows.delete(identity)
    else this.#rows.set(identity, row)
    this.#order.note(identity, before, row)
    for (const index of this.#indexes.values()) index.replace(identity, before, row)
  }

  #define(indexes: readonly IndexDefinition[]): void {
    this.#definition = { ...this.#definition, indexes }
    this.#layout = writeLayoutOf(this.#definition)
  }

  #build(definition: IndexDefinition): HashIndex {
    const index = new HashIndex(indexLayoutOf(this.#definition, definition))
    for (const [identity, row] of this.#rows) {
      if (definition.unique && index.holds(row)) throw uniqueViolation(this.#definition, definition)
      index.replace(identity, undefined, row)
    }
    this.#indexes.set(definition.name, index)
    return index
  }
}
