import { HoldfastError } from '@holdfast/core/backend'
import type { StoredRow } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import type { Block, BlockIndex, Piece } from './block-index.js'
import type { BlockReader, MakeBody, Problem, SegmentFile } from './formats.js'
import type { TextFormat } from './text-formats.js'
import type { RowLayout } from './types.js'

export function textBody(format: TextFormat): MakeBody {
  return (file, { columns }) => {
    const { begin, between, end } = format.frame(columns)
    return {
      add: async (rows) => {
        const text = await together(format.write(rows, columns))
        const body = text.subarray(begin.length, text.length - end.length)
        await file.append(file.bytes === 0 ? begin : between)
        const piece = { offset: file.bytes, length: body.length, checksum: crc32(body) }
        await file.append(body)
        return piece
      },
      end: () => file.append(end),
      abandon: () => Promise.resolve(),
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

  async read({ piece, rows: count }: Block, names: readonly string[]): Promise<StoredRow[]> {
    const columns = names.map((name) => this.#layout.columns.find((column) => column.name === name)!)
    const body = await this.#body(piece!)
    const whole =
      this.#begin.length + this.#end.length === 0 ? body : Buffer.concat([this.#begin, body, this.#end])
    const rows: StoredRow[] = []
    try {
      for await (const batch of this.#format.read(whole, columns).batches()) {
        for (const row of batch) rows.push(row)
      }
    } catch (cause) {
      throw this.#damaged(piece!.offset, 'it cannot be read as what it is', cause)
    }
    if (rows.length !== count)
      throw this.#damaged(piece!.offset, `it has ${rows.length} rows and should have ${count}`)
    return rows
  }

  async *verify({ blocks, checksum }: BlockIndex): AsyncGenerator<Problem> {
    const { disk, descriptor, path, size } = this.#file
    const names = this.#layout.columns.map(({ name }) => name)
    let problems = 0
    for (const block of blocks) {
      try {
        await this.read(block, names)
      } catch (error) {
        problems++
        yield {
          path,
          offset: block.piece!.offset,
          problem: error instanceof Error ? error.message : String(error),
        }
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

  async #body({ offset, length, checksum }: Piece): Promise<Uint8Array> {
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
