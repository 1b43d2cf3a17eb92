import type { StoredValue } from '@holdfast/core/backend'
import type { DataPageHeader, PageHeader } from 'hyparquet'
import { Buffer } from 'node:buffer'
import { Damage } from '../format/damage.js'
import { count } from '../format/footer.js'
import type { Leaf } from '../format/footer.js'
import { decodeHybrid } from '../format/hybrid.js'
import type { ReadingLibrary } from '../format/library.js'
import { toPlain } from './plain.js'
import { Dictionary, NoValue, requireBytes } from './vector.js'
import type { MakeVector, Vector } from './vector.js'

/** What is needed to make values of the pages of a column chunk. */
export interface Decoding {
  readonly leaf: Leaf
  readonly make: MakeVector
  readonly unpack: (bytes: Uint8Array, length: number) => Uint8Array
  readonly library: ReadingLibrary
}

/** The rows of one page of one column. */
export class Page {
  readonly #vector: Vector
  /** 1 for each row that has a value; undefined where all have. */
  readonly #levels: Uint8Array | undefined
  /** A row, and how many before it have values. */
  #row = 0
  #present = 0

  constructor(
    readonly rows: number,
    vector: Vector,
    levels: Uint8Array | undefined,
  ) {
    this.#vector = vector
    this.#levels = levels
  }

  /**
   * Puts the values of the rows from `from` to before `to` into `out`, the first one at `at`.
   *
   * @throws NoValue with the row at which a value is outside of its type
   */
  fill(from: number, to: number, out: StoredValue[], at: number): void {
    const levels = this.#levels
    if (levels === undefined) return this.#vector.fill(from, to, out, at)
    const first = this.#presentBefore(from)
    let next = first
    for (let row = from; row < to; row++) next += levels[row]!
    this.#row = to
    this.#present = next
    try {
      this.#vector.fill(first, next, out, at)
    } catch (error) {
      throw error instanceof NoValue ? new NoValue(this.#rowOf(error.index)) : error
    }
    // From behind, so that no value is written over before it was moved.
    let dense = at + next - first
    for (let row = to - 1; row >= from; row--) out[at + row - from] = levels[row] === 1 ? out[--dense]! : null
  }

  #presentBefore(row: number): number {
    const levels = this.#levels!
    if (row < this.#row) this.#row = this.#present = 0
    for (; this.#row < row; this.#row++) this.#present += levels[this.#row]!
    return this.#present
  }

  #rowOf(value: number): number {
    let row = -1
    for (let seen = -1; seen < value;) seen += this.#levels![++row]!
    return row
  }
}

/**
 * Makes the dictionary of a column chunk.
 *
 * @throws Damage
 */
export function decodeDictionary(header: PageHeader, body: Uint8Array, decoding: Decoding): Dictionary {
  const { num_values, encoding } = header.dictionary_page_header!
  if (encoding !== 'PLAIN' && encoding !== 'PLAIN_DICTIONARY') throw new Damage('a dictionary is not plain')
  const size = count(num_values)
  return new Dictionary(decoding.make(unpacked(header, body, 0, decoding), size), size)
}

/**
 * Makes the rows of a page.
 *
 * @throws Damage
 */
export function decodePage(
  header: PageHeader,
  body: Uint8Array,
  dictionary: Dictionary | undefined,
  decoding: Decoding,
): Page {
  return header.type === 'DATA_PAGE_V2'
    ? decodeNewPage(header, body, dictionary, decoding)
    : decodeOldPage(header, body, dictionary, decoding)
}

function decodeOldPage(
  header: PageHeader,
  body: Uint8Array,
  dictionary: Dictionary | undefined,
  decoding: Decoding,
): Page {
  const { num_values, encoding, definition_level_encoding } = header.data_page_header!
  const rows = count(num_values)
  const bytes = unpacked(header, body, 0, decoding)
  if (!decoding.leaf.isOptional) return pageOf(rows, undefined, bytes, encoding, dictionary, decoding)
  if (definition_level_encoding !== 'RLE') throw new Damage('a page says in an old way which values are null')
  requireBytes(bytes, 4)
  const end = 4 + bytes.readUInt32LE(0)
  const levels = levelsOf(bytes, 4, end, rows)
  return pageOf(rows, levels, bytes.subarray(end), encoding, dictionary, decoding)
}

function decodeNewPage(
  header: PageHeader,
  body: Uint8Array,
  dictionary: Dictionary | undefined,
  decoding: Decoding,
): Page {
  const data = header.data_page_header_v2!
  const rows = count(data.num_values)
  const start = count(data.repetition_levels_byte_length)
  const end = start + count(data.definition_levels_byte_length)
  const levels = decoding.leaf.isOptional ? levelsOf(body, start, end, rows) : undefined
  const bytes =
    data.is_compressed === false ? bufferOf(body.subarray(end)) : unpacked(header, body, end, decoding)
  return pageOf(rows, levels, bytes, data.encoding, dictionary, decoding)
}

/** What is behind the levels, which take `skipped` bytes and are not packed. */
function unpacked(header: PageHeader, body: Uint8Array, skipped: number, { unpack }: Decoding): Buffer {
  const length = count(header.uncompressed_page_size) - skipped
  if (length < 0 || skipped > body.length) throw new Damage('a page is shorter than its levels')
  const packed = body.subarray(skipped)
  // Pages without values are not packed by some writers.
  if (length === 0) return Buffer.alloc(0)
  const bytes = unpack(packed, length)
  if (bytes.length !== length) throw new Damage('a page has another length than it says')
  return bufferOf(bytes)
}

function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length)
}

function levelsOf(bytes: Uint8Array, start: number, end: number, rows: number): Uint8Array {
  const levels = new Uint8Array(rows)
  if (end > bytes.length || decodeHybrid(bytes, start, end, 1, rows, levels) === undefined)
    throw new Damage('a page does not say of all its rows whether they are null')
  return levels
}

function pageOf(
  rows: number,
  levels: Uint8Array | undefined,
  bytes: Buffer,
  encoding: DataPageHeader['encoding'],
  dictionary: Dictionary | undefined,
  decoding: Decoding,
): Page {
  let present = rows
  if (levels !== undefined) {
    present = 0
    for (let row = 0; row < rows; row++) present += levels[row]!
  }
  const some = present === rows ? undefined : levels
  if (encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY')
    return new Page(rows, fromDictionary(bytes, present, dictionary), some)
  const { leaf, make, library } = decoding
  const plain = present === 0 ? bytes : toPlain(bytes, encoding, leaf, present, library)
  return new Page(rows, make(plain, present), some)
}

function fromDictionary(bytes: Buffer, present: number, dictionary: Dictionary | undefined): Vector {
  if (dictionary === undefined) throw new Damage('a page needs a dictionary that is not there')
  const places = new Int32Array(present)
  if (present === 0) return dictionary.at(places)
  requireBytes(bytes, 1)
  const bitWidth = bytes[0]!
  if (bitWidth > 32 || decodeHybrid(bytes, 1, bytes.length, bitWidth, present, places) === undefined)
    throw new Damage('a page is shorter than its values')
  let largest = 0
  for (let index = 0; index < present; index++)
    if (places[index]! >>> 0 > largest) largest = places[index]! >>> 0
  if (largest >= dictionary.size) throw new Damage('a page has values that are not in its dictionary')
  return dictionary.at(places)
}
