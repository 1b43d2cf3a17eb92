import { HoldfastError } from '../backend/errors.js'
import { maxPrecision } from './decimal.js'
import { didYouMean } from './nearest.js'
import type { LogicalType, TypeName } from './types.js'

export const typeNames: readonly TypeName[] = [
  'boolean',
  'integer',
  'bigint',
  'double',
  'decimal',
  'text',
  'bytes',
  'date',
  'timestamp',
  'uuid',
  'json',
]

/**
 * Refuses what is no logical type: an unknown name, a precision that is not 1 to 18, a scale that is not 0 to the
 * precision, a unit other than `ms` and `us`.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function refuseType(type: unknown, path = 'type'): asserts type is LogicalType {
  const { name, precision, scale, unit } = Object(type) as Record<string, unknown>
  if (typeof name !== 'string' || !(typeNames as readonly string[]).includes(name)) {
    const hint =
      typeof name === 'string' ? didYouMean(name, typeNames) : `. A type is one of ${typeNames.join(', ')}`
    throw invalidType(path, `is no logical type${hint}`)
  }
  if (name === 'decimal') {
    if (!isIntegerWithin(precision, 1, maxPrecision))
      throw invalidType(path, `needs a precision of 1 to ${maxPrecision}`)
    if (!isIntegerWithin(scale, 0, precision))
      throw invalidType(path, `needs a scale of 0 to its precision, ${precision}`)
  }
  if (name === 'timestamp' && unit !== 'ms' && unit !== 'us')
    throw invalidType(path, "has the unit 'ms' or 'us'")
}

/** Whether two types are the same, precision, scale and unit included. */
export function sameType(left: LogicalType, right: LogicalType): boolean {
  if (left.name === 'decimal') {
    return right.name === 'decimal' && left.precision === right.precision && left.scale === right.scale
  }
  if (left.name === 'timestamp') return right.name === 'timestamp' && left.unit === right.unit
  return left.name === right.name
}

function isIntegerWithin(value: unknown, minimum: number, maximum: number): value is number {
  return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum
}

function invalidType(path: string, problem: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `${path} ${problem}`, { path })
}
