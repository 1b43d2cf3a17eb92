import type { StoredValue } from '@holdfast/core/backend'
import type { ColumnChunk, FileMetaData, OffsetIndex, RowGroup } from 'hyparquet'
import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import type { ParquetCompression } from '../types.js'
import type { NamedColumn } from '../../types.js'
import { loadWriting } from '../format/library.js'
import { checksumsKey, magic, sealKey, unsealed, writer } from '../format/seal.js'
import { codecOf, packerOf } from '../format/page-codecs.js'
import { elementOf } from '../format/schema.js'
import { ColumnChunkWriter } from './column-chunk.js'
import type { WrittenChunk, Writing } from './column-chunk.js'
import { PageBytes } from './page-bytes.js'
import { valueKind } from './values.js'

/** A row group ends where its pages have so many bytes. */
const largestRowGroup = 64 * 1024 * 1024

/** Writes a Parquet file, page by page. What a row group's pages come to is in memory until it ends. */
export class FileWriter {
  readonly #writing: Writing
  readonly #columns: readonly NamedColumn[]
  readonly #rowGroups: RowGroup[] = []
  readonly #indexes: ChunkIndexes[] = []
  #offset = magic.length
  #chunks: readonly ColumnChunkWriter[]
  #rows = 0
  #allRows = 0

  private constructor(writing: Writing, columns: readonly NamedColumn[]) {
    this.#writing = writing
    this.#columns = columns
    this.#chunks = this.#begin()
  }

  /** @param pageRows how many rows a page has at most */
  static async create(
    columns: readonly NamedColumn[],
    compression: ParquetCompression,
    pageRows: number,
  ): Promise<FileWriter> {
    const [library, pack] = await Promise.all([loadWriting(), packerOf(compression)])
    const writing = {
      library,
      codec: codecOf[compression],
      pack,
      page: new PageBytes(),
      numbers: new Int32Array(pageRows),
      present: new Array<null>(pageRows).fill(null),
    }
    return new FileWriter(writing, columns)
  }

