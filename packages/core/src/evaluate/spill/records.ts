import { Buffer } from 'node:buffer'
import type { StoredRow, StoredValue } from '../../schema/types.js'

/** Rows, and where each of them was in the input: keeps their order. */
export interface PlacedRows {
  readonly rows: StoredRow[]
  readonly positions: readonly number[]
}

/** Rows with their positions as they come. */
export class RowList implements PlacedRows {
  readonly rows: StoredRow[] = []
  readonly positions: number[] = []

  add(row: StoredRow, position: number): void {
    this.rows.push(row)
    this.positions.push(position)
  }
}

/** What a value begins with. */
const tag = {
  null: 0,
  false: 1,
  true: 2,
  small: 3,
  double: 4,
  int64: 5,
  digits: 6,
  ascii: 7,
  text: 8,
  bytes: 9,
} as const

/** A record is its length in four bytes, a position in eight, and the values of a row, each after its tag. */
const headSize = 12
/** No more than a number or an int64 takes with its tag. */
const fixedSize = 9
/** Up to this length a text is written unit by unit: a call into the runtime takes longer. */
const shortText = 40

/** Where memory comes from, and goes when it is used no more. */
export interface Buffers {
  borrow(length: number): Buffer
  giveBack(buffer: Buffer): void
}

const noBytes = Buffer.alloc(0)

/** Rows of known columns as bytes. */
export class RecordWriter {
  readonly #names: readonly string[]
  readonly #buffers: Buffers
  readonly #size: number
  #bytes: Buffer = noBytes
  #view = viewOf(noBytes)
  #length = 0

  /** @param size of the memory to begin with */
  constructor(names: readonly string[], buffers: Buffers, size: number) {
    this.#names = names
    this.#buffers = buffers
    this.#size = size
  }

  /** Gives the memory back. */
  end(): void {
    this.#buffers.giveBack(this.#bytes)
    this.#bytes = noBytes
    this.#length = 0
  }

  /** How many bytes wait to be taken. */
  get length(): number {
    return this.#length
  }

  /** The bytes that wait, until the next `add`. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Lets go of the first bytes. */
  drop(count: number): void {
    this.#bytes.copyWithin(0, count, this.#length)
    this.#length -= count
  }

  add(position: number, row: StoredRow): void {
    const start = this.#length
    this.#reserve(headSize + fixedSize * this.#names.length)
    this.#view.setFloat64(start + 4, position)
    this.#length += headSize
    for (const name of this.#names) this.#value(row[name]!)
    this.#view.setUint32(start, this.#length - start)
  }

  #value(value: StoredValue): void {
    switch (typeof value) {
      case 'number':
        return this.#number(value)
      case 'string':
        return this.#text(value)
      case 'bigint':
        return this.#bigint(value)
      case 'boolean':
        return this.#tag(value ? tag.true : tag.false)
      default:
        return value === null ? this.#tag(tag.null) : this.#sized(tag.bytes, value)
    }
  }

  #tag(value: number): void {
    this.#reserve(fixedSize)
    this.#bytes[this.#length++] = value
  }

  #number(value: number): void {
    const small = value | 0
    if (small === value) {
      this.#tag(tag.small)
      this.#view.setInt32(this.#length, small)
      this.#length += 4
    } else {
      this.#tag(tag.double)
      this.#view.setFloat64(this.#length, value)
      this.#length += 8
    }
  }

  #bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) return this.#sized(tag.digits, Buffer.from(value.toString()))
    this.#tag(tag.int64)
    this.#view.setBigInt64(this.#length, value)
    this.#length += 8
  }

  #text(value: string): void {
    if (value.length <= shortText && this.#ascii(value)) return
    this.#reserve(5 + 3 * value.length)
    const bytes = this.#bytes
    const size = bytes.write(value, this.#length + 5)
    bytes[this.#length] = tag.text
    this.#view.setUint32(this.#length + 1, size)
    this.#length += 5 + size
  }

  #ascii(value: string): boolean {
    this.#reserve(2 + shortText)
    const bytes = this.#bytes
    let end = this.#length + 2
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index)
      if (unit > 127) return false
      bytes[end++] = unit
    }
    bytes[this.#length] = tag.ascii
    bytes[this.#length + 1] = value.length
    this.#length = end
    return true
  }

  #sized(kind: number, value: Uint8Array): void {
    this.#reserve(5 + value.length)
    this.#bytes[this.#length] = kind
    this.#view.setUint32(this.#length + 1, value.length)
    this.#bytes.set(value, this.#length + 5)
    this.#length += 5 + value.length
  }

  #reserve(size: number): void {
    const needed = this.#length + size
    if (needed <= this.#bytes.length) return
    const larger = this.#buffers.borrow(
      needed <= this.#size ? this.#size : Math.max(needed, 2 * this.#bytes.length),
    )
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#buffers.giveBack(this.#bytes)
    this.#bytes = larger
    this.#view = viewOf(larger)
  }
}

/** How many bytes the record takes that begins here, as far as that can be told. */
export function recordSize(bytes: Buffer): number {
  return bytes.length < 4 ? 4 : bytes.readUInt32BE(0)
}

/** All whole records of some bytes, and where they end. */
export function readRecords(bytes: Buffer, names: readonly string[]): PlacedRows & { readonly end: number } {
  const rows: StoredRow[] = []
  const positions: number[] = []
  const reader = new RecordReader(bytes)
  let end = 0
  while (end + 4 <= bytes.length) {
    const next = end + bytes.readUInt32BE(end)
    if (next > bytes.length) break
    positions.push(reader.begin(end))
    const row: StoredRow = {}
    for (const name of names) row[name] = reader.value()
    rows.push(row)
    end = next
  }
  return { rows, positions, end }
}

class RecordReader {
  readonly #bytes: Buffer
  readonly #view: DataView
  #place = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#view = viewOf(bytes)
  }

  /** Gives the position of the record that begins here. */
  begin(start: number): number {
    this.#place = start + headSize
    return this.#view.getFloat64(start + 4)
  }

  value(): StoredValue {
    switch (this.#bytes[this.#place++]) {
      case tag.false:
        return false
      case tag.true:
        return true
      case tag.small:
        return this.#view.getInt32(this.#pass(4))
      case tag.double:
        return this.#view.getFloat64(this.#pass(8))
      case tag.int64:
        return this.#view.getBigInt64(this.#pass(8))
      case tag.digits:
        return BigInt(this.#sized().toString('latin1'))
      case tag.ascii: {
        const start = this.#place + 1
        this.#place = start + this.#bytes[start - 1]!
        return this.#bytes.toString('latin1', start, this.#place)
      }
      case tag.text:
        return this.#sized().toString()
      case tag.bytes:
        return new Uint8Array(this.#sized())
      default:
        return null
    }
  }

  /** Goes on; gives where it was. */
  #pass(size: number): number {
    const place = this.#place
    this.#place += size
    return place
  }

  #sized(): Buffer {
    const start = this.#pass(4) + 4
    this.#place = start + this.#view.getUint32(start - 4)
    return this.#bytes.subarray(start, this.#place)
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
