import type { StoredValue } from '@holdfast/core/backend'
import type { ColumnChunk, CompressionCodec, Encoding, PageHeader, SchemaElement } from 'hyparquet'
import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import { bitWidthOf, encodeHybrid, hybridBound } from '../format/hybrid.js'
import type { WritingLibrary } from '../format/library.js'
import { Dictionary, repeatsItself } from './dictionary.js'
import type { PageBytes } from './page-bytes.js'
import { Bounds } from './bounds.js'
import type { ValueKind } from './values.js'

/** What the columns of a file have in common while it is written. */
export interface Writing {
  readonly library: WritingLibrary
  readonly codec: CompressionCodec
  readonly pack: (bytes: Uint8Array) => Uint8Array
  /** The page at hand. */
  readonly page: PageBytes
  /** The levels or places of its values. */
  readonly numbers: Int32Array
  /** Its values that are not null. */
  readonly present: StoredValue[]
}

/** A page as it is written to the file. */
export interface WrittenPage {
  readonly bytes: Uint8Array
  readonly rows: number
  readonly bounds: Bounds
}

/** The values of one column in one row group: pages are packed as they come. */
export class ColumnChunkWriter {
  readonly #writing: Writing
  readonly #element: SchemaElement
  readonly #kind: ValueKind
  readonly #pages: WrittenPage[] = []
  readonly #bounds: Bounds
  /** Undefined before the first values; null where it does not pay. */
  #dictionary: Dictionary | null | undefined
  /** Kept for the pages that were written with it. */
  #usedDictionary: Dictionary | undefined
  #unpacked = 0
  #packed = 0
  #isPlain = false

  constructor(writing: Writing, element: SchemaElement, kind: ValueKind) {
    this.#writing = writing
    this.#element = element
    this.#kind = kind
    this.#bounds = new Bounds(kind.compare)
    if (!kind.hasDictionary) this.#dictionary = null
  }

  /** What its pages take by now. */
  get size(): number {
    return this.#packed
  }

  addPage(values: readonly StoredValue[], rows: number): void {
    const { page, present } = this.#writing
    const bounds = new Bounds(this.#kind.compare)
    page.length = 0
    let dense = values
    let count = rows
    if (this.#element.repetition_type === 'OPTIONAL') {
      count = this.#addLevels(values, rows)
      if (count < rows) dense = present
    }
    bounds.addNulls(rows - count)
    const encoding = this.#addValues(dense, count, bounds)
    this.#bounds.addAll(bounds)
    const header = {
      num_values: rows,
      encoding,
      definition_level_encoding: 'RLE',
      repetition_level_encoding: 'RLE',
    } as const
    const bytes = this.#pack({ type: 'DATA_PAGE', data_page_header: header })
    this.#pages.push({ bytes, rows, bounds })
  }

  /** Which values are null, as the format has it; the others are collected. */
  #addLevels(values: readonly StoredValue[], rows: number): number {
    const { page, numbers, present } = this.#writing
    let count = 0
    for (let row = 0; row < rows; row++) {
      const value = values[row]!
      numbers[row] = value === null ? 0 : 1
      if (value !== null) present[count++] = value
    }
    const at = page.take(4 + hybridBound(rows, 1))
    const end = encodeHybrid(numbers, rows, 1, page.bytes, at + 4)
    page.view.setUint32(at, end - at - 4, true)
    page.length = end
    return count
  }

  #addValues(values: readonly StoredValue[], count: number, bounds: Bounds): Encoding {
    const dictionary = count === 0 ? null : this.#dictionaryFor(values, count)
    if (dictionary === null) {
      this.#isPlain = true
      bounds.addValues(values, count)
      this.#kind.write(values, count, this.#writing.page)
      return 'PLAIN'
    }
    this.#usedDictionary = dictionary
    const { page, numbers } = this.#writing
    dictionary.place(values, count, numbers)
    bounds.addPlaced(dictionary.values, numbers, count)
    const bitWidth = Math.max(1, bitWidthOf(dictionary.values.length - 1))
    const at = page.take(1 + hybridBound(count, bitWidth))
    page.bytes[at] = bitWidth
    page.length = encodeHybrid(numbers, count, bitWidth, page.bytes, at + 1)
    return 'RLE_DICTIONARY'
  }

  #dictionaryFor(values: readonly StoredValue[], count: number): Dictionary | null {
    if (this.#dictionary === undefined)
      this.#dictionary = repeatsItself(values, count) ? new Dictionary(this.#kind) : null
    else if (this.#dictionary?.isSmall === false) this.#dictionary = null
    return this.#dictionary
  }

  #pack(header: Pick<PageHeader, 'type' | 'data_page_header' | 'dictionary_page_header'>): Uint8Array {
    const { library, page, pack } = this.#writing
    const body = pack(page.written())
    const head = new library.ByteWriter(64)
    library.writePageHeader(head, {
      ...header,
      uncompressed_page_size: page.length,
      compressed_page_size: body.length,
      crc: crc32(body) | 0,
    })
    this.#unpacked += head.index + page.length
    this.#packed += head.index + body.length
    // Also where nothing is packed: the page is written over.
    return Buffer.concat([head.getBytes(), body])
  }

  /** Everything that was added, as it stands in the file from `offset` on. */
  finish(offset: number): WrittenChunk {
    const dictionary = this.#usedDictionary && this.#dictionaryPage(this.#usedDictionary)
    const bytes = [
      ...(dictionary === undefined ? [] : [dictionary]),
      ...this.#pages.map(({ bytes }) => bytes),
    ]
    const size = bytes.reduce((total, { length }) => total + length, 0)
    const rows = this.#pages.reduce((total, page) => total + page.rows, 0)
    const encodings: Encoding[] = ['RLE']
    if (dictionary !== undefined) encodings.push('RLE_DICTIONARY')
    if (dictionary !== undefined || this.#isPlain) encodings.push('PLAIN')
    const dataOffset = offset + (dictionary?.length ?? 0)
    const { library, codec } = this.#writing
    const chunk: ColumnChunk = {
      file_offset: BigInt(offset),
      meta_data: {
        type: this.#element.type!,
        encodings,
        path_in_schema: [this.#element.name],
        codec,
        num_values: BigInt(rows),
        total_uncompressed_size: BigInt(this.#unpacked),
        total_compressed_size: BigInt(size),
        data_page_offset: BigInt(dataOffset),
        ...(dictionary && { dictionary_page_offset: BigInt(offset) }),
        statistics: this.#bounds.statistics(library, this.#element, this.#kind),
      },
    }
    return { bytes, chunk, dataOffset, pages: this.#pages, element: this.#element, kind: this.#kind }
  }

  #dictionaryPage({ values }: Dictionary): Uint8Array {
    const { page } = this.#writing
    page.length = 0
    this.#kind.write(values, values.length, page)
    const header = { num_values: values.length, encoding: 'PLAIN' } as const
    return this.#pack({ type: 'DICTIONARY_PAGE', dictionary_page_header: header })
  }
}

export interface WrittenChunk {
  readonly bytes: readonly Uint8Array[]
  readonly chunk: ColumnChunk
  readonly dataOffset: number
  readonly pages: readonly WrittenPage[]
  readonly element: SchemaElement
  readonly kind: ValueKind
}
