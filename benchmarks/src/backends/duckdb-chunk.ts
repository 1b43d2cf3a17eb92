/** The fastest way into DuckDB from JavaScript: typed arrays by hand, each column copied into its vector at once. */

import { DuckDBDataChunk } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import type { DataChunk, Vector } from '@duckdb/node-bindings'

export const chunkLength = duckdb.vector_size()

/** A column by how its values are written and where they are found in a row. */
export type HandColumn<Row> =
  | { readonly kind: 'integer' | 'double' | 'timestamp'; readonly of: (row: Row) => number }
  | { readonly kind: 'boolean'; readonly of: (row: Row) => boolean }
  | { readonly kind: 'text'; readonly of: (row: Row) => string | null }

type WriteVector<Row> = (vector: Vector, rows: readonly Row[]) => void

const { Type } = duckdb
const types = {
  integer: Type.BIGINT,
  double: Type.DOUBLE,
  timestamp: Type.TIMESTAMP_MS,
  boolean: Type.BOOLEAN,
  text: Type.VARCHAR,
} as const

/** One chunk, filled again and again. */
export class ChunkByHand<Row> {
  readonly #chunk: DataChunk
  readonly #writers: readonly WriteVector<Row>[]

  constructor(columns: readonly HandColumn<Row>[]) {
    this.#chunk = duckdb.create_data_chunk(columns.map(({ kind }) => duckdb.create_logical_type(types[kind])))
    this.#writers = columns.map(writerOf)
  }

  /** Good until the next call. */
  fill(rows: readonly Row[]): DuckDBDataChunk {
    duckdb.data_chunk_reset(this.#chunk)
    duckdb.data_chunk_set_size(this.#chunk, rows.length)
    this.#writers.forEach((write, index) => write(duckdb.data_chunk_get_vector(this.#chunk, index), rows))
    return new DuckDBDataChunk(this.#chunk)
  }
}

function writerOf<Row>(column: HandColumn<Row>): WriteVector<Row> {
  switch (column.kind) {
    case 'integer':
    case 'timestamp': {
      const halves = new Int32Array(chunkLength * 2)
      return (vector, rows) => {
        for (let index = 0; index < rows.length; index++) {
          const value = column.of(rows[index]!)
          halves[index * 2] = value
          halves[index * 2 + 1] = Math.floor(value / 2 ** 32)
        }
        duckdb.copy_data_to_vector(vector, 0, halves.buffer, 0, rows.length * 8)
      }
    }
    case 'double': {
      const items = new Float64Array(chunkLength)
      return (vector, rows) => {
        for (let index = 0; index < rows.length; index++) items[index] = column.of(rows[index]!)
        duckdb.copy_data_to_vector(vector, 0, items.buffer, 0, rows.length * 8)
      }
    }
    case 'boolean': {
      const items = new Uint8Array(chunkLength)
      return (vector, rows) => {
        for (let index = 0; index < rows.length; index++) items[index] = column.of(rows[index]!) ? 1 : 0
        duckdb.copy_data_to_vector(vector, 0, items.buffer, 0, rows.length)
      }
    }
    case 'text':
      return textWriter(column.of)
  }
}

/** A text of up to 12 bytes stands in the vector; DuckDB makes the place for longer ones. */
function textWriter<Row>(of: (row: Row) => string | null): WriteVector<Row> {
  const words = new Uint32Array(chunkLength * 4)
  const bytes = new Uint8Array(words.buffer)
  const valid = new Uint8Array(chunkLength / 8)
  return (vector, rows) => {
    const long: number[] = []
    let nulls = false
    words.fill(0)
    valid.fill(0xff)
    for (let index = 0; index < rows.length; index++) {
      const value = of(rows[index]!)
      if (value === null) {
        nulls = true
        valid[index >> 3]! &= ~(1 << (index & 7))
      } else if (!inline(value, bytes, index * 16 + 4)) long.push(index)
      else words[index * 4] = value.length
    }
    duckdb.copy_data_to_vector(vector, 0, words.buffer, 0, rows.length * 16)
    for (const index of long) duckdb.vector_assign_string_element(vector, index, of(rows[index]!)!)
    if (!nulls) return
    duckdb.vector_ensure_validity_writable(vector)
    duckdb.copy_data_to_vector_validity(vector, 0, valid.buffer, 0, valid.length)
  }
}

function inline(value: string, bytes: Uint8Array, start: number): boolean {
  if (value.length > 12) return false
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index)
    if (unit > 0x7f) {
      bytes.fill(0, start, start + index)
      return false
    }
    bytes[start + index] = unit
  }
  return true
}
