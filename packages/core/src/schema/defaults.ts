import { dateOf } from './date.js'
import type { ColumnDefinition, StoredValue } from './types.js'
import { uuidv7 } from './uuid.js'

/** What stands for an absent value, at an instant in milliseconds; undefined where there is nothing, or the engine assigns it. */
export function defaultOf(column: ColumnDefinition, now: number = Date.now()): StoredValue | undefined {
  const given = column.default
  switch (given?.kind) {
    case 'value':
      return given.value
    case 'uuid':
      return uuidv7()
    case 'now':
      return instantAs(column, now)
    case undefined:
      return column.nullable ? null : undefined
  }
}

function instantAs({ type }: ColumnDefinition, now: number): StoredValue {
  if (type.name === 'date') return dateOf(now)
  return type.name === 'timestamp' && type.unit === 'us' ? BigInt(now) * 1000n : now
}
