import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { StoredRow, StoredValue } from '@holdfast/core/backend'
import { compileRowMaker } from '../../rows/make-rows.js'
import type { MakeRows } from '../../rows/make-rows.js'
import { Damage, damaged } from '../format/damage.js'
import type { Footer, Group } from '../format/footer.js'
import type { ReadingLibrary } from '../format/library.js'
import { unpackerOf } from '../format/page-codecs.js'
import type { ParquetColumn, ParquetFile, ParquetPage, ParquetRowGroup, ReadRowsOptions } from '../types.js'
import { ChunkReader } from './chunk-reader.js'
import type { ReadBytes } from './chunk-reader.js'
import { ColumnReader } from './column-reader.js'
import type { ReadColumn } from './column-reader.js'
import type { Columns } from './columns.js'
import { PageIndex } from './page-index.js'
import { statisticsFrom } from './statistics.js'

/** Rows of a batch at most. */
const rowsAtOnce = 4096
/** To make the function that makes rows takes longer than to make a row with it. */
const mostRowMakers = 100

export class OpenFile implements ParquetFile {
  readonly columns: readonly ParquetColumn[]
  readonly rowCount: number
  readonly metadata: Readonly<Record<string, string>>
  readonly isSealed: boolean
  readonly rowGroups: readonly ParquetRowGroup[]
  readonly #name: string
  readonly #read: ReadBytes
  readonly #library: ReadingLibrary
  readonly #groups: readonly Group[]
  readonly #columns: Columns
  readonly #pages: PageIndex
  readonly #rowMakers = new Map<string, MakeRows>()

  constructor(name: string, read: ReadBytes, footer: Footer, columns: Columns, library: ReadingLibrary) {
    this.#name = name
    this.#read = read
    this.#library = library
    this.#groups = footer.groups
    this.#columns = columns
    this.#pages = new PageIndex(name, read, library)
    this.columns = columns.described
    this.rowCount = footer.rows
    this.isSealed = footer.isSealed
    this.metadata = Object.fromEntries(
      Object.entries(footer.metadata).filter(([key]) => !key.startsWith('holdfast')),
    )
    let firstRow = 0
    this.rowGroups = footer.groups.map((group) => {
      const described = this.#describe(group, firstRow)
      firstRow += group.rows
      return described
    })
  }

