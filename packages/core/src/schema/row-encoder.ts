import { HoldfastError } from '../backend/errors.js'
import { encoderOf, toStored } from './codecs.js'
import { defaultOf } from './defaults.js'
import { describeValue } from './describe.js'
import { isPlainObject, membersOf } from './guard.js'
import { checkKeySize } from './key-size.js'
import { limits } from './limits.js'
import type { ValueLimits } from './limits.js'
import { didYouMean } from './nearest.js'
import { pathOf, stepInto } from './place.js'
import type { Place } from './place.js'
import { generateRowEncoder } from './row-code.js'
import type { ColumnDefinition, StoredRow, StoredValue, TableDefinition } from './types.js'

/**
 * Turns a caller's row into a stored one. It holds every column but a generated one that is to be assigned: what is absent
 * or undefined becomes the default, the version becomes 1 whatever the caller gives. `now` is the instant of the call in
 * milliseconds, the same for all rows of a call. The caller's row is neither changed nor kept (TYPE-11).
 */
export type RowEncoder = (row: unknown, place: Place, now?: number) => StoredRow

/** Turns the columns to change into stored values, in the order of the table's columns; undefined means absent. */
export type PatchEncoder = (patch: unknown, place: Place) => StoredRow

/**
 * Makes the encoder of a table's rows; make it once and keep it.
 *
 * The encoder throws HoldfastError with the path of the value: `INVALID_VALUE` when a value does not belong to its column or
 * is missing, `UNKNOWN_COLUMN`, `LIMIT_EXCEEDED` (TYPE-1 to TYPE-10).
 */
export function compileRowEncoder(table: TableDefinition, bounds: ValueLimits = limits): RowEncoder {
  const encode = interpretRows(table, bounds)
  const encodeFast = generateRowEncoder(table, bounds)
  if (encodeFast === undefined) return encode
  return (row, place, now) => {
    try {
      const stored = encodeFast(row, now)
      if (stored !== undefined) return stored
    } catch {
      // Whatever is wrong with the row, the interpreter finds it again and says so.
    }
    return encode(row, place, now)
  }
}

/**
 * Makes the encoder of patches; throws as that of rows does, and `INVALID_VALUE` for columns of the key (WRITE-4) and for
 * the version (WRITE-5).
 */
export function compilePatchEncoder(table: TableDefinition, bounds: ValueLimits = limits): PatchEncoder {
  const encode = interpretPatches(table, bounds)
  const encodeFast = fastPatchEncoder(table, bounds)
  return (patch, place) => {
    try {
      const stored = encodeFast(patch)
      if (stored !== undefined) return stored
    } catch {
      // As with rows.
    }
    return encode(patch, place)
  }
}

function interpretPatches(table: TableDefinition, bounds: ValueLimits): PatchEncoder {
  const read = rowReader(table)
  return (patch, place) => {
    const path = pathOf(place, 'rows')
    const values = read(patch, path)
    const stored: StoredRow = {}
    for (const column of table.columns) {
      const value = values[column.name]
      if (value === undefined) continue
      if (table.primaryKey.includes(column.name)) {
        throw invalid(table, column, path, 'is part of the key, which never changes')
      }
      if (column.version) throw invalid(table, column, path, 'is the version, which rises by itself')
      stored[column.name] = encodeValue(table, column, value, path, bounds)
    }
    return stored
  }
}

/** Encodes a plain patch without a fault whose columns are in the order of the table's; for every other gives undefined, or throws. */
function fastPatchEncoder(
  table: TableDefinition,
  bounds: ValueLimits,
): (patch: unknown) => StoredRow | undefined {
  const settable = new Map(
    table.columns.flatMap(({ name, type, nullable, version }, index) => {
      if (version || table.primaryKey.includes(name)) return []
      return [[name, { index, nullable, encode: encoderOf(type, bounds.maxValueBytes) }] as const]
    }),
  )
  return (patch) => {
    if (typeof patch !== 'object' || patch === null || !isPlainObject(patch)) return undefined
    const stored: StoredRow = {}
    let last = -1
    for (const name of Object.keys(patch)) {
      const column = settable.get(name)
      if (column === undefined || column.index < last) return undefined
      last = column.index
      const value = (patch as Readonly<Record<string, unknown>>)[name]
      if (value === null && !column.nullable) return undefined
      const encoded = value === null ? null : column.encode(value)
      if (encoded === undefined) return undefined
      stored[name] = encoded
    }
    return stored
  }
}

/** The encoder in its readable form: decides every case and words every refusal. */
function interpretRows(table: TableDefinition, bounds: ValueLimits): RowEncoder {
  const read = rowReader(table)
  return (row, place, now) => {
    const path = pathOf(place, 'rows')
    const values = read(row, path)
    const stored: StoredRow = {}
    for (const column of table.columns) {
      const value = values[column.name]
      const encoded =
        value === undefined ? defaultOf(column, now) : encodeValue(table, column, value, path, bounds)
      if (column.version) stored[column.name] = 1
      else if (encoded !== undefined) stored[column.name] = encoded
      else if (column.generated === undefined) {
        throw invalid(table, column, path, 'is missing: the column is not nullable and has no default')
      }
    }
    checkKeySize(table, stored, bounds, path)
    return stored
  }
}

/** Takes the columns of a table out of a caller's row; each is read once. */
function rowReader(
  table: TableDefinition,
): (row: unknown, path: string) => Readonly<Record<string, unknown>> {
  const names = new Set(table.columns.map((column) => column.name))
  return (row, path) => {
    const members = membersOf(row, 'INVALID_VALUE', path)
    if (members === undefined) {
      const found = describeValue(row)
      const hint = found === 'an object' ? 'an instance of a class: copy it with { ...row }' : found
      throw new HoldfastError('INVALID_VALUE', `${path} must be a plain object, not ${hint}`, {
        table: table.name,
        path,
      })
    }
    const stranger = Object.keys(members).find((name) => !names.has(name))
    if (stranger !== undefined) throw unknownColumn(table, stranger, path)
    return members
  }
}

function encodeValue(
  table: TableDefinition,
  column: ColumnDefinition,
  value: unknown,
  path: string,
  { maxValueBytes }: ValueLimits,
): StoredValue {
  if (value === null) {
    if (column.nullable) return null
    throw invalid(table, column, path, 'is null, and the column is not nullable')
  }
  const context = { table: table.name, column: column.name, maxBytes: maxValueBytes }
  return toStored(column.type, value, `${path}.${column.name}`, context)
}

function invalid(
  table: TableDefinition,
  column: ColumnDefinition,
  place: string,
  problem: string,
): HoldfastError {
  const path = `${place}.${column.name}`
  return new HoldfastError('INVALID_VALUE', `${path} ${problem}`, {
    table: table.name,
    column: column.name,
    path,
  })
}

function unknownColumn(table: TableDefinition, name: string, place: string): HoldfastError {
  const path = place + stepInto(name)
  const hint = didYouMean(
    name,
    table.columns.map((column) => column.name),
  )
  return new HoldfastError('UNKNOWN_COLUMN', `${path}: the table "${table.name}" has no such column${hint}`, {
    table: table.name,
    path,
  })
}
