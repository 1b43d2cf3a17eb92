import type { ColumnType, LogicalType, TypeName } from '../../schema/types.js'

export const logicalTypes = {
  boolean: { name: 'boolean' },
  integer: { name: 'integer' },
  bigint: { name: 'bigint' },
  double: { name: 'double' },
  text: { name: 'text' },
} as const satisfies Partial<Record<TypeName, LogicalType>>

export type NumericName = 'integer' | 'bigint' | 'double' | 'decimal'

const numericNames: ReadonlySet<TypeName> = new Set<NumericName>(['integer', 'bigint', 'double', 'decimal'])

export function isNumeric(type: LogicalType): boolean {
  return numericNames.has(type.name)
}

/** A type as a person writes it: `decimal(10, 2)`. */
export function printType(type: LogicalType): string {
  if (type.name === 'decimal') return `decimal(${type.precision}, ${type.scale})`
  if (type.name === 'timestamp' && type.unit === 'us') return `timestamp('us')`
  return type.name
}

/** `integer and text`. */
export function printTypes(types: readonly ColumnType[]): string {
  return types.map(({ type }) => printType(type)).join(' and ')
}

/** Whether values of both types are stored in the same form: the same type, decimals of the same scale. */
export function sameForm(left: LogicalType, right: LogicalType): boolean {
  if (left.name === 'decimal') return right.name === 'decimal' && left.scale === right.scale
  if (left.name === 'timestamp') return right.name === 'timestamp' && left.unit === right.unit
  return left.name === right.name
}

/** Whether values of both types can be compared (TEXT-1). */
export function comparable(left: LogicalType, right: LogicalType): boolean {
  return sameForm(left, right) || (left.name === 'decimal' && right.name === 'decimal')
}

export function anyNullable(types: readonly ColumnType[]): boolean {
  return types.some(({ nullable }) => nullable)
}

/** The one type of values of which any may be the answer; undefined when they do not fit together. */
export function commonType(types: readonly LogicalType[]): LogicalType | undefined {
  let common = types[0]
  for (const type of types) {
    if (common === undefined || !sameForm(common, type)) return undefined
    if (common.name === 'decimal' && type.name === 'decimal' && type.precision > common.precision)
      common = type
  }
  return common
}

/** Requires arguments of these types; the result can be null when an argument can. */
export function fixed(
  parameters: readonly TypeName[],
  result: LogicalType,
): (types: readonly ColumnType[]) => ColumnType | string {
  return (types) => {
    const fits = types.every(
      ({ type }, index) => type.name === parameters[Math.min(index, parameters.length - 1)],
    )
    if (!fits) return `takes ${parameters.join(' and ')}, not ${printTypes(types)}`
    return { type: result, nullable: anyNullable(types) }
  }
}
