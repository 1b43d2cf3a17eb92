import { throwIfAborted } from '@holdfast/core/backend'
import type { Batch, Comparator, Key, MaybePromise, StoredRow } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import type { Disk } from '../disk/disk.js'
import { readFile } from '../disk/new-file.js'
import { keyFrom } from '../segments/block-index.js'
import type { Block } from '../segments/block-index.js'
import { segmentFormats } from '../segments/formats.js'
import type { BlockReader } from '../segments/formats.js'
import { indexPath, segmentPath } from '../segments/paths.js'
import type { RowLayout, Segment, SegmentEntry, SegmentScan } from '../segments/types.js'
import { keyOrderOf } from '../table/key-order.js'

/** Keys, from one to another, of which nobody can tell what a damaged place said. */
export interface KeyRange {
  readonly first: Key
  readonly last: Key
}

/** A segment of which only those blocks are read that are whole. */
export class SalvagedSegment implements Segment {
  readonly entry: SegmentEntry
  readonly first: Key
  readonly last: Key
  readonly #disk: Disk
  readonly #folder: string
  readonly #layout: RowLayout
  readonly #doubtful: WeakSet<StoredRow>
  #blocks: readonly Block[] = []
  #reader: BlockReader | undefined
  /** What newer segments may have said that is lost. */
  hiddenBy: readonly KeyRange[] = []

  /** @param doubtful gets the rows that may be older versions */
  constructor(
    disk: Disk,
    folder: string,
    entry: SegmentEntry,
    layout: RowLayout,
    doubtful: WeakSet<StoredRow>,
  ) {
    this.entry = entry
    this.first = keyFrom(layout, entry.first)
    this.last = keyFrom(layout, entry.last)
    this.#disk = disk
    this.#folder = folder
    this.#layout = layout
    this.#doubtful = doubtful
  }

  /** Reads all of it once. To be called before the others; tells of which keys something may be lost. */
  async inspect(signal?: AbortSignal): Promise<readonly KeyRange[]> {
    const blocks = await this.#readIndex()
    const named = blocks.reduce((sum, { rows }) => sum + rows, 0)
    const lost: KeyRange[] = named === this.entry.rows ? [] : [this]
    const whole: Block[] = []
    for (const block of blocks) {
      throwIfAborted(signal)
      if (await this.#isWhole(block)) whole.push(block)
      else lost.push(block)
    }
    this.#blocks = whole
    return lost
  }

  async *scan({ columns, descending = false, signal }: SegmentScan): AsyncGenerator<Batch> {
    const { keyOf, compare } = keyOrderOf(this.#layout)
    for (const block of descending ? this.#blocks.toReversed() : this.#blocks) {
      throwIfAborted(signal)
      const rows = await this.#read(block, columns)
      for (const row of rows) if (this.#isHidden(keyOf(row), compare)) this.#doubtful.add(row)
      yield descending ? rows.reverse() : rows
    }
  }

  get(): MaybePromise<StoredRow | undefined> {
    throw new TypeError('a salvaged segment is only scanned')
  }

  async *verify(): AsyncGenerator<never> {}

  open(): void {}

  close(): void {
    this.#reader?.close()
    this.#reader = undefined
  }

  #isHidden(key: Key, compare: Comparator<Key>): boolean {
    return this.hiddenBy.some(({ first, last }) => compare(first, key) <= 0 && compare(key, last) <= 0)
  }

  /** The blocks that the index names: of one that is damaged, those of which it says enough. */
  async #readIndex(): Promise<readonly Block[]> {
    try {
      const { buffer, byteOffset, byteLength } = await readFile(
        this.#disk,
        indexPath(this.#folder, this.entry),
      )
      const [, ...lines] = Buffer.from(buffer, byteOffset, byteLength).toString().trimEnd().split('\n')
      return lines.flatMap((line) => this.#blockIn(line) ?? [])
    } catch {
      return []
    }
  }

  /** Whether its rows are there, and are those that the index, which may be damaged as well, means. */
  async #isWhole(block: Block): Promise<boolean> {
    const { keyOf, compare } = keyOrderOf(this.#layout)
    try {
      const rows = await this.#read(block)
      return compare(keyOf(rows[0]!), block.first) === 0 && compare(keyOf(rows.at(-1)!), block.last) === 0
    } catch {
      return false
    }
  }

  #blockIn(line: string): Block | undefined {
    try {
      const { first, last, ...block } = JSON.parse(line) as Omit<Block, 'statistics'>
      const keys = { first: keyFrom(this.#layout, first), last: keyFrom(this.#layout, last) }
      return { ...block, ...keys, statistics: new Map() }
    } catch {
      return undefined
    }
  }

  async #read(block: Block, columns?: readonly string[]): Promise<StoredRow[]> {
    this.#reader ??= this.#open()
    return this.#reader.read(block, columns ?? this.#layout.columns.map(({ name }) => name))
  }

  #open(): BlockReader {
    const path = segmentPath(this.#folder, this.entry)
    const descriptor = this.#disk.open(path, 'read')
    const file = { disk: this.#disk, descriptor, path, size: this.#disk.size(descriptor) }
    return segmentFormats[this.entry.format].reader(file, this.#layout)
  }
}
