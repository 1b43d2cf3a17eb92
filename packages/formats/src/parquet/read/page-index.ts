import type { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import { Damage, damaged, SourceFault } from '../format/damage.js'
import { count } from '../format/footer.js'
import type { Chunk, Range } from '../format/footer.js'
import type { ReadingLibrary } from '../format/library.js'
import type { ColumnStatistics } from '../types.js'
import type { PagePlace, ReadBytes } from './chunk-reader.js'
import type { ReadColumn } from './column-reader.js'
import { statisticsFrom } from './statistics.js'

/** Finds the pages of column chunks; what was read once is kept. */
export class PageIndex {
  readonly #file: string
  readonly #read: ReadBytes
  readonly #library: ReadingLibrary
  readonly #places = new WeakMap<Chunk, readonly PagePlace[] | undefined>()
  readonly #statistics = new WeakMap<Chunk, readonly ColumnStatistics[] | undefined>()

  constructor(file: string, read: ReadBytes, library: ReadingLibrary) {
    this.#file = file
    this.#read = read
    this.#library = library
  }

  /** Where the pages of a column chunk lie; undefined where the file does not say. */
  async places(chunk: Chunk): Promise<readonly PagePlace[] | undefined> {
    if (this.#places.has(chunk)) return this.#places.get(chunk)
    const places = await this.#parse(chunk.offsetIndex, chunk.checksums?.[0], (index) =>
      placesFrom(index, chunk),
    )
    this.#places.set(chunk, places)
    return places
  }

  /** What is known of the values of each page; undefined where the file does not say. */
  async statistics(chunk: Chunk, column: ReadColumn): Promise<readonly ColumnStatistics[] | undefined> {
    if (this.#statistics.has(chunk)) return this.#statistics.get(chunk)
    const statistics = await this.#parse(chunk.columnIndex, chunk.checksums?.[1], (index) =>
      statisticsOf(index, column),
    )
    this.#statistics.set(chunk, statistics)
    return statistics
  }

  async #parse<Parsed>(
    range: Range | undefined,
    checksum: number | undefined,
    parse: (index: Struct) => Parsed,
  ): Promise<Parsed | undefined> {
    if (range === undefined || range.start === range.end) return undefined
    try {
      const bytes = await this.#read(range)
      if (checksum !== undefined && crc32(bytes) !== checksum)
        throw new Damage('the bytes of an index are not those that were written')
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      return parse(this.#library.deserializeTCompactProtocol({ view, offset: 0 }))
    } catch (error) {
      throw error instanceof SourceFault ? error : damaged(error, this.#file, range.start)
    }
  }
}

type Struct = Readonly<Record<string, unknown>>

function placesFrom(index: Struct, { start, end }: Chunk): readonly PagePlace[] {
  const places = (index['field_1'] as readonly Struct[]).map((place) => ({
    offset: count(place['field_1']),
    size: count(place['field_2']),
    firstRow: count(place['field_3']),
  }))
  const isSound = places.every(({ offset, size, firstRow }, page) => {
    const before = page === 0 ? -1 : places[page - 1]!.firstRow
    return offset >= start && offset + size <= end && firstRow > before && (page > 0 || firstRow === 0)
  })
  if (!isSound || places.length === 0) throw new Damage('an index of pages is none')
  return places
}

function statisticsOf(index: Struct, { leaf, type, make }: ReadColumn): readonly ColumnStatistics[] {
  const nulls = index['field_5'] as readonly unknown[] | undefined
  const [mins, maxs] = [index['field_2'], index['field_3']] as [readonly Buffer[], readonly Buffer[]]
  return (index['field_1'] as readonly boolean[]).map((isNull, page) => {
    const raw = {
      min: isNull ? undefined : mins[page],
      max: isNull ? undefined : maxs[page],
      nulls: nulls === undefined ? undefined : count(nulls[page]),
      // They may be cut off, and nothing says so.
      isExact: leaf.type !== 'BYTE_ARRAY',
    }
    return statisticsFrom(raw, leaf, type, make)
  })
}