  #describe({ rows, chunks }: Group, firstRow: number): ParquetRowGroup {
    const [starts, ends] = [chunks.map(({ start }) => start), chunks.map(({ end }) => end)]
    return {
      rows,
      firstRow,
      byteRange: { start: Math.min(...starts), end: Math.max(...ends) },
      statistics: (name) => {
        const { leaf, type, make } = this.#columns.get(name)
        const raw = chunks[leaf.place]!.statistics
        return raw && statisticsFrom(raw, leaf, type, make)
      },
    }
  }

  async *rows(
    rowGroup: number,
    options: ReadRowsOptions = {},
  ): AsyncGenerator<StoredRow[], undefined, undefined> {
    const { from, to } = this.#range(rowGroup, options)
    const { columns = this.#columns.names, signal } = options
    const readers = await this.#readers(rowGroup, columns, from, to, signal)
    const makeRows = this.#rowMaker(columns)
    const values = columns.map(() => [] as StoredValue[])
    for (let row = from; row < to;) {
      throwIfAborted(signal)
      const end = Math.min(row + rowsAtOnce, to)
      for (const [index, reader] of readers.entries()) {
        const filling = reader.fill(row, end, values[index]!)
        if (filling !== undefined) await filling
      }
      yield makeRows(values, end - row) as StoredRow[]
      row = end
    }
  }

  async values(
    rowGroup: number,
    column: string,
    options: Omit<ReadRowsOptions, 'columns'> = {},
  ): Promise<StoredValue[]> {
    const { from, to } = this.#range(rowGroup, options)
    const [reader] = await this.#readers(rowGroup, [column], from, to, options.signal)
    const values: StoredValue[] = []
    await reader!.fill(from, to, values)
    return values
  }

  async pages(rowGroup: number, name: string): Promise<readonly ParquetPage[] | undefined> {
    const column = this.#columns.get(name)
    const { rows, chunks } = this.#group(rowGroup)
    const chunk = chunks[column.leaf.place]!
    const [places, statistics] = await Promise.all([
      this.#pages.places(chunk),
      this.#pages.statistics(chunk, column),
    ]).catch((error: unknown) => {
      throw damaged(error, this.#name)
    })
    if (places === undefined) return undefined
    return places.map(({ firstRow }, index) => {
      const told = statistics?.[index]
      const to = places[index + 1]?.firstRow ?? rows
      return { from: firstRow, to, ...(told && { statistics: told }) }
    })
  }

  async verify(rowGroup: number, signal?: AbortSignal): Promise<void> {
    const { rows, chunks } = this.#group(rowGroup)
    for (const name of this.#columns.names) {
      await this.pages(rowGroup, name)
      const [reader] = await this.#readers(rowGroup, [name], 0, rows, signal)
      const values: StoredValue[] = []
      for (let row = 0; row < rows; row += rowsAtOnce)
        await reader!.fill(row, Math.min(row + rowsAtOnce, rows), values)
      reader!.requireEnd(chunks[this.#columns.get(name).leaf.place]!)
    }
  }

  #rowMaker(columns: readonly string[]): MakeRows {
    const key = JSON.stringify(columns)
    if (this.#rowMakers.size > mostRowMakers) this.#rowMakers.clear()
    const known = this.#rowMakers.get(key)
    if (known !== undefined) return known
    const made = compileRowMaker(columns)
    this.#rowMakers.set(key, made)
    return made
  }

  #group(index: number): Group {
    const group = this.#groups[index]
    if (group !== undefined) return group
    const message = `${this.#name} has ${this.#groups.length} row groups, and none of the number ${index}.`
    throw new HoldfastError('INVALID_ARGUMENT', message, { path: 'rowGroup' })
  }

  #range(rowGroup: number, { from = 0, to }: ReadRowsOptions): { from: number; to: number } {
    const { rows } = this.#group(rowGroup)
    const end = to ?? rows
    if (Number.isInteger(from) && Number.isInteger(end) && from >= 0 && from <= end && end <= rows)
      return { from, to: end }
    const message = `from and to must be rows of the row group, which has ${rows}, one not after the other.`
    throw new HoldfastError('INVALID_ARGUMENT', message, { path: 'options.from' })
  }

  #readers(
    rowGroup: number,
    columns: readonly string[],
    from: number,
    to: number,
    signal: AbortSignal | undefined,
  ): Promise<ColumnReader[]> {
    return Promise.all(
      columns.map((name) => this.#reader(rowGroup, this.#columns.get(name), from, to, signal)),
    )
  }

  async #reader(
    rowGroup: number,
    column: ReadColumn,
    from: number,
    to: number,
    signal: AbortSignal | undefined,
  ): Promise<ColumnReader> {
    const { rows, chunks } = this.#group(rowGroup)
    const { leaf, make, name } = column
    const chunk = chunks[leaf.place]!
    const unpack = await unpackerOf(chunk.codec)
    if (unpack === undefined)
      throw this.#columns.mismatch(name, `is packed as ${chunk.codec}, which cannot be read`)
    try {
      if (chunk.type !== leaf.type) throw new Damage('a column is of another type than in the schema')
      const reader = new ChunkReader(
        this.#read,
        chunk,
        rows,
        { leaf, make, unpack, library: this.#library },
        signal,
      )
      const places = from > 0 || to < rows ? await this.#pages.places(chunk) : undefined
      if (places !== undefined) await reader.seek(from, to, places)
      return new ColumnReader(reader, column, this.#name, this.rowGroups[rowGroup]!.firstRow)
    } catch (error) {
      throw damaged(error, this.#name, chunk.start)
    }
  }
}
