import type { Buffer } from 'node:buffer'
import { readRecords, recordSize, RecordWriter } from './records.js'
import type { PlacedRows } from './records.js'
import { blockSize, bufferSize } from './temporary-file.js'
import type { TemporaryFile } from './temporary-file.js'
import type { StoredRow } from '../../schema/types.js'

/** Rows on disk: written one after the other, then read in the same order. */
export class SpilledRows {
  readonly #file: TemporaryFile
  readonly #names: readonly string[]
  readonly #blocks: number[] = []
  /** The bytes in the last block. */
  #last = blockSize
  readonly #writer: RecordWriter
  #count = 0

  /** @param names the columns of the rows */
  constructor(file: TemporaryFile, names: readonly string[]) {
    this.#file = file
    this.#names = names
    this.#writer = new RecordWriter(names, file, bufferSize)
  }

  /** How many rows there are. */
  get count(): number {
    return this.#count
  }

  /** Takes a row; true when `write` must be awaited before the next one. */
  add(position: number, row: StoredRow): boolean {
    this.#count++
    this.#writer.add(position, row)
    return this.#writer.length >= blockSize
  }

  /** Writes the blocks that are full. */
  async write(): Promise<void> {
    const { bytes } = this.#writer
    let done = 0
    for (; bytes.length - done >= blockSize; done += blockSize)
      this.#blocks.push(await this.#file.write(bytes.subarray(done, done + blockSize)))
    this.#writer.drop(done)
  }

  /** Writes what is left: nothing is added from now on. */
  async end(): Promise<this> {
    await this.write()
    const { bytes } = this.#writer
    if (bytes.length > 0) {
      this.#blocks.push(await this.#file.write(bytes))
      this.#last = bytes.length
    }
    this.#writer.end()
    return this
  }

  /** The rows, once more each time. */
  read(): AsyncGenerator<PlacedRows> {
    return this.#read(() => undefined)
  }

  /** The rows, for the last time. */
  take(): AsyncGenerator<PlacedRows> {
    return this.#read((block) => this.#file.release(block))
  }

  async *#read(done: (block: number) => void): AsyncGenerator<PlacedRows> {
    let bytes = this.#file.borrow(bufferSize)
    /** The bytes at the beginning that belong to a record whose end is in the next block. */
    let rest = 0
    try {
      for (let next = 0; next < this.#blocks.length;) {
        const needed = recordSize(bytes.subarray(0, rest))
        if (needed > bytes.length - blockSize) bytes = this.#larger(bytes, rest, needed + blockSize)
        let end = rest
        do {
          const block = this.#blocks[next++]!
          const size = next === this.#blocks.length ? this.#last : blockSize
          await this.#file.read(block, bytes.subarray(end, end + size))
          end += size
          done(block)
        } while (end < needed)
        const read = readRecords(bytes.subarray(0, end), this.#names)
        bytes.copyWithin(0, read.end, end)
        rest = end - read.end
        if (read.rows.length > 0) yield read
      }
    } finally {
      this.#file.giveBack(bytes)
    }
  }

  #larger(bytes: Buffer, used: number, size: number): Buffer {
    const larger = this.#file.borrow(size)
    bytes.copy(larger, 0, 0, used)
    this.#file.giveBack(bytes)
    return larger
  }
}

/** Puts rows on disk. */
export async function spilled(
  file: TemporaryFile,
  names: readonly string[],
  source: AsyncIterable<PlacedRows>,
): Promise<SpilledRows> {
  const target = new SpilledRows(file, names)
  for await (const { rows, positions } of source) {
    for (let index = 0; index < rows.length; index++)
      if (target.add(positions[index]!, rows[index]!)) await target.write()
  }
  return target.end()
}
