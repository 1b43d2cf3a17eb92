import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import type { StoredRow } from '@holdfast/core/backend'
import { openParquet, writeParquet } from '@holdfast/formats'
import type { ParquetFile } from '@holdfast/formats'
import type { Block, BlockIndex } from './block-index.js'
import type { BlockReader, GrowingFile, Problem, SegmentBody, SegmentFile } from './formats.js'
import { Handover } from './handover.js'
import type { RowLayout } from './types.js'

/** A multiple of the rows of a block, so that few blocks lie in two row groups. */
const rowsOfGroup = 24 * 4096

export function parquetBody(file: GrowingFile, { columns }: RowLayout): SegmentBody {
  const rows = new Handover<readonly StoredRow[]>()
  const written = (async () => {
    for await (const bytes of writeParquet(rows, { columns, form: 'stored', rowGroupRows: rowsOfGroup }))
      await file.append(bytes)
  })()
  // Who adds rows, or ends, is told.
  written.catch((error: unknown) => rows.fail(error))
  return {
    add: async (batch) => {
      await rows.give(batch)
      return undefined
    },
    end: async () => {
      rows.end()
      await written
    },
    abandon: async () => {
      rows.fail(new HoldfastError('ABORTED', 'The segment is not wanted any more.'))
      await written.catch(() => undefined)
    },
  }
}

export function parquetReader(file: SegmentFile, layout: RowLayout): BlockReader {
  return new ParquetBlocks(file, layout)
}

class ParquetBlocks implements BlockReader {
  readonly #file: SegmentFile
  readonly #layout: RowLayout
  #opened: Promise<ParquetFile> | undefined

  constructor(file: SegmentFile, layout: RowLayout) {
    this.#file = file
    this.#layout = layout
  }

  async read({ start, rows: count }: Block, columns: readonly string[]): Promise<StoredRow[]> {
    return this.#checked(async () => {
      const parquet = await this.#parquet()
      const rows: StoredRow[] = []
      for (const [group, { firstRow, rows: size }] of parquet.rowGroups.entries()) {
        const from = Math.max(start - firstRow, 0)
        const to = Math.min(start + count - firstRow, size)
        if (from >= to) continue
        for await (const batch of parquet.rows(group, { columns, from, to })) rows.push(...batch)
      }
      if (rows.length === count) return rows
      throw this.#damaged(`it has ${rows.length} rows from row ${start} on and should have ${count}`)
    })
  }

  async *verify(_index: BlockIndex): AsyncGenerator<Problem> {
    const { path } = this.#file
    try {
      const parquet = await this.#open()
      for (const index of parquet.rowGroups.keys()) {
        try {
          await parquet.verify(index)
        } catch (error) {
          yield { path, offset: parquet.rowGroups[index]!.byteRange.start, problem: textOf(error) }
        }
      }
    } catch (error) {
      yield { path, offset: 0, problem: textOf(error) }
    }
  }

  close(): void {
    this.#file.disk.close(this.#file.descriptor)
  }

  /** The open file. What failed once is tried again. */
  async #parquet(): Promise<ParquetFile> {
    try {
      return await (this.#opened ??= this.#open())
    } catch (error) {
      this.#opened = undefined
      throw error
    }
  }

  async #open(): Promise<ParquetFile> {
    const { disk, descriptor, path, size } = this.#file
    const slice = (start: number, end: number) =>
      end - start <= readAtOnce
        ? disk.readNow(descriptor, start, end - start)
        : disk.read(descriptor, start, end - start)
    const file = { byteLength: size, slice }
    const parquet = await openParquet(file, { name: path, columns: this.#layout.columns })
    if (!parquet.isSealed)
      throw this.#damaged('it says nothing of its checksums, without which damage would not show.')
    return parquet
  }

  async #checked<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (isHoldfastError(error) && damages.has(error.code)) throw this.#damaged(error.message, error)
      throw error
    }
  }

  #damaged(problem: string, cause?: unknown): HoldfastError {
    const { table } = this.#layout
    const message = `The file ${this.#file.path} is damaged: ${problem}`
    return new HoldfastError('CORRUPT', message, { table, cause })
  }
}

/** Up to this size waiting for a thread that reads takes longer than reading. */
const readAtOnce = 256 * 1024

const damages: ReadonlySet<string> = new Set(['INVALID_DATA', 'SCHEMA_MISMATCH', 'LIMIT_EXCEEDED'])

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
