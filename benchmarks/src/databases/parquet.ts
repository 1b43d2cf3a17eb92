/** hyparquet and hyparquet-writer by hand: a table is one file, which is written anew or read. */

import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetScan } from 'hyparquet'
import type { AsyncBuffer, DecodedArray, FileMetaData } from 'hyparquet'
import { fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import type { BasicType } from 'hyparquet-writer'
import { partsOf } from '../data/parts.ts'

export const parquetPackages = ['hyparquet', 'hyparquet-writer']

/** A column as it is written, and what stands in it: whole numbers as bigints, instants as bigints of milliseconds. */
export interface ParquetColumn<Row> {
  readonly name: string
  readonly type: Extract<BasicType, 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'STRING' | 'TIMESTAMP'>
  readonly nullable?: boolean
  readonly of: (row: Row) => unknown
}

/** A row as the reader gives it: bigints and Dates. */
export type ParquetRow = Readonly<Record<string, unknown>>

const rowsOfGroup = 100_000
/** As the file engine packs its files. */
const codec = 'ZSTD'
const compressors = { ZSTD: (bytes: Uint8Array) => zstdCompressSync(bytes) }
const decompressors = { ZSTD: (bytes: Uint8Array) => zstdDecompressSync(bytes) }

export class ParquetTable<Row> {
  readonly #path: string
  readonly #columns: readonly ParquetColumn<Row>[]
  readonly #waits: boolean
  #opened: Promise<{ readonly file: AsyncBuffer; readonly metadata: FileMetaData }> | undefined

  /** @param waits whether what was written is on the disk when the writing ends */
  constructor(path: string, columns: readonly ParquetColumn<Row>[], waits: boolean) {
    this.#path = path
    this.#columns = columns
    this.#waits = waits
  }

  /** Writes a file with these rows in place of the one before, a row group at a time. */
  write(rows: Iterable<Row>): void {
    const unfinished = `${this.#path}.new`
    const columnData = this.#columns.map(({ name, type, nullable = false }) => ({
      ...{ name, type, nullable, data: [] },
    }))
    const writer = new ParquetWriter({
      ...{ writer: fileWriter(unfinished), schema: schemaFromColumnData({ columnData }), codec, compressors },
    })
    for (const part of partsOf(rows, rowsOfGroup)) {
      const data = this.#columns.map(({ name, of }) => ({ name, data: part.map(of) }))
      void writer.write({ columnData: data, rowGroupSize: rowsOfGroup })
    }
    void writer.finish()
    if (this.#waits) sync(unfinished)
    renameSync(unfinished, this.#path)
    if (this.#waits) sync(dirname(this.#path))
    this.#opened = undefined
  }

  remove(): void {
    rmSync(this.#path, { force: true })
    this.#opened = undefined
  }

  async count(): Promise<number> {
    return existsSync(this.#path) ? Number((await this.#open()).metadata.num_rows) : 0
  }

  async columns(): Promise<string[]> {
    const { metadata } = await this.#open()
    return metadata.schema.slice(1).map(({ name }) => name)
  }

  /** The values of some columns, a row group at a time. */
  async *vectors<Name extends string>(
    ...columns: readonly Name[]
  ): AsyncGenerator<Record<Name, DecodedArray>, void, void> {
    const { file, metadata } = await this.#open()
    const scan = await parquetScan({ file, metadata, columns: [...columns], compressors: decompressors })
    for (const range of scan.ranges) {
      const read = columns.map(
        async (column) => [column, await scan.readColumn({ column, ...range })] as const,
      )
      yield Object.fromEntries(await Promise.all(read)) as Record<Name, DecodedArray>
    }
  }

  /** Rows as objects, from the first one to one before `end`, a row group at a time. */
  async *batches(end = Infinity): AsyncGenerator<ParquetRow[], void, void> {
    if (!existsSync(this.#path)) return
    const { file, metadata } = await this.#open()
    for (let rowStart = 0; rowStart < Math.min(end, Number(metadata.num_rows)); rowStart += rowsOfGroup) {
      const rowEnd = Math.min(rowStart + rowsOfGroup, end, Number(metadata.num_rows))
      yield await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors: decompressors })
    }
  }

  #open() {
    return (this.#opened ??= (async () => {
      const file = await asyncBufferFromFile(this.#path)
      return { file, metadata: await parquetMetadataAsync(file) }
    })())
  }
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
