import { Buffer } from 'node:buffer'
import { HoldfastError } from '../backend/errors.js'
import type { ValueLimits } from './limits.js'
import type {
  ColumnDefinition,
  LogicalType,
  StoredRow,
  StoredValue,
  TableDefinition,
  TypeName,
} from './types.js'

/** Bytes of the types whose values are all of one size, as the key limit counts them (TYPE-10). */
const fixedSizes: Partial<Record<TypeName, number>> = {
  boolean: 1,
  integer: 8,
  bigint: 8,
  double: 8,
  decimal: 8,
  date: 10,
  timestamp: 8,
  uuid: 36,
}

/** Bytes that every value of the type takes in an encoded key: 0 for texts and bytes, which may be empty. */
export function fixedKeySize(type: LogicalType): number {
  return fixedSizes[type.name] ?? 0
}

/** The columns of a table's primary key in its order. */
export function keyColumns(table: TableDefinition): readonly ColumnDefinition[] {
  return table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!)
}

/** Bytes of one value in an encoded key: text in UTF-8, numbers and instants 8, dates 10, UUIDs 36, booleans 1. */
export function keyValueSize(type: LogicalType, value: StoredValue): number {
  if (typeof value === 'string' && type.name === 'text') return Buffer.byteLength(value)
  return value instanceof Uint8Array ? value.byteLength : fixedKeySize(type)
}

/**
 * Refuses keys that are longer than the limit (TYPE-10). A key column that the row lacks counts as nothing.
 *
 * @throws HoldfastError `LIMIT_EXCEEDED`
 */
export function checkKeySize(
  table: TableDefinition,
  row: StoredRow,
  bounds: ValueLimits,
  path: string,
): void {
  let size = 0
  for (const column of keyColumns(table)) {
    const value = row[column.name]
    if (value !== undefined) size += keyValueSize(column.type, value)
  }
  if (size <= bounds.maxKeyBytes) return
  throw new HoldfastError(
    'LIMIT_EXCEEDED',
    `${path}: a primary key is at most ${bounds.maxKeyBytes} bytes, this one has ${size}`,
    { table: table.name, path },
  )
}

/** What decides quickly whether a key is short enough. */
export interface KeyRoom {
  /** The key columns whose values can be of any length. */
  readonly names: readonly string[]
  /** The keys whose values there have together at most this length are surely short enough. */
  readonly length: number
}

/** Undefined where every key is short enough. */
export function keyRoom(table: TableDefinition, bounds: ValueLimits): KeyRoom | undefined {
  const columns = keyColumns(table)
  const open = columns.filter((column) => fixedKeySize(column.type) === 0)
  const fixed = columns.reduce((sum, column) => sum + fixedKeySize(column.type), 0)
  if (open.length === 0 && fixed <= bounds.maxKeyBytes) return undefined
  // No UTF-16 unit takes more than three bytes.
  return { names: open.map((column) => column.name), length: (bounds.maxKeyBytes - fixed) / 3 }
}
