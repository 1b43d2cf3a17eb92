import { DuckDBDataChunk } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import type { DataChunk } from '@duckdb/node-bindings'
import { generateFunction } from '@holdfast/core/backend'
import type { StoredRow, StoredValue } from '@holdfast/core/backend'
import { columnWriter } from './column-writers.js'
import type { ColumnWriter } from './column-writers.js'
import type { NamedColumn } from './rows.js'

/** Rows of a chunk. */
export const chunkSize = duckdb.vector_size()

/** Takes one column out of rows; tells whether there is a null among its values. */
type Gather = (rows: readonly StoredRow[], start: number, count: number, values: StoredValue[]) => boolean

interface Column {
  readonly gather: Gather
  readonly writer: ColumnWriter
}

/** Turns rows into chunks: one after another, in the same memory. */
export class ChunkWriter {
  readonly #columns: readonly Column[]
  readonly #chunk: DataChunk
  readonly #values = new Array<StoredValue>(chunkSize)
  readonly #valid = new Uint8Array(Math.ceil(chunkSize / 64) * 8)

  constructor(columns: readonly NamedColumn[]) {
    this.#columns = columns.map(({ name, type }) => ({
      gather: gatherer(name),
      writer: columnWriter(type, chunkSize),
    }))
    this.#chunk = duckdb.create_data_chunk(this.#columns.map(({ writer }) => writer.type))
  }

  /** The rows from `start` on, as many as a chunk holds. Good until the next call. */
  write(rows: readonly StoredRow[], start: number): DuckDBDataChunk {
    const count = Math.min(chunkSize, rows.length - start)
    duckdb.data_chunk_reset(this.#chunk)
    duckdb.data_chunk_set_size(this.#chunk, count)
    this.#columns.forEach(({ gather, writer }, index) => {
      const vector = duckdb.data_chunk_get_vector(this.#chunk, index)
      const hasNulls = gather(rows, start, count, this.#values)
      writer.write(vector, this.#values, count)
      if (hasNulls) {
        this.#markNulls(count)
        duckdb.vector_ensure_validity_writable(vector)
        duckdb.copy_data_to_vector_validity(vector, 0, this.#valid.buffer, 0, Math.ceil(count / 64) * 8)
      }
    })
    return new DuckDBDataChunk(this.#chunk)
  }

  #markNulls(count: number): void {
    this.#valid.fill(0xff)
    for (let row = 0; row < count; row++)
      if (this.#values[row] === null) this.#valid[row >> 3]! &= ~(1 << (row & 7))
  }
}

/** With the name in its text, the function finds the property at once in all rows of one shape. */
function gatherer(name: string): Gather {
  const body = `let found = false
for (let row = 0; row < count; row++) if ((values[row] = rows[start + row][${JSON.stringify(name)}]) === null) found = true
return found`
  const generated = generateFunction<Gather>(['rows', 'start', 'count', 'values'], body)
  if (generated !== undefined) return generated
  return (rows, start, count, values) => {
    let found = false
    for (let row = 0; row < count; row++) if ((values[row] = rows[start + row]![name]!) === null) found = true
    return found
  }
}
