import duckdb from '@duckdb/node-bindings'
import type { DataChunk } from '@duckdb/node-bindings'

/** Whether the value of a row is not null. */
export type IsValid = (row: number) => boolean

/** A column of a chunk: its values as DuckDB lays them out, copied. */
export interface Vector {
  readonly data: Uint8Array
  readonly count: number
  readonly isValid: IsValid
  /** Whether no value is null. */
  readonly full: boolean
}

const always: IsValid = () => true

/** @param width bytes of one value */
export function vectorOf(chunk: DataChunk, column: number, count: number, width: number): Vector {
  const vector = duckdb.data_chunk_get_vector(chunk, column)
  const data = duckdb.vector_get_data(vector, count * width)
  const mask = duckdb.vector_get_validity(vector, Math.ceil(count / 64) * 8) as Uint8Array | null
  if (mask === null || isFull(mask, count)) return { data, count, isValid: always, full: true }
  return { data, count, isValid: (row) => ((mask[row >> 3]! >> (row & 7)) & 1) === 1, full: false }
}

function isFull(mask: Uint8Array, count: number): boolean {
  const whole = count >> 3
  for (let index = 0; index < whole; index++) if (mask[index] !== 0xff) return false
  const rest = (1 << (count & 7)) - 1
  return rest === 0 || (mask[whole]! & rest) === rest
}
