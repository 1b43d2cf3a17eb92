import { HoldfastError } from '@holdfast/core/backend'
import type { LogicalType, StoredValue } from '@holdfast/core/backend'
import { pathOf } from '../../errors.js'
import { Damage, damaged } from '../format/damage.js'
import type { Chunk, Leaf } from '../format/footer.js'
import type { ChunkReader } from './chunk-reader.js'
import { NoValue } from './vector.js'
import type { MakeVector } from './vector.js'

/** A column that can be read, and how. */
export interface ReadColumn {
  readonly name: string
  readonly leaf: Leaf
  readonly type: LogicalType
  readonly nullable: boolean
  readonly make: MakeVector
}

/** Puts the values of a column of a row group into arrays, and says what is wrong in the words of the file. */
export class ColumnReader {
  readonly #chunk: ChunkReader
  readonly #column: ReadColumn
  readonly #file: string
  readonly #firstRow: number

  /** @param firstRow how many rows of the file are in the row groups before */
  constructor(chunk: ChunkReader, column: ReadColumn, file: string, firstRow: number) {
    this.#chunk = chunk
    this.#column = column
    this.#file = file
    this.#firstRow = firstRow
  }

  /**
   * The values of rows, none of which comes before those of the last call. Waits only where bytes are to be read.
   *
   * @throws HoldfastError `INVALID_DATA`, `ABORTED`
   */
  fill(from: number, to: number, out: StoredValue[]): Promise<void> | undefined {
    if (from === to) return undefined
    if (!this.#chunk.hasRow(to - 1)) return this.#load(from, to, out)
    this.#take(from, to, out, 0)
    return undefined
  }

  async #load(from: number, to: number, out: StoredValue[]): Promise<void> {
    for (let row = from; row < to;) {
      if (!this.#chunk.hasRow(row)) {
        try {
          await this.#chunk.load(row)
        } catch (error) {
          throw this.#damaged(error)
        }
      }
      const end = Math.min(to, this.#chunk.end)
      this.#take(row, end, out, row - from)
      row = end
    }
  }

  #take(from: number, to: number, out: StoredValue[], at: number): void {
    try {
      this.#chunk.fill(from, to, out, at)
    } catch (error) {
      if (!(error instanceof NoValue)) throw this.#damaged(error)
      const row = this.#chunk.start + error.index
      throw this.#refuse(row, `is not a value of the type ${this.#column.type.name}`)
    }
    if (this.#column.nullable || !this.#column.leaf.isOptional) return
    for (let index = at; index < at + to - from; index++)
      if (out[index] === null)
        throw this.#refuse(from + index - at, 'is null, and the column is not nullable')
  }

  #refuse(row: number, problem: string): HoldfastError {
    const { name } = this.#column
    const path = pathOf(this.#firstRow + row, name)
    return new HoldfastError('INVALID_DATA', `${this.#file}: ${path} ${problem}.`, { column: name, path })
  }

  /** Makes sure that the whole column chunk was read. */
  requireEnd({ end }: Chunk): void {
    if (this.#chunk.offset !== end) throw this.#damaged(new Damage('a column has bytes that are no page'))
  }

  #damaged(error: unknown): Error {
    return damaged(error, this.#file, this.#chunk.offset)
  }
}
