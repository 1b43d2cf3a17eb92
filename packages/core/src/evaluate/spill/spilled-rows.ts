import type { Buffer } from 'node:buffer'
import { readRecords, recordSize, RecordWriter } from './records.js'
import type { PlacedRows } from './records.js'
import { blockSize, bytesOf } from './temporary-file.js'
import type { TemporaryFile } from './temporary-file.js'
import type { StoredRow } from '../../schema/types.js'

/** Rows on disk: written one after the other, then read in the same order. */
export class SpilledRows {
  readonly #file: TemporaryFile
  readonly #names: readonly string[]
  readonly #blocks: number[] = []
  /** The bytes in the last block. */
  #last = blockSize
  #writer: RecordWriter
  #count = 0

  /** @param names the columns of the rows */
  constructor(file: TemporaryFile, names: readonly string[]) {
    this.#file = file
    this.#names = names
    this.#writer = new RecordWriter(names)
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
    this.#writer = new RecordWriter(this.#names)
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
    let rest: Buffer = bytesOf(0)
    for (let next = 0; next < this.#blocks.length; ) {
      const missing = Math.max(1, recordSize(rest) - rest.length)
      const blocks = this.#blocks.slice(next, next + Math.ceil(missing / blockSize))
      next += blocks.length
      const last = next === this.#blocks.length ? this.#last : blockSize
      const bytes = bytesOf(rest.length + (blocks.length - 1) * blockSize + last)
      rest.copy(bytes)
      let start = rest.length
      for (const block of blocks) {
        await this.#file.read(block, bytes.subarray(start, start + blockSize))
        start += blockSize
        done(block)
      }
      const { rows, positions, end } = readRecords(bytes, this.#names)
      rest = bytes.subarray(end)
      if (rows.length > 0) yield { rows, positions }
    }
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
