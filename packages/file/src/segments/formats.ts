import type { StoredRow } from '@holdfast/core/backend'
import type { Disk } from '../disk/disk.js'
import type { SegmentFormat } from '../options.js'
import type { Block, BlockIndex, Piece } from './block-index.js'
import { parquetBody, parquetReader } from './parquet-blocks.js'
import { textBody, textReader } from './text-blocks.js'
import { csv, json, ndjson } from './text-formats.js'
import type { RowLayout } from './types.js'

/** The open file of a segment. */
export interface SegmentFile {
  readonly disk: Disk
  readonly descriptor: number
  readonly path: string
  readonly size: number
}

export interface Problem {
  readonly path: string
  readonly offset: number
  readonly problem: string
}

/** Reads the blocks of a segment's file. What is damaged rejects with `CORRUPT`, naming the file and the offset. */
export interface BlockReader {
  /** Fresh rows of these columns. */
  read(block: Block, columns: readonly string[]): Promise<StoredRow[]>
  verify(index: BlockIndex): AsyncIterable<Problem>
  close(): void
}

/** The file of a segment that is being written. */
export interface GrowingFile {
  readonly bytes: number
  append(bytes: Uint8Array): Promise<void>
}

/** Writes the blocks of a segment to its file. */
export interface SegmentBody {
  /** Says where the rows lie, in formats that need it. Nobody changes them from then on. */
  add(rows: readonly StoredRow[]): Promise<Piece | undefined>
  /** What stands after the last block. */
  end(): Promise<void>
  /** Ends the writing before its end. */
  abandon(): Promise<void>
}

export type MakeBody = (file: GrowingFile, layout: RowLayout) => SegmentBody
type MakeReader = (file: SegmentFile, layout: RowLayout) => BlockReader

export const segmentFormats: Readonly<
  Record<SegmentFormat, { readonly body: MakeBody; readonly reader: MakeReader }>
> = {
  parquet: { body: parquetBody, reader: parquetReader },
  ndjson: { body: textBody(ndjson), reader: textReader(ndjson) },
  csv: { body: textBody(csv), reader: textReader(csv) },
  json: { body: textBody(json), reader: textReader(json) },
}
