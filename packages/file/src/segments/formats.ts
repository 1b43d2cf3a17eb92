import type { StoredRow } from '@holdfast/core/backend'
import type { Disk } from '../disk/disk.js'
import type { SegmentFormat } from '../options.js'
import type { Block, BlockIndex, Piece } from './block-index.js'
import { textReader, textWriter } from './text-blocks.js'
import { csv, json, ndjson } from './text-formats.js'
import type { RowLayout } from './types.js'

/** The open file of a segment. */
export interface SegmentFile {
  readonly disk: Disk
  readonly descriptor: number
  readonly path: string
  readonly size: number
}

/** Reads the blocks of a segment's file. What is damaged rejects with `CORRUPT`, naming the file and the offset. */
export interface BlockReader {
  /** Fresh rows of these columns. */
  read(block: Block, columns: readonly string[]): Promise<StoredRow[]>
  verify(index: BlockIndex): AsyncIterable<{ path: string; offset: number; problem: string }>
  close(): void
}

/** Makes the bytes of a segment's file. */
export interface BlockWriter {
  /** The bytes of a block's rows, and of what stands before them. */
  block(rows: readonly StoredRow[]): Promise<{
    readonly bytes: Uint8Array
    readonly place: Omit<Piece, 'offset'> & { readonly start: number }
  }>
  /** What stands after the last block. */
  end(): Promise<Uint8Array>
}

export const blockReaders: Readonly<
  Record<SegmentFormat, (file: SegmentFile, layout: RowLayout) => BlockReader>
> = {
  ndjson: textReader(ndjson),
  csv: textReader(csv),
  json: textReader(json),
  parquet: textReader(ndjson),
}

export const blockWriters: Readonly<Record<SegmentFormat, (layout: RowLayout) => BlockWriter>> = {
  ndjson: textWriter(ndjson),
  csv: textWriter(csv),
  json: textWriter(json),
  parquet: textWriter(ndjson),
}
