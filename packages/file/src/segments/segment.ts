import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { Batch, Key, MaybePromise, StoredRow } from '@holdfast/core/backend'
import type { Disk } from '../disk/disk.js'
import { after, before, keyOrderOf } from '../table/key-order.js'
import { decodeIndex, keyFrom } from './block-index.js'
import type { Block, BlockIndex } from './block-index.js'
import type { BlockCache } from './cache.js'
import { segmentFormats } from './formats.js'
import type { BlockReader, Problem } from './formats.js'
import { indexPath, segmentPath } from './paths.js'
import type { RowLayout, Segment, SegmentEntry, SegmentScan } from './types.js'

/** An open segment: its index is read at the first use, and its blocks as they are asked for. */
export function openSegment(
  disk: Disk,
  folder: string,
  entry: SegmentEntry,
  layout: RowLayout,
  cache: BlockCache,
): Segment {
  return new BlockSegment(disk, folder, entry, layout, cache)
}

class BlockSegment implements Segment {
  readonly entry: SegmentEntry
  readonly first: Key
  readonly last: Key
  readonly #disk: Disk
  readonly #folder: string
  readonly #layout: RowLayout
  readonly #cache: BlockCache
  #index: BlockIndex | undefined
  #reader: BlockReader | undefined

  constructor(disk: Disk, folder: string, entry: SegmentEntry, layout: RowLayout, cache: BlockCache) {
    this.entry = entry
    this.first = keyFrom(layout, entry.first)
    this.last = keyFrom(layout, entry.last)
    this.#disk = disk
    this.#folder = folder
    this.#layout = layout
    this.#cache = cache
  }

  get(key: Key): MaybePromise<StoredRow | undefined> {
    const block = this.#blockOf(key)
    if (block === undefined) return undefined
    const rows = this.#rows(block)
    return rows instanceof Promise ? rows.then((known) => this.#find(known, key)) : this.#find(rows, key)
  }

  async *scan(request: SegmentScan): AsyncGenerator<Batch> {
    const { columns, descending = false, wants, signal } = request
    const { blocks } = this.#blocks()
    const { compare, keyOf } = keyOrderOf(this.#layout)
    const from = request.from && (request.from.inclusive ? before : after)(request.from.key)
    const to = request.to && (request.to.inclusive ? after : before)(request.to.key)
    for (const block of descending ? blocks.toReversed() : blocks) {
      throwIfAborted(signal)
      if (from !== undefined && compare(block.last, from) < 0) continue
      if (to !== undefined && compare(block.first, to) > 0) continue
      if (wants?.(block.rows, (column) => block.statistics.get(column)) === false) continue
      const cutStart = from !== undefined && compare(block.first, from) < 0
      const cutEnd = to !== undefined && compare(block.last, to) > 0
      const known = cutStart || cutEnd ? await this.#rows(block) : this.#cache.get(block)
      if (known === undefined) {
        const rows = await this.#open().read(block, columns)
        if (descending) rows.reverse()
        yield* inBatches(rows)
        continue
      }
      const start = cutStart ? placeOf(known, (row) => compare(keyOf(row), from) < 0) : 0
      const end = cutEnd ? placeOf(known, (row) => compare(keyOf(row), to) < 0) : known.length
      if (start >= end) continue
      const rows = known.slice(start, end).map((row) => pick(row, columns))
      if (descending) rows.reverse()
      yield* inBatches(rows)
    }
  }

  open(): void {
    this.#blocks()
    this.#open()
  }

  async *verify(): AsyncGenerator<Problem> {
    const path = segmentPath(this.#folder, this.entry)
    try {
      const index = this.#blocks()
      yield* this.#open().verify(index)
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      yield { path, offset: 0, problem }
    }
  }

  close(): void {
    if (this.#index !== undefined) this.#cache.forget(this.#index.blocks)
    this.#reader?.close()
    this.#reader = undefined
  }

  /** The whole rows of a block, from the cache where they are there. Nobody changes them. */
  #rows(block: Block): MaybePromise<readonly StoredRow[]> {
    const cached = this.#cache.get(block)
    if (cached !== undefined) return cached
    const names = this.#layout.columns.map(({ name }) => name)
    return this.#open()
      .read(block, names)
      .then((rows) => {
        this.#cache.set(block, rows)
        return rows
      })
  }

  #find(rows: readonly StoredRow[], key: Key): StoredRow | undefined {
    const { compare, keyOf } = keyOrderOf(this.#layout)
    const row = rows[placeOf(rows, (candidate) => compare(keyOf(candidate), key) < 0)]
    return row !== undefined && compare(keyOf(row), key) === 0 ? row : undefined
  }

  #blockOf(key: Key): Block | undefined {
    const { compare } = keyOrderOf(this.#layout)
    const { blocks } = this.#blocks()
    const block = blocks[placeOf(blocks, ({ last }) => compare(last, key) < 0)]
    return block !== undefined && compare(block.first, key) <= 0 ? block : undefined
  }

  #blocks(): BlockIndex {
    if (this.#index !== undefined) return this.#index
    const path = indexPath(this.#folder, this.entry)
    const descriptor = openNamed(this.#disk, path, this.#layout)
    try {
      const bytes = this.#disk.readNow(descriptor, 0, this.entry.indexBytes + 1)
      if (bytes.length !== this.entry.indexBytes) throw wrongLength(path, this.entry.indexBytes, bytes.length)
      return (this.#index = decodeIndex(bytes, this.entry.indexChecksum, this.#layout, path))
    } finally {
      this.#disk.close(descriptor)
    }
  }

  #open(): BlockReader {
    if (this.#reader !== undefined) return this.#reader
    const path = segmentPath(this.#folder, this.entry)
    const descriptor = openNamed(this.#disk, path, this.#layout)
    try {
      const size = this.#disk.size(descriptor)
      if (size !== this.entry.bytes) throw wrongLength(path, this.entry.bytes, size)
      const file = { disk: this.#disk, descriptor, path, size }
      return (this.#reader = segmentFormats[this.entry.format].reader(file, this.#layout))
    } catch (error) {
      this.#disk.close(descriptor)
      throw error
    }
  }
}

/** The place of the first element for which `isBefore` is false. */
function placeOf<Element>(elements: readonly Element[], isBefore: (element: Element) => boolean): number {
  let low = 0
  let high = elements.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(elements[middle]!)) low = middle + 1
    else high = middle
  }
  return low
}

function* inBatches(rows: StoredRow[]): Generator<Batch> {
  for (let start = 0; start < rows.length; start += 1024)
    yield rows.length <= 1024 ? rows : rows.slice(start, start + 1024)
}

function pick(row: StoredRow, columns: readonly string[]): StoredRow {
  const picked: StoredRow = {}
  for (const name of columns) picked[name] = row[name]!
  return picked
}

function openNamed(disk: Disk, path: string, { table }: RowLayout): number {
  try {
    return disk.open(path, 'read')
  } catch (cause) {
    if (!(cause instanceof HoldfastError) || cause.code !== 'NOT_FOUND') throw cause
    const message = `The file ${path}, which is a part of table "${table}", is not there.`
    throw new HoldfastError('CORRUPT', message, { table, cause })
  }
}

function wrongLength(path: string, expected: number, found: number): HoldfastError {
  const message = `The file ${path} is damaged at offset ${Math.min(expected, found)}: it has ${found} bytes and should have ${expected}.`
  return new HoldfastError('CORRUPT', message)
}
