import { Buffer } from 'node:buffer'
import { keyColumns } from '../../schema/key-size.js'
import type {
  ColumnDefinition,
  IndexDefinition,
  Key,
  StoredRow,
  TableDefinition,
} from '../../schema/types.js'
import type { AppliedTable } from '../apply-changes.js'
import type { Batch } from '../types.js'
import { uniqueViolation } from '../write-errors.js'
import { indexLayoutOf, writeLayoutOf } from '../write-layout.js'
import { compileKeyEncoder, startingWith } from './key-codec.js'
import type { KeyEncoder } from './key-codec.js'
import { keyOfTable } from './layout.js'
import { rowCodec } from './row-codec.js'
import type { RowCodec, RowDecoder } from './row-codec.js'
import type { Entry, KeyRange } from './store.js'
import { sha256 } from '../../sha256.js'

/** Where the rows of a table lie in the store, and how to read them. */
export class KeyValueTable {
  readonly definition: TableDefinition
  /** All rows, in key order. */
  readonly rows: KeyRange
  /** Turns an entry of `rows` into a row of all columns. */
  readonly wholeRow: RowDecoder
  readonly #id: number
  readonly #codec: RowCodec
  readonly #prefix: Uint8Array
  readonly #encodeKey: KeyEncoder
  readonly #indexes: readonly UniqueIndex[]

  /** @param id the number of the table, which no other table of the store ever had */
  constructor(definition: TableDefinition, id: number) {
    const { name, columns } = definition
    this.definition = definition
    this.#id = id
    this.#codec = rowCodec(name, columns)
    this.#prefix = keyOfTable('row', id)
    this.#encodeKey = compileKeyEncoder(keyColumns(definition).map(({ type }) => type))
    this.#indexes = definition.indexes
      .filter(({ unique }) => unique)
      .map((index) => new UniqueIndex(definition, index, keyOfTable('index', id)))
    this.rows = startingWith(this.#prefix)
    this.wholeRow = this.decoder(columns.map((column) => column.name))
  }

  /** The key in the store of the row with a primary key. */
  rowKey(key: Key): Uint8Array {
    return this.#encodeKey(key, this.#prefix)
  }

  /**
   * The rows whose primary keys begin with these values, of which there are at least one. All rows with lesser values come
   * before `from`, all with greater ones from `to` on.
   */
  rowsUnder(first: Key): KeyRange {
    const key = this.rowKey(first)
    return first.length < this.definition.primaryKey.length
      ? startingWith(key)
      : { from: key, to: Buffer.concat([key, Uint8Array.of(0)]) }
  }

  /** Makes what turns an entry of `rows` into a row of some of the columns. */
  decoder(columns: readonly string[]): RowDecoder {
    return this.#codec.decoder(columns)
  }

  /** The entries of one of the unique indexes. */
  index({ name }: IndexDefinition): UniqueIndex {
    return this.#indexes.find((index) => index.name === name)!
  }

  /**
   * The entries that an index is to have over these rows; none for one that is not unique.
   *
   * @throws HoldfastError `UNIQUE_VIOLATION`
   */
  async entriesOfIndex(index: IndexDefinition, rows: AsyncIterable<Batch>): Promise<readonly Entry[]> {
    const entries: Entry[] = []
    if (!index.unique) return entries
    const seen = new Set<string>()
    const { keyOf } = writeLayoutOf(this.definition)
    for await (const batch of rows) {
      for (const row of batch) {
        for (const entry of this.index(index).changes([row], []).taken) {
          const identity = identityOf(entry[0])
          if (seen.has(identity)) throw uniqueViolation(this.definition, index, keyOf(row))
          seen.add(identity)
          entries.push(entry)
        }
      }
    }
    return entries
  }

  /** Everything in the store that belongs to the table alone. */
  static belongings(id: number): readonly KeyRange[] {
    return (['row', 'index', 'lastKey'] as const).map((kind) => startingWith(keyOfTable(kind, id)))
  }

  get id(): number {
    return this.#id
  }

  /** What to put and to delete in the store, so that it holds what was applied. */
  entries({ puts, deletes, lastKey }: AppliedTable): { puts: Entry[]; deletes: Uint8Array[] } {
    const now = puts.map(({ row }) => row)
    const before = [...puts, ...deletes].map((change) => change.before).filter((row) => row !== undefined)
    const indexed = this.#indexes.map((index) => index.changes(now, before))
    const key: readonly Entry[] =
      lastKey === undefined ? [] : [[keyOfTable('lastKey', this.#id), Buffer.from(lastKey.toString())]]
    return {
      puts: puts
        .map(({ key, row }): Entry => [this.rowKey(key), this.#codec.encode(row)])
        .concat(
          indexed.flatMap(({ taken }) => taken),
          key,
        ),
      deletes: deletes.map(({ key }) => this.rowKey(key)).concat(indexed.flatMap(({ left }) => left)),
    }
  }
}

/** Longer values are found by their hash: nobody asks for their order. */
const longestIndexed = 128

/** The entries of a unique index: its values, to the primary key of the row that holds them. */
export class UniqueIndex {
  readonly name: string
  readonly #prefix: Uint8Array
  readonly #encodeValues: KeyEncoder
  readonly #valuesOf: (row: StoredRow) => Key | undefined
  readonly #keyOf: (row: StoredRow) => Key
  readonly #codec: RowCodec
  readonly #decode: RowDecoder

  constructor(table: TableDefinition, index: IndexDefinition, prefix: Uint8Array) {
    const keys = keyColumns(table)
    this.name = index.name
    this.#prefix = Buffer.concat([prefix, Buffer.from(index.name), Uint8Array.of(0)])
    this.#encodeValues = compileKeyEncoder(index.columns.map((name) => columnOf(table, name).type))
    this.#valuesOf = indexLayoutOf(table, index).valuesOf
    this.#keyOf = writeLayoutOf(table).keyOf
    this.#codec = rowCodec(table.name, keys)
    this.#decode = this.#codec.decoder(table.primaryKey)
  }

  /** The key in the store of the entry for these values, none of them null. */
  entryKey(values: Key): Uint8Array {
    const encoded = this.#encodeValues(values)
    return encoded.length <= longestIndexed
      ? Buffer.concat([this.#prefix, Uint8Array.of(0), encoded])
      : Buffer.concat([this.#prefix, Uint8Array.of(1), sha256(encoded)])
  }

  /** The primary key that an entry holds. */
  primaryKey(value: Uint8Array): Key {
    return this.#keyOf(this.#decode(value))
  }

  /** The entries of rows that are there now, and the keys of the entries that rows which were there leave behind. */
  changes(now: readonly StoredRow[], before: readonly StoredRow[]): { taken: Entry[]; left: Uint8Array[] } {
    const taken = now.flatMap((row): Entry[] => {
      const values = this.#valuesOf(row)
      return values === undefined ? [] : [[this.entryKey(values), this.#codec.encode(row)]]
    })
    const kept = new Set(taken.map(([key]) => identityOf(key)))
    const left = before.flatMap((row) => {
      const values = this.#valuesOf(row)
      const key = values && this.entryKey(values)
      return key === undefined || kept.has(identityOf(key)) ? [] : [key]
    })
    return { taken, left }
  }
}

function identityOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')
}

function columnOf({ columns }: TableDefinition, name: string): ColumnDefinition {
  return columns.find((column) => column.name === name)!
}
