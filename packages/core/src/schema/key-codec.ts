import { HoldfastError } from '../backend/errors.js'
import { generateFunction } from '../backend/generate-function.js'
import { decoderOf, encoderOf, toStored } from './codecs.js'
import { keyOfRow } from './compare.js'
import { describeValue } from './describe.js'
import { guard, membersOf } from './guard.js'
import { checkKeySize, keyColumns, keyRoom } from './key-size.js'
import { limits } from './limits.js'
import type { ValueLimits } from './limits.js'
import { pathOf, stepInto } from './place.js'
import type { Place } from './place.js'
import { didYouMean } from './nearest.js'
import type { ColumnDefinition, Key, StoredRow, StoredValue, TableDefinition } from './types.js'

/**
 * Turns a caller's key into a stored one. A key of one column is the value itself; one of several is an object of them, or
 * an array in the order of the primary key.
 */
export type KeyEncoder = (key: unknown, place: Place) => Key

/**
 * Makes the encoder of a table's keys; make it once and keep it.
 *
 * The encoder throws HoldfastError: `INVALID_VALUE` when the key is not of the key's columns and types, `UNKNOWN_COLUMN`
 * when an object names another column, `LIMIT_EXCEEDED` when it is too long (TYPE-10).
 */
export function compileKeyEncoder(table: TableDefinition, bounds: ValueLimits = limits): KeyEncoder {
  const columns = keyColumns(table)
  const [only] = columns
  if (only === undefined) {
    throw new HoldfastError(
      'READ_ONLY',
      `the table "${table.name}" has no primary key: it can be read, but not by key`,
      {
        table: table.name,
      },
    )
  }
  return columns.length === 1
    ? singleKeyEncoder(table, only, bounds)
    : compositeKeyEncoder(table, columns, bounds)
}

function singleKeyEncoder(table: TableDefinition, column: ColumnDefinition, bounds: ValueLimits): KeyEncoder {
  const encode = encoderOf(column.type, bounds.maxValueBytes)
  const room = keyRoom(table, bounds)
  return (key, place) => {
    const stored = encode(key)
    if (stored === undefined) return [encodePart(table, column, key, pathOf(place, 'keys'), bounds)]
    if (room !== undefined && !((stored as string | Uint8Array).length <= room.length)) {
      checkKeySize(table, { [column.name]: stored }, bounds, pathOf(place, 'keys'))
    }
    return [stored]
  }
}

function compositeKeyEncoder(
  table: TableDefinition,
  columns: readonly ColumnDefinition[],
  bounds: ValueLimits,
): KeyEncoder {
  return (key, place) => {
    const path = pathOf(place, 'keys')
    const parts = arrayParts(columns, key, path) ?? objectParts(table, columns, key, path)
    const stored = parts.map(({ value, path }, index) =>
      encodePart(table, columns[index]!, value, path, bounds),
    )
    const row: StoredRow = Object.fromEntries(columns.map(({ name }, index) => [name, stored[index]!]))
    checkKeySize(table, row, bounds, path)
    return stored
  }
}

function encodePart(
  table: TableDefinition,
  column: ColumnDefinition,
  value: unknown,
  path: string,
  { maxValueBytes }: ValueLimits,
): StoredValue {
  return toStored(column.type, value, path, {
    table: table.name,
    column: column.name,
    maxBytes: maxValueBytes,
  })
}

interface Part {
  readonly value: unknown
  readonly path: string
}

function arrayParts(
  columns: readonly ColumnDefinition[],
  key: unknown,
  path: string,
): readonly Part[] | undefined {
  return guard('INVALID_VALUE', path, () => {
    if (!Array.isArray(key) || key.length !== columns.length) return undefined
    return columns.map((_, index) => ({ value: (key as unknown[])[index], path: path + stepInto(index) }))
  })
}

function objectParts(
  table: TableDefinition,
  columns: readonly ColumnDefinition[],
  key: unknown,
  path: string,
): readonly Part[] {
  const members = membersOf(key, 'INVALID_VALUE', path)
  if (members === undefined) throw invalidKey(table, path, describeValue(key))
  const stranger = Object.keys(members).find((name) => !table.primaryKey.includes(name))
  if (stranger !== undefined) {
    const place = path + stepInto(stranger)
    const hint = didYouMean(stranger, table.primaryKey)
    throw new HoldfastError(
      'UNKNOWN_COLUMN',
      `${place}: the key of "${table.name}" has no such column${hint}`,
      {
        table: table.name,
        path: place,
      },
    )
  }
  return columns.map(({ name }) => ({ value: members[name], path: path + stepInto(name) }))
}

function invalidKey(table: TableDefinition, path: string, found: string): HoldfastError {
  const names = table.primaryKey.join(', ')
  return new HoldfastError(
    'INVALID_VALUE',
    `${path} must be an object of ${names}, or an array of all of them in this order, not ${found}`,
    { table: table.name, path },
  )
}

/** Makes what turns a stored key into the user's: the value itself, or an object of the key's columns where there are several. */
export function compileKeyDecoder(table: TableDefinition): (key: Key) => unknown {
  const parts = keyColumns(table).map(({ name, type }) => ({ name, decode: decoderOf(type) ?? same }))
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return (key) => only.decode(key[0]!)
  return (key) => Object.fromEntries(parts.map(({ name, decode }, index) => [name, decode(key[index]!)]))
}

const same = (value: StoredValue): unknown => value

/** Makes what gives the key of a stored row as the user writes it. */
export function compileUserKey(table: TableDefinition): (row: StoredRow) => unknown {
  const [only, ...more] = keyColumns(table)
  const isPlain = only !== undefined && more.length === 0 && decoderOf(only.type) === undefined
  const plain = isPlain
    ? generateFunction<(row: StoredRow) => unknown>(['row'], `return row[${JSON.stringify(only.name)}]`)
    : undefined
  if (plain !== undefined) return plain
  const keyOf = keyOfRow(table)
  const decode = compileKeyDecoder(table)
  return (row) => decode(keyOf(row))
}
