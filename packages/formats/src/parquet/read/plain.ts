import type { Encoding } from 'hyparquet'
import { Buffer } from 'node:buffer'
import { Damage } from '../format/damage.js'
import type { Leaf } from '../format/footer.js'
import { isUnsigned } from './conversions.js'
import { decodeHybrid } from '../format/hybrid.js'
import type { ReadingLibrary } from '../format/library.js'
import { requireBytes, viewOf } from './vector.js'

/** No page of values is larger, however it is encoded. */
const largestPage = 1024 * 1024 * 1024

/**
 * Values of a page in the encoding PLAIN, whatever they are in.
 *
 * @throws Damage
 */
export function toPlain(
  bytes: Buffer,
  encoding: Encoding,
  leaf: Leaf,
  count: number,
  library: ReadingLibrary,
): Buffer {
  switch (encoding) {
    case 'PLAIN':
      return bytes
    case 'RLE':
      return fromRuns(bytes, count)
    case 'BYTE_STREAM_SPLIT':
      return joined(bytes, leaf, count)
    case 'DELTA_BINARY_PACKED':
      return bytesOf(new Deltas(bytes, library).all(count, leaf))
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return fromLengths(bytes, count, library)
    case 'DELTA_BYTE_ARRAY':
      return fromPrefixes(bytes, leaf, count, library)
    default:
      throw new Damage(`a page is in the encoding ${encoding}, which no writer uses for it`)
  }
}

/** Booleans, whose runs have their length in front of them. */
function fromRuns(bytes: Buffer, count: number): Buffer {
  requireBytes(bytes, 4)
  const values = new Uint8Array(count)
  const end = 4 + bytes.readUInt32LE(0)
  if (end > bytes.length || decodeHybrid(bytes, 4, end, 1, count, values) === undefined)
    throw new Damage('a page has other booleans than it says')
  const plain = Buffer.alloc(Math.ceil(count / 8))
  for (let index = 0; index < count; index++) plain[index >>> 3]! |= values[index]! << (index & 7)
  return plain
}

const widths: Partial<Record<Leaf['type'], number>> = { INT32: 4, FLOAT: 4, INT64: 8, DOUBLE: 8 }

/** First the first bytes of all values, then the second ones, and so on. */
function joined(bytes: Buffer, { type, length }: Leaf, count: number): Buffer {
  const width = type === 'FIXED_LEN_BYTE_ARRAY' ? length : widths[type]
  if (width === undefined) throw new Damage(`a page of the type ${type} is in streams of bytes`)
  requireBytes(bytes, count * width)
  const plain = Buffer.allocUnsafe(count * width)
  for (let byte = 0, from = 0; byte < width; byte++)
    for (let to = byte; to < plain.length; to += width) plain[to] = bytes[from++]!
  return plain
}

/** Numbers of which the differences are told, one group of them after the other. */
class Deltas {
  readonly #library: ReadingLibrary
  readonly #reader: { view: DataView; offset: number }

  constructor(bytes: Buffer, library: ReadingLibrary) {
    this.#library = library
    this.#reader = { view: viewOf(bytes), offset: 0 }
  }

  get offset(): number {
    return this.#reader.offset
  }

  /** The values of a column. */
  all(count: number, leaf: Leaf): Int32Array | BigInt64Array {
    if (leaf.type === 'INT64') return this.#unpack(count, new BigInt64Array(count))
    if (!isUnsigned(leaf)) return this.lengths(count)
    // DuckDB tells the first one as a number above 2^31, of which the library takes 31 bits.
    const wide = this.#unpack(count, new BigInt64Array(count))
    return Int32Array.from(wide, (value) => Number(BigInt.asIntN(32, value)))
  }

  /** Lengths of values. */
  lengths(count: number): Int32Array {
    return this.#unpack(count, new Int32Array(count))
  }

  #unpack<Numbers extends Int32Array | BigInt64Array>(count: number, numbers: Numbers): Numbers {
    this.#checkHeader(count)
    this.#library.delta.deltaBinaryUnpack(this.#reader, count, numbers)
    if (this.#reader.offset > this.#reader.view.byteLength)
      throw new Damage('a page is shorter than its values')
    return numbers
  }

  /** The library takes memory for as many parts as a block is said to have. */
  #checkHeader(count: number): void {
    const { view, offset } = this.#reader
    const { readVarInt } = this.#library
    const ahead = { view, offset }
    const block = readVarInt(ahead)
    const parts = readVarInt(ahead)
    const total = readVarInt(ahead)
    const isSound = block > 0 && block <= 1 << 20 && parts > 0 && block % parts === 0 && total === count
    if (!isSound || (block / parts) % 8 !== 0) throw new Damage('a page has other numbers than it says')
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | BigInt64Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

function fromLengths(bytes: Buffer, count: number, library: ReadingLibrary): Buffer {
  const deltas = new Deltas(bytes, library)
  const lengths = deltas.lengths(count)
  const plain = Buffer.allocUnsafeSlow(bytes.length - deltas.offset + count * 4)
  let from = deltas.offset
  let to = 0
  for (const length of lengths) {
    if (length < 0 || from + length > bytes.length) throw new Damage('a page is shorter than its values')
    to = plain.writeUInt32LE(length, to)
    to += bytes.copy(plain, to, from, (from += length))
  }
  return plain.subarray(0, to)
}

/** Values that begin with the same bytes as the one before, so many as is said. */
function fromPrefixes(bytes: Buffer, { type }: Leaf, count: number, library: ReadingLibrary): Buffer {
  const deltas = new Deltas(bytes, library)
  const prefixes = deltas.lengths(count)
  const rest = bytes.subarray(deltas.offset)
  const suffixDeltas = new Deltas(rest, library)
  const suffixes = suffixDeltas.lengths(count)
  const hasLengths = type === 'BYTE_ARRAY'
  let size = 0
  let before = 0
  for (let index = 0; index < count; index++) {
    const [prefix, suffix] = [prefixes[index]!, suffixes[index]!]
    if (prefix < 0 || prefix > before || suffix < 0) throw new Damage('a page has lengths that cannot be')
    before = prefix + suffix
    size += before + (hasLengths ? 4 : 0)
    if (size > largestPage) throw new Damage('a page is larger than any should be')
  }
  const plain = Buffer.allocUnsafeSlow(size)
  let from = suffixDeltas.offset
  let to = 0
  let last = 0
  for (let index = 0; index < count; index++) {
    const [prefix, suffix] = [prefixes[index]!, suffixes[index]!]
    if (from + suffix > rest.length) throw new Damage('a page is shorter than its values')
    if (hasLengths) to = plain.writeUInt32LE(prefix + suffix, to)
    plain.copy(plain, to, last, last + prefix)
    rest.copy(plain, to + prefix, from, (from += suffix))
    last = to
    to += prefix + suffix
  }
  return plain
}
