import { Buffer } from 'node:buffer'
import duckdb from '@duckdb/node-bindings'
import type { IsValid } from './vector.js'

/**
 * A vector of texts or blobs has four words of 32 bits for each value: its length, and then either up to 12 bytes of it, or
 * a prefix and the address of all of it. Values that follow one another in memory, as nearly all do, are fetched by one call.
 */
const wordsOfEntry = 4
const bytesOfEntry = 16
const longestInline = 12

type Slice<Value> = (bytes: Buffer, start: number, end: number) => Value

// Methods of Buffer that are twice as fast as `toString`, and not in its types.
interface FastBuffer extends Buffer {
  utf8Slice(start: number, end: number): string
}

export const readTexts = variableReader((bytes, start, end) => (bytes as FastBuffer).utf8Slice(start, end))
export const readBlobs = variableReader((bytes, start, end) => new Uint8Array(bytes.subarray(start, end)))

function variableReader<Value>(slice: Slice<Value>) {
  return (data: Uint8Array, count: number, isValid: IsValid): (Value | null)[] => {
    const entries = new Entries(data, count)
    const values = new Array<Value | null>(count)
    const inline = Buffer.from(data.buffer, data.byteOffset, count * bytesOfEntry)
    let run: Run | undefined
    for (let row = 0; row < count; row++) {
      if (!isValid(row)) values[row] = null
      else if (entries.isInline(row)) {
        const start = row * bytesOfEntry + 4
        values[row] = slice(inline, start, start + entries.length(row))
      } else if (run?.take(row) !== true) {
        run?.read(slice, values)
        run = new Run(entries, row)
      }
    }
    run?.read(slice, values)
    return values
  }
}

class Entries {
  readonly data: Uint8Array
  readonly #words: Uint32Array

  constructor(data: Uint8Array, count: number) {
    this.data = data
    this.#words = new Uint32Array(data.buffer, data.byteOffset, count * wordsOfEntry)
  }

  length(row: number): number {
    return this.#words[row * wordsOfEntry]!
  }

  isInline(row: number): boolean {
    return this.length(row) <= longestInline
  }

  address(row: number): number {
    return this.#words[row * wordsOfEntry + 3]! * 2 ** 32 + this.#words[row * wordsOfEntry + 2]!
  }
}

/** Values without a gap between them in memory, some of them perhaps the same. */
class Run {
  readonly #entries: Entries
  readonly #rows: number[]
  readonly #start: number
  #end: number

  constructor(entries: Entries, row: number) {
    this.#entries = entries
    this.#rows = [row]
    this.#start = entries.address(row)
    this.#end = this.#start + entries.length(row)
  }

  /** Makes the value part of the run if it lies within it or follows it. */
  take(row: number): boolean {
    const start = this.#entries.address(row)
    if (start < this.#start || start > this.#end) return false
    this.#end = Math.max(this.#end, start + this.#entries.length(row))
    this.#rows.push(row)
    return true
  }

  read<Value>(slice: Slice<Value>, values: (Value | null)[]): void {
    const entries = this.#entries
    const { buffer, byteOffset } = entries.data
    const pointer = byteOffset + this.#rows[0]! * bytesOfEntry + 8
    const memory = duckdb.get_data_from_pointer(buffer as ArrayBuffer, pointer, this.#end - this.#start)
    const bytes = Buffer.from(memory.buffer, memory.byteOffset, memory.byteLength)
    for (const row of this.#rows) {
      const start = entries.address(row) - this.#start
      values[row] = slice(bytes, start, start + entries.length(row))
    }
  }
}
