import { Buffer } from 'node:buffer'
import { generateFunction } from '../backend/generate-function.js'
import { compareText } from './text.js'
import type { Key, LogicalType, StoredRow, StoredValue, TableDefinition, TypeName } from './types.js'

/** Negative when the first value comes first, positive when the second does, 0 when they are equal. */
export type Comparator<Value> = (left: Value, right: Value) => number

/** What `Map`, `Set` and `===` tell apart exactly as the semantics tell stored values of one type apart. */
export type Identity = string | number | bigint | boolean | null

const compareOrdered: Comparator<StoredValue> = (left, right) =>
  left! < right! ? -1 : left! > right! ? 1 : 0

const comparators: Record<TypeName, Comparator<never>> = {
  boolean: (left: boolean, right: boolean) => Number(left) - Number(right),
  integer: (left: number, right: number) => left - right,
  bigint: compareOrdered,
  double: compareOrdered,
  decimal: compareOrdered,
  text: compareText,
  bytes: (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right),
  date: compareOrdered,
  timestamp: compareOrdered,
  uuid: compareOrdered,
  json: compareText,
}

/** The order of the stored, non-null values of a type (ORDER-1). Decimals must be of one scale. */
export function comparatorOf(type: LogicalType): Comparator<StoredValue> {
  return comparators[type.name] as Comparator<StoredValue>
}

/** The order of the keys of a table (ORDER-2). */
export function compareKeys(table: TableDefinition): Comparator<Key> {
  const compare = table.primaryKey.map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name)!
    return comparatorOf(column.type)
  })
  const [first] = compare
  if (compare.length === 1 && first !== undefined) return (left, right) => first(left[0]!, right[0]!)
  return (left, right) => {
    for (let index = 0; index < compare.length; index++) {
      const order = compare[index]!(left[index]!, right[index]!)
      if (order !== 0) return order
    }
    return 0
  }
}

/** Takes the key out of a whole row. */
export function keyOfRow(table: TableDefinition): (row: StoredRow) => Key {
  const names = table.primaryKey
  const parts = names.map((name) => `row[${JSON.stringify(name)}]`)
  const generated = generateFunction<(row: StoredRow) => Key>(['row'], `return [${parts.join(', ')}]`)
  return generated ?? ((row) => names.map((name) => row[name]!))
}

const same = (value: StoredValue) => value as Identity

/**
 * Gives what stands for a value, null included, in a `Map` or `Set`: equal values have the same identity (TYPE-1 to TYPE-9).
 * Decimals are equal by value, also where their scales differ.
 */
export function valueIdentity(type: LogicalType): (value: StoredValue) => Identity {
  if (type.name === 'bytes')
    return (value) => (value === null ? null : Buffer.from(value as Uint8Array).toString('latin1'))
  if (type.name === 'decimal') {
    const factor = 10n ** BigInt(18 - type.scale)
    return (value) => (value === null ? null : (value as bigint) * factor)
  }
  return same
}

/** Like `valueIdentity` for several values at once: keys, groups, distinct rows. */
export function tupleIdentity(types: readonly LogicalType[]): (values: readonly StoredValue[]) => Identity {
  const parts = types.map(valueIdentity)
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return (values) => first(values[0]!)
  return (values) => {
    let identity = ''
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index]!(values[index]!)
      // Lengths in front keep ('a', 'bc') and ('ab', 'c') apart, and null apart from every text.
      const text = part === null ? undefined : String(part)
      identity += text === undefined ? '-' : `${text.length}:${text}`
    }
    return identity
  }
}
