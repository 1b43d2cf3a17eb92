import type { LogicalType, TypeName } from '../../schema/types.js'
import type { Dice } from '../random/dice.js'

/** One of each logical type, and of each shape of those that have several. */
export const everyType: readonly LogicalType[] = [
  { name: 'boolean' },
  { name: 'integer' },
  { name: 'bigint' },
  { name: 'double' },
  { name: 'decimal', precision: 18, scale: 0 },
  { name: 'decimal', precision: 9, scale: 2 },
  { name: 'decimal', precision: 18, scale: 18 },
  { name: 'text' },
  { name: 'bytes' },
  { name: 'date' },
  { name: 'timestamp', unit: 'ms' },
  { name: 'timestamp', unit: 'us' },
  { name: 'uuid' },
  { name: 'json' },
]

/** The types that a column of a random table may have, the common ones more often. */
export function randomType(dice: Dice): LogicalType {
  return dice.weighted<LogicalType>([
    [6, { name: 'integer' }],
    [6, { name: 'text' }],
    [4, { name: 'double' }],
    [3, { name: 'bigint' }],
    [3, { name: 'boolean' }],
    [3, { name: 'timestamp', unit: 'ms' }],
    [2, { name: 'timestamp', unit: 'us' }],
    [3, { name: 'date' }],
    [2, randomDecimal(dice)],
    [2, { name: 'json' }],
    [1, { name: 'uuid' }],
    [1, { name: 'bytes' }],
  ])
}

function randomDecimal(dice: Dice): LogicalType {
  const precision = dice.pick([1, 4, 9, 15, 18])
  return {
    name: 'decimal',
    precision,
    scale: dice.pick([0, 2, precision].filter((scale) => scale <= precision)),
  }
}

/** Types by which a table may be keyed. */
export function randomKeyType(dice: Dice): LogicalType {
  return dice.weighted<LogicalType>([
    [6, { name: 'integer' }],
    [4, { name: 'text' }],
    [2, { name: 'bigint' }],
    [2, { name: 'uuid' }],
    [1, { name: 'date' }],
    [1, { name: 'timestamp', unit: 'ms' }],
    [1, { name: 'bytes' }],
    [1, { name: 'boolean' }],
    [1, { name: 'double' }],
    [1, randomDecimal(dice)],
  ])
}

/** Whether two types are the same in all their parts. */
export function sameType(left: LogicalType, right: LogicalType): boolean {
  return describeType(left) === describeType(right)
}

/** The type as a schema would say it: `decimal(9, 2)`, `timestamp('us')`. */
export function describeType(type: LogicalType): string {
  switch (type.name) {
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`
    case 'timestamp':
      return type.unit === 'ms' ? 'timestamp()' : "timestamp('us')"
    default:
      return `${type.name}()`
  }
}

/** Types with less and greater, minimum and maximum (JSON-2). */
export function isOrdered(type: LogicalType): boolean {
  return type.name !== 'json'
}

const numeric: ReadonlySet<TypeName> = new Set(['integer', 'bigint', 'double', 'decimal'])

export function isNumeric(type: LogicalType): boolean {
  return numeric.has(type.name)
}
