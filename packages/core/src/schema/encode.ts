import { HoldfastError } from '../backend/errors.js'
import { isPlainObject } from './canonical-json.js'
import { dateOf } from './date.js'
import { describeValue } from './describe.js'
import { limits } from './limits.js'
import type { ValueLimits } from './limits.js'
import { didYouMean } from './nearest.js'
import type { ColumnDefinition, Key, StoredRow, StoredValue, TableDefinition } from './types.js'
import { uuidv7 } from './uuid.js'
import { decoderOf, toStored } from './values.js'
import type { RelationColumns } from '../relation/types.js'

/** Where a value is, for errors: a text as it is, or the number of a row in a batch (`rows[3]`). */
export type Place = string | number

/**
 * Turns a caller's row into a stored one with all columns but the generated ones that are to be assigned; `now` is the
 * instant of the call in milliseconds. A version column is 1, whatever the row holds.
 */
export type RowEncoder = (row: unknown, place: Place, now?: number) => StoredRow
/** Turns the columns to change into stored values. */
export type PatchEncoder = (patch: unknown, place: Place) => StoredRow
/** Turns a caller's key into a stored one. */
export type KeyEncoder = (key: unknown, place: Place) => Key

/** @throws HoldfastError `INVALID_VALUE`, `UNKNOWN_COLUMN`, `LIMIT_EXCEEDED` with the path of the value */
export function compileRowEncoder(table: TableDefinition, bounds: ValueLimits = limits): RowEncoder {
  return (row, place, now = Date.now()) => {
    const source = readRow(table, row, place)
    const stored: StoredRow = {}
    for (const column of table.columns) {
      const value = source[column.name]
      if (column.version) stored[column.name] = 1
      else if (value !== undefined) stored[column.name] = encodeColumn(table, column, value, place, bounds)
      else if (column.generated === undefined) stored[column.name] = defaultOf(table, column, place, now)
    }
    return stored
  }
}

/** @throws HoldfastError as of rows; also `INVALID_VALUE` for columns of the key (WRITE-4) and the version (WRITE-5) */
export function compilePatchEncoder(table: TableDefinition, bounds: ValueLimits = limits): PatchEncoder {
  return (patch, place) => {
    const source = readRow(table, patch, place)
    const stored: StoredRow = {}
    for (const column of table.columns) {
      const value = source[column.name]
      if (value === undefined) continue
      stored[column.name] = encodeColumn(table, column, value, place, bounds)
    }
    return stored
  }
}

/** @throws HoldfastError `INVALID_VALUE`, `LIMIT_EXCEEDED` */
export function compileKeyEncoder(table: TableDefinition, bounds: ValueLimits = limits): KeyEncoder {
  const columns = table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!)
  return (key, place) => {
    const [only] = columns
    if (columns.length === 1 && only !== undefined) return [encodeColumn(table, only, key, place, bounds)]
    const source: Record<string | number, unknown> = Object(key) as Record<string | number, unknown>
    return columns.map((column, index) =>
      encodeColumn(table, column, Array.isArray(key) ? source[index] : source[column.name], place, bounds),
    )
  }
}

/** The key as the user gives it: the value, or an object of the key's columns where there are several. */
export function compileKeyDecoder(table: TableDefinition): (key: Key) => unknown {
  const columns = table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!)
  const decoders = columns.map((column) => decoderOf(column.type) ?? ((value: StoredValue): unknown => value))
  if (columns.length === 1) return (key) => decoders[0]!(key[0]!)
  return (key) =>
    Object.fromEntries(columns.map((column, index) => [column.name, decoders[index]!(key[index]!)]))
}

/** Turns a stored row into the user's, in place: only the columns whose forms differ are touched. */
export function compileRowDecoder(
  columns: RelationColumns,
): ((row: StoredRow) => Record<string, unknown>) | undefined {
  const decoders = [...columns].flatMap(([name, { type }]) => {
    const decode = decoderOf(type)
    return decode === undefined ? [] : [{ name, decode }]
  })
  if (decoders.length === 0) return undefined
  return (row) => {
    const target: Record<string, unknown> = row
    for (const { name, decode } of decoders) {
      const stored = row[name]!
      if (stored !== null) target[name] = decode(stored)
    }
    return target
  }
}

function readRow(table: TableDefinition, row: unknown, place: Place): Record<string, unknown> {
  if (typeof row !== 'object' || row === null || !isPlainObject(row)) {
    throw new HoldfastError(
      'INVALID_VALUE',
      `${pathOf(place)} must be a plain object, not ${describeValue(row)}`,
      {
        table: table.name,
        path: pathOf(place),
      },
    )
  }
  const names = table.columns.map((column) => column.name)
  for (const name of Object.keys(row)) {
    if (names.includes(name)) continue
    const path = `${pathOf(place)}.${name}`
    throw new HoldfastError(
      'UNKNOWN_COLUMN',
      `${path}: the table "${table.name}" has no such column${didYouMean(name, names)}`,
      {
        table: table.name,
        path,
      },
    )
  }
  return row as Record<string, unknown>
}

function encodeColumn(
  table: TableDefinition,
  column: ColumnDefinition,
  value: unknown,
  place: Place,
  bounds: ValueLimits,
): StoredValue {
  if (value === null && column.nullable) return null
  return toStored(column.type, value, `${pathOf(place)}.${column.name}`, bounds.maxValueBytes)
}

function defaultOf(table: TableDefinition, column: ColumnDefinition, place: Place, now: number): StoredValue {
  const { default: given, type } = column
  if (given?.kind === 'value') return given.value
  if (given?.kind === 'uuid') return uuidv7()
  if (given?.kind === 'now')
    return type.name === 'date'
      ? dateOf(now)
      : type.name === 'timestamp' && type.unit === 'us'
        ? BigInt(now) * 1000n
        : now
  if (column.nullable) return null
  const path = `${pathOf(place)}.${column.name}`
  throw new HoldfastError(
    'INVALID_VALUE',
    `${path} is missing: the column is neither nullable nor has it a default`,
    {
      table: table.name,
      column: column.name,
      path,
    },
  )
}

function pathOf(place: Place): string {
  return typeof place === 'number' ? `rows[${place}]` : place
}
