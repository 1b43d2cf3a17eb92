import { DuckDBTypeId } from '@duckdb/node-api'
import type { DuckDBType } from '@duckdb/node-api'
import type { DataChunk } from '@duckdb/node-bindings'
import { HoldfastError } from '@holdfast/core/backend'
import type { LogicalType, StoredValue } from '@holdfast/core/backend'
import { dateOfDay } from './dates.js'
import { readBlobs, readTexts } from './strings.js'
import { readUuids } from './uuids.js'
import { vectorOf } from './vector.js'
import type { Vector } from './vector.js'

/** Reads one column of a chunk of so many rows as stored values. */
export type ReadColumn = (chunk: DataChunk, column: number, count: number) => StoredValue[]

type ReadVector = (vector: Vector) => StoredValue[]

/** How a physical type is read as a logical one: bytes of a value, and what its vector holds. */
interface Layout {
  readonly width: number
  readonly read: ReadVector
}

/** A column of fixed width: `at` gives the value of a row of the typed array that `view` lays over the data. */
function fixed<View>(
  width: number,
  view: (data: Uint8Array, count: number) => View,
  at: (view: View, row: number) => StoredValue,
): Layout {
  return {
    width,
    read: ({ data, count, isValid, full }) => {
      const items = view(data, count)
      const values = new Array<StoredValue>(count)
      if (full) for (let row = 0; row < count; row++) values[row] = at(items, row)
      else for (let row = 0; row < count; row++) values[row] = isValid(row) ? at(items, row) : null
      return values
    },
  }
}

type ViewOf<View> = new (buffer: ArrayBufferLike, offset: number, length: number) => View

function over<View>(View: ViewOf<View>, items = 1): (data: Uint8Array, count: number) => View {
  return (data, count) => new View(data.buffer, data.byteOffset, count * items)
}

const numbers: Partial<Record<DuckDBTypeId, Layout>> = {
  [DuckDBTypeId.BOOLEAN]: fixed(1, over(Uint8Array), (items, row) => items[row] === 1),
  [DuckDBTypeId.TINYINT]: fixed(1, over(Int8Array), (items, row) => items[row]!),
  [DuckDBTypeId.SMALLINT]: fixed(2, over(Int16Array), (items, row) => items[row]!),
  [DuckDBTypeId.INTEGER]: fixed(4, over(Int32Array), (items, row) => items[row]!),
  [DuckDBTypeId.DOUBLE]: fixed(8, over(Float64Array), (items, row) => items[row]!),
}

/** An int64 as a number, put together from its halves: a bigint for each would cost more than all the rest. */
const safeIntegers = fixed(8, over(Int32Array, 2), (halves, row) => {
  const value = halves[row * 2 + 1]! * 2 ** 32 + (halves[row * 2]! >>> 0)
  return Number.isSafeInteger(value) ? value : invalid('a safe integer')
})

const int64s = fixed(8, over(BigInt64Array), (items, row) => items[row]!)

const decimals: Readonly<Record<number, Layout>> = {
  2: fixed(2, over(Int16Array), (items, row) => BigInt(items[row]!)),
  4: fixed(4, over(Int32Array), (items, row) => BigInt(items[row]!)),
  8: int64s,
  16: fixed(
    16,
    over(BigInt64Array, 2),
    (halves, row) => (halves[row * 2 + 1]! << 64n) + BigInt.asUintN(64, halves[row * 2]!),
  ),
}

/** Bytes of a decimal of so many digits. */
function widthOfDecimal(digits: number): number {
  if (digits <= 4) return 2
  if (digits <= 9) return 4
  return digits <= 18 ? 8 : 16
}

const dates = fixed(
  4,
  over(Int32Array),
  (items, row) => dateOfDay(items[row]!) ?? invalid('a date of the years 1 to 9999'),
)

const texts: Layout = { width: 16, read: ({ data, count, isValid }) => readTexts(data, count, isValid) }
const blobs: Layout = { width: 16, read: ({ data, count, isValid }) => readBlobs(data, count, isValid) }
const uuids: Layout = { width: 16, read: ({ data, count, isValid }) => readUuids(data, count, isValid) }

function layoutOf(physical: DuckDBType, logical: LogicalType): Layout | undefined {
  const { typeId } = physical
  switch (logical.name) {
    case 'integer':
      return typeId === DuckDBTypeId.BIGINT ? safeIntegers : numbers[typeId]
    case 'bigint':
      return typeId === DuckDBTypeId.BIGINT ? int64s : undefined
    case 'decimal':
      return 'width' in physical ? decimals[widthOfDecimal(physical.width)] : undefined
    case 'date':
      return typeId === DuckDBTypeId.DATE ? dates : undefined
    case 'timestamp':
      // Of a column that is always null the vector may be half as wide: see `onlyNulls`.
      if (typeId === DuckDBTypeId.INTEGER) return undefined
      return logical.unit === 'ms' ? safeIntegers : int64s
    case 'uuid':
      return typeId === DuckDBTypeId.UUID ? uuids : undefined
    case 'bytes':
      return typeId === DuckDBTypeId.BLOB ? blobs : undefined
    case 'text':
    case 'json':
      return typeId === DuckDBTypeId.VARCHAR ? texts : undefined
    default:
      return numbers[typeId]
  }
}

/** How a column of a result is read. The compiler sees to it that the two types belong together. */
export function columnReader(physical: DuckDBType, logical: LogicalType): ReadColumn {
  const layout = layoutOf(physical, logical) ?? onlyNulls(physical, logical)
  return (chunk, column, count) => layout.read(vectorOf(chunk, column, count, layout.width))
}

/** DuckDB gives another type, INTEGER, where it has found that an expression is always null. */
function onlyNulls(physical: DuckDBType, logical: LogicalType): Layout {
  return {
    width: 0,
    read: ({ count, isValid }) =>
      Array.from({ length: count }, (_, row) => {
        if (!isValid(row)) return null
        throw new HoldfastError(
          'INTERNAL',
          `DuckDB gives ${String(physical)} where ${logical.name} was asked for.`,
        )
      }),
  }
}

function invalid(expected: string): never {
  throw new HoldfastError('INVALID_DATA', `A column holds a value that is not ${expected}.`)
}
