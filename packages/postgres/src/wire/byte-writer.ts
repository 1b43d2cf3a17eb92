import { Buffer } from 'node:buffer'
import { HoldfastError } from '@holdfast/core/backend'

const chunkSize = 64 * 1024
/** PostgreSQL's own limit, with which it would end the connection. */
const greatestSize = 2 ** 30 - 2
const none = Buffer.alloc(0)

/** Longer texts are written faster by the runtime than byte by byte. */
const shortText = 24
/** Of longer texts it is worth to find out how many bytes they take. */
const longText = 4096

/** Writes bytes one after the other, into pieces that are handed over and never written to again. */
export class ByteWriter {
  #bytes: Buffer = none
  #view = viewOf(none)
  #start = 0
  #at = 0

  /** Bytes that were written since the last ones were taken. */
  get length(): number {
    return this.#at - this.#start
  }

  /** What was written since then. */
  take(): Buffer {
    const taken = this.#bytes.subarray(this.#start, this.#at)
    if (this.#bytes.length > chunkSize) this.#use(none)
    this.#start = this.#at
    return taken
  }

  /** Makes room for so many bytes. */
  reserve(length: number): void {
    if (this.#at + length > this.#bytes.length) this.#grow(length)
  }

  byte(value: number): void {
    this.reserve(1)
    this.#bytes[this.#at++] = value
  }

  int16(value: number): void {
    this.reserve(2)
    this.#view.setInt16(this.#at, value)
    this.#at += 2
  }

  int32(value: number): void {
    this.reserve(4)
    this.#view.setInt32(this.#at, value)
    this.#at += 4
  }

  int64(value: bigint): void {
    this.reserve(8)
    this.#view.setBigInt64(this.#at, value)
    this.#at += 8
  }

  /** After its length, as all that begins with `sized`. */
  sizedByte(value: number): void {
    this.reserve(5)
    this.#view.setInt32(this.#at, 1)
    this.#bytes[this.#at + 4] = value
    this.#at += 5
  }

  sizedFloat64(value: number): void {
    this.reserve(12)
    this.#view.setInt32(this.#at, 8)
    this.#view.setFloat64(this.#at + 4, value)
    this.#at += 12
  }

  /** An int64 from its halves. */
  sizedHalves(upper: number, lower: number): void {
    this.reserve(12)
    this.#view.setInt32(this.#at, 8)
    this.#view.setInt32(this.#at + 4, upper)
    this.#view.setUint32(this.#at + 8, lower)
    this.#at += 12
  }

  /** A text in UTF-8; gives the number of its bytes. */
  text(value: string): number {
    // A unit of UTF-16 takes three bytes at most.
    this.reserve(value.length > longText ? Buffer.byteLength(value) : value.length * 3)
    const length = value.length <= shortText ? this.#ascii(value) : -1
    const written = length === -1 ? this.#bytes.write(value, this.#at, 'utf8') : length
    this.#at += written
    return written
  }

  /** A text of hexadecimal digits, two for each byte. */
  hexadecimal(value: string): void {
    this.reserve(value.length >> 1)
    this.#at += this.#bytes.write(value, this.#at, 'hex')
  }

  bytes(value: Uint8Array): void {
    this.reserve(value.length)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  /** Begins what has its length before it, as a number of four bytes; gives what `endSized` is to be given. */
  beginSized(): number {
    this.reserve(4)
    this.#at += 4
    return this.length
  }

  /** @param added what the length counts besides, such as its own bytes */
  endSized(begun: number, added = 0): void {
    const size = this.length - begun + added
    if (size > greatestSize)
      throw new HoldfastError('LIMIT_EXCEEDED', 'A value or statement is larger than PostgreSQL takes.')
    this.#view.setInt32(this.#start + begun - 4, size)
  }

  /** Writes nothing, and gives -1, where the text is not ASCII alone. */
  #ascii(value: string): number {
    const bytes = this.#bytes
    const at = this.#at
    const { length } = value
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index)
      if (unit > 0x7f) return -1
      bytes[at + index] = unit
    }
    return length
  }

  #grow(length: number): void {
    const written = this.length
    const larger = Buffer.allocUnsafeSlow(Math.max(chunkSize, written * 2 + length))
    this.#bytes.copy(larger, 0, this.#start, this.#at)
    this.#use(larger)
    this.#at = written
  }

  #use(bytes: Buffer): void {
    this.#bytes = bytes
    this.#view = viewOf(bytes)
    this.#start = 0
    this.#at = 0
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
