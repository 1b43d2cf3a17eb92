import { storedToJson } from '@holdfast/core/backend'
import type { StoredRow } from '@holdfast/core/backend'
import { crc32 } from 'node:zlib'
import { attempt, removeLater } from '../disk/attempt.js'
import type { Disk } from '../disk/disk.js'
import type { SegmentFormat, Synchronous } from '../options.js'
import { keyOrderOf } from '../table/key-order.js'
import { sizeOfRow } from '../table/memory.js'
import { encodeIndex, statisticsOf } from './block-index.js'
import type { Block } from './block-index.js'
import { segmentFormats } from './formats.js'
import type { GrowingFile, SegmentBody } from './formats.js'
import { indexPath, segmentPath } from './paths.js'
import type { RowLayout, SegmentEntry, SegmentWriter } from './types.js'

/** A block has at most so many rows, and ends once it has so many bytes. */
const rowsOfBlock = 4096
const bytesOfBlock = 2 ** 20

/** Begins a segment. Nothing is written before a block is full. */
export function createSegment(
  disk: Disk,
  folder: string,
  number: number,
  layout: RowLayout,
  options: { readonly format: SegmentFormat; readonly synchronous: Synchronous },
): SegmentWriter {
  return new BlockSegmentWriter(disk, folder, number, layout, options)
}

class BlockSegmentWriter implements SegmentWriter, GrowingFile {
  readonly #disk: Disk
  readonly #folder: string
  readonly #named: { readonly number: number; readonly format: SegmentFormat }
  readonly #layout: RowLayout
  readonly #synchronous: Synchronous
  readonly #body: SegmentBody
  readonly #blocks: Block[] = []
  #descriptor: number | undefined
  #checksum = 0
  #pending: StoredRow[] = []
  #pendingBytes = 0
  rows = 0
  bytes = 0

  constructor(
    disk: Disk,
    folder: string,
    number: number,
    layout: RowLayout,
    { format, synchronous }: { readonly format: SegmentFormat; readonly synchronous: Synchronous },
  ) {
    this.#disk = disk
    this.#folder = folder
    this.#named = { number, format }
    this.#layout = layout
    this.#synchronous = synchronous
    this.#body = segmentFormats[format].body(this, layout)
  }

  async add(rows: readonly StoredRow[]): Promise<void> {
    for (const row of rows) {
      this.#pending.push(row)
      this.#pendingBytes += sizeOfRow(row)
      this.rows++
      if (this.#pending.length >= rowsOfBlock || this.#pendingBytes >= bytesOfBlock) await this.#endBlock()
    }
  }

  async finish(): Promise<SegmentEntry> {
    const { number, format } = this.#named
    if (this.#pending.length > 0) await this.#endBlock()
    await this.#body.end()
    const descriptor = this.#descriptor!
    if (this.#synchronous === 'full') await this.#disk.sync(descriptor)
    this.#descriptor = undefined
    this.#disk.close(descriptor)
    const index = encodeIndex({ checksum: this.#checksum, blocks: this.#blocks }, this.#layout)
    await this.#writeIndex(index)
    if (this.#synchronous === 'full') await this.#disk.syncFolder(this.#folder)
    return {
      number,
      format,
      rows: this.rows,
      bytes: this.bytes,
      indexBytes: index.length,
      indexChecksum: crc32(index),
      first: this.#blocks[0]!.first.map(storedToJson),
      last: this.#blocks.at(-1)!.last.map(storedToJson),
    }
  }

  async abandon(): Promise<void> {
    await this.#body.abandon()
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    if (descriptor !== undefined) attempt(() => this.#disk.close(descriptor))
    removeLater(this.#disk, segmentPath(this.#folder, this.#named))
    removeLater(this.#disk, indexPath(this.#folder, this.#named))
  }

  async #endBlock(): Promise<void> {
    const rows = this.#pending
    this.#pending = []
    this.#pendingBytes = 0
    const { keyOf } = keyOrderOf(this.#layout)
    const block = {
      start: this.rows - rows.length,
      rows: rows.length,
      first: keyOf(rows[0]!),
      last: keyOf(rows.at(-1)!),
      statistics: statisticsOf(this.#layout, rows),
    }
    const piece = await this.#body.add(rows)
    this.#blocks.push(piece === undefined ? block : { ...block, piece })
  }

  /** For the body. */
  async append(bytes: Uint8Array): Promise<void> {
    this.#descriptor ??= this.#disk.open(segmentPath(this.#folder, this.#named), 'create')
    await this.#disk.appendLater(this.#descriptor, bytes)
    this.#checksum = crc32(bytes, this.#checksum)
    this.bytes += bytes.length
  }

  async #writeIndex(bytes: Uint8Array): Promise<void> {
    const descriptor = this.#disk.open(indexPath(this.#folder, this.#named), 'create')
    try {
      await this.#disk.appendLater(descriptor, bytes)
      if (this.#synchronous === 'full') await this.#disk.sync(descriptor)
    } finally {
      this.#disk.close(descriptor)
    }
  }
}
