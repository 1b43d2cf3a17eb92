import duckdb from '@duckdb/node-bindings'
import type { LogicalType as PhysicalType, Vector } from '@duckdb/node-bindings'
import type { LogicalType, StoredValue } from '@holdfast/core/backend'
import { dayOfDate } from './dates.js'
import { writeUuid } from './uuids.js'

/** Writes a column of a chunk. */
export interface ColumnWriter {
  readonly type: PhysicalType
  /** Writes the first `count` values into a vector of the type. Nulls are left to the caller. */
  write(vector: Vector, values: readonly StoredValue[], count: number): void
}

type Items = Uint8Array | Int16Array | Int32Array | Float64Array | BigInt64Array

/** A column of fixed width: all of its values are copied at once. */
function fixed<View extends Items, Value>(
  type: PhysicalType,
  items: View,
  itemsOfValue: number,
  put: (items: View, row: number, value: Value) => void,
): ColumnWriter {
  const width = itemsOfValue * items.BYTES_PER_ELEMENT
  return {
    type,
    write(vector, values, count) {
      for (let row = 0; row < count; row++) {
        const value = values[row]!
        if (value !== null) put(items, row, value as Value)
      }
      duckdb.copy_data_to_vector(vector, 0, items.buffer as ArrayBuffer, items.byteOffset, count * width)
    },
  }
}

const { Type } = duckdb
const simple = (type: (typeof Type)[keyof typeof Type]) => duckdb.create_logical_type(type)

const flags = (rows: number) =>
  fixed(simple(Type.BOOLEAN), new Uint8Array(rows), 1, (items, row, value: boolean) => {
    items[row] = value ? 1 : 0
  })

/** Safe integers as the two halves of an int64. */
const safeIntegers = (type: PhysicalType, rows: number) =>
  fixed(type, new Int32Array(rows * 2), 2, (halves, row, value: number) => {
    // Storing keeps the lower 32 bits, of negative numbers too.
    halves[row * 2] = value
    halves[row * 2 + 1] = Math.floor(value / 2 ** 32)
  })

const int64s = (type: PhysicalType, rows: number) =>
  fixed(type, new BigInt64Array(rows), 1, (items, row, value: bigint) => {
    items[row] = value
  })

const doubles = (rows: number) =>
  fixed(simple(Type.DOUBLE), new Float64Array(rows), 1, (items, row, value: number) => {
    items[row] = value
  })

const dates = (rows: number) =>
  fixed(simple(Type.DATE), new Int32Array(rows), 1, (items, row, value: string) => {
    items[row] = dayOfDate(value)
  })

const uuids = (rows: number) =>
  fixed(simple(Type.UUID), new Uint8Array(rows * 16), 16, (items, row, value: string) => {
    writeUuid(value, items, row * 16)
  })

function decimals(precision: number, scale: number, rows: number): ColumnWriter {
  const type = duckdb.create_decimal_type(precision, scale)
  if (precision > 9) return int64s(type, rows)
  const items = precision > 4 ? new Int32Array(rows) : new Int16Array(rows)
  return fixed(type, items, 1, (view, row, value: bigint) => {
    view[row] = Number(value)
  })
}

const wordsOfEntry = 4
const bytesOfEntry = 16
const longestInline = 12

/**
 * Texts and blobs: those of up to 12 bytes stand in the vector itself, and are copied with it. DuckDB makes the place for
 * longer ones, one by one.
 */
function variable<Value>(
  type: PhysicalType,
  rows: number,
  /** Writes a short value; false if it is not short. */
  inline: (value: Value, bytes: Uint8Array, start: number) => number | undefined,
  assign: (vector: Vector, row: number, value: Value) => void,
): ColumnWriter {
  const words = new Uint32Array(rows * wordsOfEntry)
  const bytes = new Uint8Array(words.buffer)
  return {
    type,
    write(vector, values, count) {
      const long: number[] = []
      words.fill(0, 0, count * wordsOfEntry)
      for (let row = 0; row < count; row++) {
        const value = values[row]!
        if (value === null) continue
        const length = inline(value as Value, bytes, row * bytesOfEntry + 4)
        if (length === undefined) long.push(row)
        else words[row * wordsOfEntry] = length
      }
      duckdb.copy_data_to_vector(vector, 0, words.buffer, 0, count * bytesOfEntry)
      for (const row of long) assign(vector, row, values[row] as Value)
    },
  }
}

const texts = (rows: number) =>
  variable<string>(simple(Type.VARCHAR), rows, inlineText, (vector, row, value) =>
    duckdb.vector_assign_string_element(vector, row, value),
  )

const blobs = (rows: number) =>
  variable<Uint8Array>(simple(Type.BLOB), rows, inlineBytes, (vector, row, value) =>
    duckdb.vector_assign_string_element_len(vector, row, value),
  )

/** ASCII only: its units are its bytes. */
function inlineText(text: string, bytes: Uint8Array, start: number): number | undefined {
  const { length } = text
  if (length > longestInline) return undefined
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index)
    if (unit > 0x7f) {
      bytes.fill(0, start, start + index)
      return undefined
    }
    bytes[start + index] = unit
  }
  return length
}

function inlineBytes(value: Uint8Array, bytes: Uint8Array, start: number): number | undefined {
  if (value.length > longestInline) return undefined
  bytes.set(value, start)
  return value.length
}

/** @param rows how many a chunk has at most */
export function columnWriter(type: LogicalType, rows: number): ColumnWriter {
  switch (type.name) {
    case 'boolean':
      return flags(rows)
    case 'integer':
      return safeIntegers(simple(Type.BIGINT), rows)
    case 'bigint':
      return int64s(simple(Type.BIGINT), rows)
    case 'double':
      return doubles(rows)
    case 'decimal':
      return decimals(type.precision, type.scale, rows)
    case 'text':
    case 'json':
      return texts(rows)
    case 'bytes':
      return blobs(rows)
    case 'date':
      return dates(rows)
    case 'timestamp':
      return type.unit === 'ms'
        ? safeIntegers(simple(Type.TIMESTAMP_MS), rows)
        : int64s(simple(Type.TIMESTAMP), rows)
    case 'uuid':
      return uuids(rows)
  }
}
