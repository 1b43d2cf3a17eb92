import { throwIfAborted } from '@holdfast/core/backend'
import type { StoredValue } from '@holdfast/core/backend'
import type { PageHeader } from 'hyparquet'
import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import { Damage } from '../format/damage.js'
import { count } from '../format/footer.js'
import type { Chunk, Range } from '../format/footer.js'
import { decodeDictionary, decodePage } from './page.js'
import type { Decoding, Page } from './page.js'
import type { Dictionary } from './vector.js'

/** So much of a column chunk is read at once. */
const bytesAtOnce = 4 * 1024 * 1024
/** A header is hardly ever longer. */
const headerBytes = 256

/** No page has more rows. */
const mostRows = 1 << 27

/** Bytes of a file. */
export type ReadBytes = (range: Range) => Promise<Buffer>

/** A page of a column chunk, and which row is its first. */
export interface PagePlace {
  readonly offset: number
  readonly size: number
  readonly firstRow: number
}

/** Reads the values of one column chunk, one page after the other. */
export class ChunkReader {
  readonly #read: ReadBytes
  readonly #chunk: Chunk
  readonly #rows: number
  readonly #decoding: Decoding
  readonly #signal: AbortSignal | undefined
  #dictionary: Dictionary | undefined
  #page: Page | undefined
  /** The first row of the page at hand. */
  #pageStart = 0
  /** The row after the page at hand. */
  #pageEnd = 0
  /** Where the next page begins, and which of all it is. */
  #offset: number
  #ordinal = 0
  /** Bytes of the file, from `#windowStart` on. */
  #window: Buffer = Buffer.alloc(0)
  #windowStart = 0

  constructor(
    read: ReadBytes,
    chunk: Chunk,
    rows: number,
    decoding: Decoding,
    signal: AbortSignal | undefined,
  ) {
    this.#read = read
    this.#chunk = chunk
    this.#rows = rows
    this.#decoding = decoding
    this.#signal = signal
    this.#offset = chunk.start
    if (chunk.values !== rows) throw new Damage('a column has other rows than its row group')
  }

  /** Where the byte is at which something was found to be wrong. */
  get offset(): number {
    return this.#offset
  }

  get decoding(): Decoding {
    return this.#decoding
  }

  /** Goes to the page in which a row lies, and reads nothing behind `until`. */
  async seek(row: number, until: number, places: readonly PagePlace[]): Promise<void> {
    const index = places.findLastIndex(({ firstRow }) => firstRow <= row)
    const place = places[index]
    if (place === undefined || index === 0) return
    const first = places[0]!
    const hasDictionary = first.offset > this.#chunk.start
    if (hasDictionary) await this.#readDictionary(first.offset)
    this.#offset = place.offset
    this.#ordinal = index + (hasDictionary ? 1 : 0)
    this.#pageStart = this.#pageEnd = place.firstRow
    const last = places.findLast(({ firstRow }) => firstRow < until) ?? place
    await this.#readWindow(place.offset, last.offset + last.size)
  }

  async #readDictionary(end: number): Promise<void> {
    await this.#readWindow(this.#chunk.start, end)
    const { header, body } = await this.#next()
    if (header.type !== 'DICTIONARY_PAGE') throw new Damage('there is no dictionary where one should be')
    this.#dictionary = decodeDictionary(header, body, this.#decoding)
  }

  /** Whether the values up to this row, which is not in a page before, can be taken without waiting. */
  hasRow(row: number): boolean {
    return row < this.#pageEnd
  }

  /** Goes on to the page in which a row lies. */
  async load(row: number): Promise<void> {
    while (row >= this.#pageEnd) {
      throwIfAborted(this.#signal)
      if (this.#pageEnd >= this.#rows) throw new Damage('a column has fewer values than rows')
      const { header, body } = await this.#next()
      switch (header.type) {
        case 'DICTIONARY_PAGE':
          this.#dictionary = decodeDictionary(header, body, this.#decoding)
          break
        case 'DATA_PAGE':
        case 'DATA_PAGE_V2': {
          const rows = rowsOf(header)
          if (rows > mostRows) throw new Damage('a page has more rows than any should have')
          if (this.#pageEnd + rows > this.#rows) throw new Damage('a column has more values than rows')
          this.#pageStart = this.#pageEnd
          this.#pageEnd += rows
          // What lies before the first row that is wanted is passed over.
          if (row < this.#pageEnd) this.#page = decodePage(header, body, this.#dictionary, this.#decoding)
          break
        }
        case 'INDEX_PAGE':
          break
        default:
          throw new Damage('a page is of no kind')
      }
    }
  }

  /** The end of the page at hand. */
  get end(): number {
    return this.#pageEnd
  }

  /** Puts values of the page at hand into `out`. */
  fill(from: number, to: number, out: StoredValue[], at: number): void {
    this.#page!.fill(from - this.#pageStart, to - this.#pageStart, out, at)
  }

  /** The first row of the page at hand. */
  get start(): number {
    return this.#pageStart
  }

  async #next(): Promise<{ header: PageHeader; body: Buffer }> {
    const { header, size } = await this.#header()
    const length = count(header.compressed_page_size)
    const end = this.#offset + size + length
    if (end > this.#chunk.end) throw new Damage('a page reaches into the next column')
    await this.#require(size + length)
    const start = this.#offset - this.#windowStart
    const page = this.#window.subarray(start, start + size + length)
    const body = page.subarray(size)
    this.#check(header, page, body)
    this.#offset = end
    this.#ordinal++
    return { header, body }
  }

  async #header(): Promise<{ header: PageHeader; size: number }> {
    for (let wanted = headerBytes; ; wanted *= 16) {
      const rest = this.#chunk.end - this.#offset
      await this.#require(Math.min(wanted, rest))
      const start = this.#offset - this.#windowStart
      const bytes = this.#window.subarray(start, start + rest)
      const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 }
      try {
        const header = this.#decoding.library.parquetHeader(reader)
        return { header, size: reader.offset }
      } catch (error) {
        // It may only not be all there.
        if (bytes.length >= rest || wanted > bytesAtOnce) throw error
      }
    }
  }

  /** Our own checksums cover headers, those of Parquet only what follows them. */
  #check({ crc }: PageHeader, page: Buffer, body: Buffer): void {
    const { checksums } = this.#chunk
    // The first two are those of the indexes.
    const own = checksums?.[this.#ordinal + 2]
    const isSound =
      checksums === undefined ? crc === undefined || crc32(body) === crc >>> 0 : crc32(page) === own
    if (!isSound) throw new Damage('the bytes of a page are not those that were written')
  }

  async #require(length: number): Promise<void> {
    const have = this.#windowStart + this.#window.length - this.#offset
    if (have >= length && this.#offset >= this.#windowStart) return
    const end = Math.min(this.#chunk.end, this.#offset + Math.max(length, bytesAtOnce))
    await this.#readWindow(this.#offset, end)
  }

  async #readWindow(start: number, end: number): Promise<void> {
    this.#window = await this.#read({ start, end })
    this.#windowStart = start
  }
}

function rowsOf(header: PageHeader): number {
  return count(header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values)
}
