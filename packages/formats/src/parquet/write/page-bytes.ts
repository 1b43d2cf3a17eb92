import { Buffer } from 'node:buffer'

/** Texts up to this length are written faster here, byte by byte, than by a call out of JavaScript. */
const longestHere = 40

/** Bytes of a page while it is written, used for one page after the other. */
export class PageBytes {
  bytes = Buffer.allocUnsafeSlow(64 * 1024)
  view = new DataView(this.bytes.buffer)
  length = 0

  /** Takes room for so many bytes more, and gives where it begins. */
  take(size: number): number {
    const at = this.length
    this.length += size
    if (this.length > this.bytes.length) this.#grow()
    return at
  }

  #grow(): void {
    const old = this.bytes
    this.bytes = Buffer.allocUnsafeSlow(2 * this.length)
    this.view = new DataView(this.bytes.buffer)
    this.bytes.set(old)
  }

  written(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  /** A length in four bytes, and so many bytes. */
  addBytes(value: Uint8Array): void {
    const at = this.take(4 + value.length)
    this.view.setUint32(at, value.length, true)
    this.bytes.set(value, at + 4)
  }

  /** A length in four bytes, and the text in UTF-8. */
  addText(value: string): void {
    const { length } = value
    const at = this.take(4 + length * 3)
    const start = at + 4
    const { bytes } = this
    let end = start
    if (length <= longestHere) {
      for (let index = 0; index < length; index++) {
        const unit = value.charCodeAt(index)
        if (unit > 0x7f) break
        bytes[end++] = unit
      }
    }
    if (end - start < length) end = start + bytes.write(value, start, 'utf8')
    this.view.setUint32(at, end - start, true)
    this.length = end
  }
}