  #begin(): readonly ColumnChunkWriter[] {
    return this.#columns.map(
      (column) => new ColumnChunkWriter(this.#writing, elementOf(column), valueKind(column.type)),
    )
  }

  get rows(): number {
    return this.#rows
  }

  get isFull(): boolean {
    return this.#chunks.reduce((size, chunk) => size + chunk.size, 0) >= largestRowGroup
  }

  /** Adds one page to each column. */
  addPage(columns: readonly (readonly StoredValue[])[], rows: number): void {
    for (const [index, chunk] of this.#chunks.entries()) chunk.addPage(columns[index]!, rows)
    this.#rows += rows
  }

  /** Ends the row group, and gives its bytes. */
  *endRowGroup(): Generator<Uint8Array, void, undefined> {
    if (this.#rows === 0) return
    const start = this.#offset
    const chunks: ColumnChunk[] = []
    let unpacked = 0n
    for (const chunk of this.#chunks) {
      const written = chunk.finish(this.#offset)
      const bytes = Buffer.concat(written.bytes)
      this.#offset += bytes.length
      chunks.push(written.chunk)
      unpacked += written.chunk.meta_data!.total_uncompressed_size
      this.#indexes.push(indexesOf(written, this.#writing))
      yield bytes
    }
    this.#rowGroups.push({
      columns: chunks,
      total_byte_size: unpacked,
      num_rows: BigInt(this.#rows),
      file_offset: BigInt(start),
      total_compressed_size: BigInt(this.#offset - start),
    })
    this.#allRows += this.#rows
    this.#rows = 0
    this.#chunks = this.#begin()
  }

  /** Ends the file, and gives its last bytes. */
  finish(metadata: Readonly<Record<string, string>>): Uint8Array {
    const { library } = this.#writing
    const output = new library.ByteWriter(64 * 1024)
    output.offset = this.#offset
    library.writeIndexes(output, this.#indexes)
    const indexes = output.getBytes()
    for (const index of this.#indexes) stateChecksums(index, indexes, this.#offset)
    const start = output.index
    const file: Omit<FileMetaData, 'metadata_length'> = {
      version: 2,
      created_by: writer,
      schema: [{ name: 'schema', num_children: this.#columns.length }, ...this.#columns.map(elementOf)],
      num_rows: BigInt(this.#allRows),
      row_groups: this.#rowGroups,
      key_value_metadata: [
        ...Object.entries(metadata).map(([key, value]) => ({ key, value })),
        // The last one, so that it is found.
        { key: sealKey, value: unsealed },
      ],
    }
    library.writeMetadata(output, file as FileMetaData, Infinity)
    output.appendBytes(magic)
    const bytes = Buffer.from(output.getBytes())
    const footer = bytes.subarray(start)
    const seal = crc32(footer).toString(16).padStart(8, '0')
    bytes.write(seal, start + footer.lastIndexOf(unsealed), 'latin1')
    return bytes
  }
}

interface ChunkIndexes {
  readonly chunk: ColumnChunk
  readonly checksums: readonly number[]
  readonly offsetIndex: OffsetIndex
  readonly columnIndex?: ColumnIndexOut
}

type ColumnIndexOut = NonNullable<Parameters<Writing['library']['writeIndexes']>[1][number]['columnIndex']>

function indexesOf(written: WrittenChunk, { library }: Writing): ChunkIndexes {
  const { chunk, pages, element, kind, dataOffset, bytes } = written
  let offset = dataOffset
  let row = 0
  const page_locations = pages.map((page) => {
    const location = {
      offset: BigInt(offset),
      compressed_page_size: page.bytes.length,
      first_row_index: BigInt(row),
    }
    offset += page.bytes.length
    row += page.rows
    return location
  })
  const checksums = bytes.map((page) => crc32(page))
  const indexes = { chunk, checksums, offsetIndex: { page_locations } }
  if (kind.compare === undefined) return indexes
  const bounds = pages.map((page) => page.bounds)
  const none = new Uint8Array()
  const told = bounds.map((page) => (page.min === null ? [none, none] : page.bytes(library, element, kind)))
  const columnIndex: ColumnIndexOut = {
    null_pages: bounds.map(({ min }) => min === null),
    min_values: told.map(([min]) => min),
    max_values: told.map(([, max]) => max),
    boundary_order: isAscending(bounds, kind.compare) ? 'ASCENDING' : 'UNORDERED',
    null_counts: bounds.map(({ nulls }) => BigInt(nulls)),
  }
  return { ...indexes, columnIndex }
}

function isAscending(
  bounds: readonly WrittenChunk['pages'][number]['bounds'][],
  compare: NonNullable<WrittenChunk['kind']['compare']>,
): boolean {
  const known = bounds.filter(({ min }) => min !== null)
  return known.every(({ min, max }, index) => {
    const before = known[index - 1]
    return before === undefined || (compare(before.min, min) <= 0 && compare(before.max, max) <= 0)
  })
}

/** Says in the metadata of a column chunk what the checksums of its indexes and pages are. */
function stateChecksums({ chunk, checksums }: ChunkIndexes, indexes: Uint8Array, offset: number): void {
  const checksumOf = (start: bigint | undefined, length: number | undefined) =>
    start === undefined
      ? 0
      : crc32(indexes.subarray(Number(start) - offset, Number(start) - offset + length!))
  const all = [
    checksumOf(chunk.offset_index_offset, chunk.offset_index_length),
    checksumOf(chunk.column_index_offset, chunk.column_index_length),
    ...checksums,
  ]
  const bytes = Buffer.alloc(all.length * 4)
  for (const [index, checksum] of all.entries()) bytes.writeUInt32LE(checksum, index * 4)
  chunk.meta_data!.key_value_metadata = [{ key: checksumsKey, value: bytes.toString('base64') }]
}
