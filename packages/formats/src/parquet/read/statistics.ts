import type { LogicalType, StoredValue } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import type { Leaf, RawStatistics } from '../format/footer.js'
import type { ColumnStatistics } from '../types.js'
import type { MakeVector } from './vector.js'

/** What a file says of values, as stored values of the type as which they are read. */
export function statisticsFrom(
  { min, max, nulls, isExact }: RawStatistics,
  leaf: Leaf,
  type: LogicalType,
  make: MakeVector,
): ColumnStatistics {
  const bounds = isOrdered(leaf, type) ? { min: valueOf(min, leaf, make), max: valueOf(max, leaf, make) } : {}
  // One without the other is a value that could not be told exactly.
  const isKnown = bounds.min !== undefined && bounds.max !== undefined
  return {
    ...(isKnown && { min: bounds.min!, max: bounds.max! }),
    ...(nulls !== undefined && { nulls }),
    isExact: isKnown && isExact,
  }
}

/** Documents may be in another form in the file, and for INT96 no order was ever told. */
function isOrdered({ type }: Leaf, { name }: LogicalType): boolean {
  return name !== 'json' && type !== 'INT96'
}

function valueOf(bytes: Uint8Array | undefined, { type }: Leaf, make: MakeVector): StoredValue | undefined {
  if (bytes === undefined) return undefined
  const value = [null] as StoredValue[]
  try {
    make(type === 'BYTE_ARRAY' ? withLength(bytes) : Buffer.from(bytes), 1).fill(0, 1, value, 0)
    return value[0]!
  } catch {
    // Cut off within a character, or no number: it says nothing.
    return undefined
  }
}

function withLength(bytes: Uint8Array): Buffer {
  const value = Buffer.alloc(4 + bytes.length)
  value.writeUInt32LE(bytes.length)
  value.set(bytes, 4)
  return value
}
