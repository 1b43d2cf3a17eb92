import { definitionFromJson, didYouMean, HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { LogicalType, StoredRow, StoredValue } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import { pathOf, shown } from '../../errors.js'
import { compileRowMaker } from '../../rows/make-rows.js'
import type { NamedColumn } from '../../types.js'
import { Damage, damaged } from '../format/damage.js'
import { count } from '../format/footer.js'
import type { Chunk, FileColumn, Footer, Group, Leaf, Range } from '../format/footer.js'
import type { ReadingLibrary } from '../format/library.js'
import { unpackerOf } from '../format/page-codecs.js'
import { typesKey } from '../format/seal.js'
import type {
  ColumnStatistics,
  ParquetColumn,
  ParquetFile,
  ParquetPage,
  ParquetRowGroup,
  RandomAccess,
  ReadRowsOptions,
} from '../types.js'
import { ChunkReader } from './chunk-reader.js'
import type { PagePlace } from './chunk-reader.js'
import { conversionOf, nativeOf, typeOfLeaf } from './conversions.js'
import { statisticsFrom } from './statistics.js'
import { NoValue } from './vector.js'
import type { MakeVector } from './vector.js'

/** Rows of a batch at most: those of a page of ours. */
const rowsAtOnce = 4096

/** A column that can be read, and how. */
interface ReadColumn {
  readonly name: string
  readonly leaf: Leaf
  readonly type: LogicalType
  readonly nullable: boolean
  readonly make: MakeVector
}

export class OpenFile implements ParquetFile {
  readonly columns: readonly ParquetColumn[]
  readonly rowCount: number
  readonly metadata: Readonly<Record<string, string>>
  readonly isSealed: boolean
  readonly rowGroups: readonly ParquetRowGroup[]
  readonly #source: RandomAccess
  readonly #name: string
  readonly #library: ReadingLibrary
  readonly #groups: readonly Group[]
  readonly #columns = new Map<string, ReadColumn>()
  readonly #places = new WeakMap<Chunk, Promise<readonly PagePlace[] | undefined>>()

  constructor(
    source: RandomAccess,
    name: string,
    footer: Footer,
    wanted: readonly NamedColumn[],
    library: ReadingLibrary,
  ) {
    this.#source = source
    this.#name = name
    this.#library = library
    this.#groups = footer.groups
    this.rowCount = footer.rows
    this.isSealed = footer.isSealed
    this.metadata = Object.fromEntries(
      Object.entries(footer.metadata).filter(([key]) => !key.startsWith('holdfast')),
    )
    this.columns = this.#readColumns(footer, wanted)
    let firstRow = 0
    this.rowGroups = footer.groups.map((group) => {
      const described = this.#describe(group, firstRow)
      firstRow += group.rows
      return described
    })
  }

  #readColumns({ columns, metadata, isSealed }: Footer, wanted: readonly NamedColumn[]): ParquetColumn[] {
    const stated = statedColumns(metadata[typesKey])
    const names = columns.map(({ name }) => name)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) throw new Damage(`it has the column ${shown(twice)} twice`)
    const missing = wanted.find(({ name }) => !names.includes(name))
    if (missing !== undefined)
      throw this.#mismatch(missing.name, `is missing${didYouMean(missing.name, names)}`)
    return columns.map((column) => {
      const want = wanted.find(({ name }) => name === column.name)
      return this.#readColumn(column, want, stated.get(column.name), isSealed)
    })
  }

  #readColumn(
    { name, leaf }: FileColumn,
    want: NamedColumn | undefined,
    stated: NamedColumn | undefined,
    isCanonical: boolean,
  ): ParquetColumn {
    if (leaf === undefined) {
      if (want !== undefined)
        throw this.#mismatch(name, 'holds lists or structures, for which there is no type. Leave it out')
      return { name, native: 'nested', nullable: true }
    }
    const native = nativeOf(leaf)
    const conversion = (type: LogicalType) =>
      conversionOf(leaf, type, isCanonical && stated?.type.name === 'json')
    // What the file states of itself may not be so: then it is what its own types say.
    const type = want?.type ?? (stated && conversion(stated.type) ? stated.type : typeOfLeaf(leaf))
    const make = type && conversion(type)
    const nullable = want?.nullable ?? leaf.isOptional
    if (type !== undefined && make !== undefined) {
      this.#columns.set(name, { name, leaf, type, nullable, make })
      return { name, type, native, nullable }
    }
    if (want === undefined) return { name, native, nullable }
    const problem = `is of the type ${native}, which cannot be read exactly as ${want.type.name}`
    throw this.#mismatch(name, `${problem}. State it as what it is, or cast it where the file is written`)
  }

  #mismatch(column: string, problem: string): HoldfastError {
    const message = `${this.#name}: the column ${shown(column)} ${problem}.`
    return new HoldfastError('SCHEMA_MISMATCH', message, { column })
  }

  #describe({ rows, chunks }: Group, firstRow: number): ParquetRowGroup {
    return {
      rows,
      firstRow,
      byteRange: {
        start: Math.min(...chunks.map(({ start }) => start)),
        end: Math.max(...chunks.map(({ end }) => end)),
      },
      statistics: (name) => {
        const { leaf, type, make } = this.#column(name)
        const raw = chunks[leaf.place]!.statistics
        return raw && statisticsFrom(raw, leaf, type, make)
      },
    }
  }

  #column(name: string): ReadColumn {
    const column = this.#columns.get(name)
    if (column !== undefined) return column
    const found = this.columns.find((candidate) => candidate.name === name)
    if (found !== undefined)
      throw this.#mismatch(name, `is of the type ${found.native}, for which there is no type of ours`)
    const hint = didYouMean(
      name,
      this.columns.map((candidate) => candidate.name),
    )
    throw new HoldfastError('UNKNOWN_COLUMN', `${this.#name} has no column ${shown(name)}${hint}`, {
      column: name,
    })
  }

  #group(index: number): Group {
    const group = this.#groups[index]
    if (group !== undefined) return group
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `${this.#name} has ${this.#groups.length} row groups, and none of the number ${index}.`,
      {
        path: 'rowGroup',
      },
    )
  }

  async *rows(
    rowGroup: number,
    options: ReadRowsOptions = {},
  ): AsyncGenerator<StoredRow[], undefined, undefined> {
    const group = this.#group(rowGroup)
    const { columns = [...this.#columns.keys()], from = 0, to = group.rows, signal } = options
    const readers = await this.#readers(rowGroup, columns, from, to, signal)
    const makeRows = compileRowMaker(columns)
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
    const { from = 0, to = this.#group(rowGroup).rows, signal } = options
    const [reader] = await this.#readers(rowGroup, [column], from, to, signal)
    const values: StoredValue[] = []
    await reader!.fill(from, to, values)
    return values
  }

  async pages(rowGroup: number, name: string): Promise<readonly ParquetPage[] | undefined> {
    const { leaf, type, make } = this.#column(name)
    const { rows, chunks } = this.#group(rowGroup)
    const chunk = chunks[leaf.place]!
    const places = await this.#placesOf(chunk)
    if (places === undefined) return undefined
    const statistics = await this.#pageStatistics(chunk, leaf, type, make)
    return places.map(({ firstRow }, index) => {
      const told = statistics?.[index]
      return { from: firstRow, to: places[index + 1]?.firstRow ?? rows, ...(told && { statistics: told }) }
    })
  }

  async verify(rowGroup: number, signal?: AbortSignal): Promise<void> {
    for (const [name, { leaf }] of this.#columns) {
      await this.pages(rowGroup, name)
      const { rows, chunks } = this.#group(rowGroup)
      const [reader] = await this.#readers(rowGroup, [name], 0, rows, signal)
      const values: StoredValue[] = []
      for (let row = 0; row < rows; row += rowsAtOnce)
        await reader!.fill(row, Math.min(row + rowsAtOnce, rows), values)
      reader!.requireEnd(chunks[leaf.place]!)
    }
  }

  #readers(
    rowGroup: number,
    columns: readonly string[],
    from: number,
    to: number,
    signal: AbortSignal | undefined,
  ): Promise<ColumnReader[]> {
    const group = this.#group(rowGroup)
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to >= from && to <= group.rows))
      throw new HoldfastError(
        'INVALID_ARGUMENT',
        `from and to must be rows of the row group, which has ${group.rows}.`,
        {
          path: 'options.from',
        },
      )
    return Promise.all(columns.map((name) => this.#reader(rowGroup, this.#column(name), from, to, signal)))
  }

  async #reader(
    rowGroup: number,
    column: ReadColumn,
    from: number,
    to: number,
    signal: AbortSignal | undefined,
  ): Promise<ColumnReader> {
    const { rows, chunks } = this.#group(rowGroup)
    const chunk = chunks[column.leaf.place]!
    const unpack = await unpackerOf(chunk.codec)
    if (unpack === undefined)
      throw this.#mismatch(column.name, `is packed as ${chunk.codec}, which cannot be read`)
    try {
      if (chunk.type !== column.leaf.type)
        throw new Damage('a column is of another type than in the schema', chunk.start)
      const { leaf, make } = column
      const read = (range: Range) => this.#bytes(range)
      const reader = new ChunkReader(
        read,
        chunk,
        rows,
        { leaf, make, unpack, library: this.#library },
        signal,
      )
      const places = from > 0 || to < rows ? await this.#placesOf(chunk) : undefined
      if (places !== undefined) await reader.seek(from, to, places)
      return new ColumnReader(reader, column, this.#name, this.rowGroups[rowGroup]!.firstRow)
    } catch (error) {
      throw damaged(error, this.#name, chunk.start)
    }
  }

  async #bytes({ start, end }: Range): Promise<Buffer> {
    const bytes = await this.#source.slice(start, end)
    const buffer =
      bytes instanceof Uint8Array
        ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
        : Buffer.from(bytes)
    if (buffer.length !== end - start) throw new Damage('it is shorter than it was', start + buffer.length)
    return buffer
  }

  #placesOf(chunk: Chunk): Promise<readonly PagePlace[] | undefined> {
    const known = this.#places.get(chunk)
    if (known !== undefined) return known
    const places = this.#readPlaces(chunk)
    this.#places.set(chunk, places)
    return places
  }

  async #readPlaces(chunk: Chunk): Promise<readonly PagePlace[] | undefined> {
    const struct = await this.#index(chunk.offsetIndex, chunk.checksums?.[0])
    if (struct === undefined) return undefined
    try {
      const places = (struct['field_1'] as Readonly<Record<string, unknown>>[]).map((place) => ({
        offset: count(place['field_1']),
        size: count(place['field_2']),
        firstRow: count(place['field_3']),
      }))
      const isSound = places.every(
        ({ offset, size, firstRow }, index) =>
          offset >= chunk.start &&
          offset + size <= chunk.end &&
          (index === 0 ? firstRow === 0 : firstRow > places[index - 1]!.firstRow),
      )
      if (!isSound || places.length === 0) throw new Damage('an index of pages is none')
      return places
    } catch (error) {
      throw damaged(error, this.#name, chunk.offsetIndex!.start)
    }
  }

  async #pageStatistics(
    chunk: Chunk,
    leaf: Leaf,
    type: LogicalType,
    make: MakeVector,
  ): Promise<readonly ColumnStatistics[] | undefined> {
    const struct = await this.#index(chunk.columnIndex, chunk.checksums?.[1])
    if (struct === undefined) return undefined
    const [isNull, mins, maxs, nulls] = ['field_1', 'field_2', 'field_3', 'field_5'].map(
      (name) => struct[name],
    ) as [boolean[], Uint8Array[], Uint8Array[], bigint[] | undefined]
    try {
      return isNull.map((allNull, page) => {
        const found = nulls?.[page]
        const raw = {
          min: allNull ? undefined : mins[page],
          max: allNull ? undefined : maxs[page],
          nulls: found === undefined ? undefined : count(found),
          // They may be cut off, and nothing says so.
          isExact: leaf.type !== 'BYTE_ARRAY',
        }
        return statisticsFrom(raw, leaf, type, make)
      })
    } catch (error) {
      throw damaged(error, this.#name, chunk.columnIndex!.start)
    }
  }

  async #index(
    range: Range | undefined,
    checksum: number | undefined,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    if (range === undefined || range.start === range.end) return undefined
    const bytes = await this.#bytes(range)
    try {
      if (checksum !== undefined && crc32(bytes) !== checksum)
        throw new Damage('the bytes of an index are not those that were written')
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      return this.#library.deserializeTCompactProtocol({ view, offset: 0 })
    } catch (error) {
      throw damaged(error, this.#name, range.start)
    }
  }
}

function statedColumns(written: string | undefined): ReadonlyMap<string, NamedColumn> {
  try {
    const { columns } = definitionFromJson(JSON.parse(written ?? '{}'))
    return new Map(columns.map((column) => [column.name, column]))
  } catch {
    // Not said, or not by us.
    return new Map()
  }
}

/** Puts the values of a column into arrays, and says what is wrong in the words of the file. */
class ColumnReader {
  constructor(
    private readonly reader: ChunkReader,
    private readonly column: ReadColumn,
    private readonly file: string,
    private readonly firstRow: number,
  ) {}

  /** The values of rows, of which the first ones come after those of the last call. Waits only where bytes are to be read. */
  fill(from: number, to: number, out: StoredValue[]): Promise<void> | undefined {
    if (!this.reader.hasRow(to - 1) && to > from) return this.#load(from, to, out)
    return void this.#take(from, to, out, 0)
  }

  async #load(from: number, to: number, out: StoredValue[]): Promise<void> {
    for (let row = from; row < to;) {
      if (!this.reader.hasRow(row)) {
        try {
          await this.reader.load(row)
        } catch (error) {
          throw damaged(error, this.file, this.reader.offset)
        }
      }
      const end = Math.min(to, this.reader.end)
      this.#take(row, end, out, row - from)
      row = end
    }
  }

  #take(from: number, to: number, out: StoredValue[], at: number): void {
    try {
      this.reader.fill(from, to, out, at)
    } catch (error) {
      if (!(error instanceof NoValue)) throw damaged(error, this.file, this.reader.offset)
      throw this.#refuse(
        this.reader.start + error.index,
        `is not a value of the type ${this.column.type.name}`,
      )
    }
    if (this.column.nullable || !this.column.leaf.isOptional) return
    for (let index = at; index < at + to - from; index++)
      if (out[index] === null)
        throw this.#refuse(from + index - at, 'is null, and the column is not nullable')
  }

  #refuse(row: number, problem: string): HoldfastError {
    const { name } = this.column
    const path = pathOf(this.firstRow + row, name)
    return new HoldfastError('INVALID_DATA', `${this.file}: ${path} ${problem}.`, { column: name, path })
  }

  requireEnd({ end }: Chunk): void {
    if (this.reader.offset !== end)
      throw damaged(new Damage('a column has bytes that are no page'), this.file, this.reader.offset)
  }
}
