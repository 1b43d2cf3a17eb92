import { HoldfastError } from '@holdfast/core/backend'
import type { StoredRow } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import type { Block, BlockIndex } from './block-index.js'
import type { BlockReader, BlockWriter, SegmentFile } from './formats.js'
import type { TextFormat } from './text-formats.js'
import type { RowLayout } from './types.js'

export function textWriter(format: TextFormat): (layout: RowLayout) => BlockWriter {
  return ({ columns }) => {
    const { begin, between, end } = format.frame(columns)
    let blocks = 0
    return {
      block: async (rows) => {
        const file = await together(format.write(rows, columns))
        const body = file.subarray(begin.length, file.length - end.length)
        const lead = blocks++ === 0 ? begin : between
        const place = { start: lead.length, length: body.length, checksum: crc32(body) }
        return { bytes: Buffer.concat([lead, body]), place }
      },
      end: async () => end,
    }
  }
}

export function textReader(format: TextFormat): (file: SegmentFile, layout: RowLayout) => BlockReader {
  return (file, layout) => new TextReader(format, file, layout)
}

class TextReader implements BlockReader {
  readonly #format: TextFormat
  readonly #file: SegmentFile
  readonly #layout: RowLayout
  readonly #begin: Uint8Array
  readonly #end: Uint8Array

  constructor(format: TextFormat, file: SegmentFile, layout: RowLayout) {
    this.#format = format
    this.#file = file
    this.#layout = layout
    const { begin, end } = format.frame(layout.columns)
    this.#begin = begin
    this.#end = end
  }

  async read(block: Block, names: readonly string[]): Promise<StoredRow[]> {
    const columns = names.map((name) => this.#layout.columns.find((column) => column.name === name)!)
    const body = await this.#body(block)
    const whole =
      this.#begin.length + this.#end.length === 0 ? body : Buffer.concat([this.#begin, body, this.#end])
    const rows: StoredRow[] = []
    try {
      for await (const batch of this.#format.read(whole, columns).batches()) {
        for (const row of batch) rows.push(row)
      }
    } catch (cause) {
      throw this.#damaged(block.offset, 'it cannot be read as what it is', cause)
    }
    if (rows.length !== block.rows)
      throw this.#damaged(block.offset, `it has ${rows.length} rows and should have ${block.rows}`)
    return rows
  }

  async *verify({
    blocks,
    checksum,
  }: BlockIndex): AsyncGenerator<{ path: string; offset: number; problem: string }> {
    const { disk, descriptor, path, size } = this.#file
    const names = this.#layout.columns.map(({ name }) => name)
    let problems = 0
    for (const block of blocks) {
      try {
        await this.read(block, names)
      } catch (error) {
        problems++
        yield { path, offset: block.offset, problem: error instanceof Error ? error.message : String(error) }
      }
    }
    if (problems > 0) return
    let sum = 0
    for (let offset = 0; offset < size; offset += 2 ** 20)
      sum = crc32(await disk.read(descriptor, offset, 2 ** 20), sum)
    if (sum !== checksum) yield { path, offset: 0, problem: 'What stands between its rows is damaged.' }
  }

  close(): void {
    this.#file.disk.close(this.#file.descriptor)
  }

  async #body({ offset, length, checksum }: Block): Promise<Uint8Array> {
    const bytes = await this.#file.disk.read(this.#file.descriptor, offset, length)
    if (bytes.length !== length) throw this.#damaged(offset + bytes.length, 'it ends there')
    if (crc32(bytes) !== checksum) throw this.#damaged(offset, 'its checksum is wrong')
    return bytes
  }

  #damaged(offset: number, problem: string, cause?: unknown): HoldfastError {
    const { table } = this.#layout
    const message = `The file ${this.#file.path} is damaged from offset ${offset} on: ${problem}.`
    return new HoldfastError('CORRUPT', message, { table, cause })
  }
}

async function together(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}
