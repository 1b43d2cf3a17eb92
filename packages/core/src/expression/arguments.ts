import { types } from 'node:util'
import { HoldfastError } from '../backend/errors.js'
import { describeValue } from '../schema/describe.js'
import { refuseType, typeNames } from '../schema/logical-type.js'
import { didYouMean } from '../schema/nearest.js'
import { isStorableText } from '../schema/text.js'
import type { LogicalType, StoredValue } from '../schema/types.js'
import { toStored } from '../schema/values.js'
import { printType, logicalTypes } from './functions/rules.js'
import { guarded } from './guard.js'
import { treeLimits } from './limits.js'
import { TypedExpression } from './node.js'
import { failure, within } from './path.js'
import type { Path } from './path.js'
import type { Expression } from './types.js'

/** A literal of a value that is already stored; null is a null of the type. */
export function storedLiteral(type: LogicalType, value: StoredValue): TypedExpression {
  return new TypedExpression({
    expression: Object.freeze({ kind: 'literal', type, value }),
    columnType: { type, nullable: value === null },
  })
}

/** A literal of a plain value, null included. */
export function literalOf(type: LogicalType, value: unknown, where: string): TypedExpression {
  return storedLiteral(type, value === null ? null : encode(type, value, where))
}

/**
 * What a method was given: an expression as it is, or a plain value as a literal of the type of the left side. Where
 * `refuseNull` is set, null is refused (NULL-3).
 *
 * @throws HoldfastError `INVALID_VALUE`, `TYPE_MISMATCH`, `LIMIT_EXCEEDED`
 */
export function operandOf(
  type: LogicalType,
  value: unknown,
  where: string,
  refuseNull = false,
): TypedExpression {
  if (TypedExpression.is(value)) {
    if (refuseNull) refuseNullLiteral(value.expression, where)
    return value
  }
  if (refuseNull && value === null) throw nullRefusal(where)
  return literalOf(type, value, where)
}

/**
 * A condition: a boolean expression, or true or false.
 *
 * @throws HoldfastError `TYPE_MISMATCH`, `INVALID_VALUE`
 */
export function conditionOf(value: unknown, where: string): TypedExpression {
  const condition = operandOf(logicalTypes.boolean, value, where)
  const { type } = condition.columnType
  if (type.name === 'boolean') return condition
  throw failure('TYPE_MISMATCH', `${where} takes a boolean, not ${printType(type)}`, within(undefined, where))
}

/** Refuses to compare an expression that is the literal null. */
export function refuseNullLiteral(expression: Expression, where: string): void {
  if (expression.kind === 'literal' && expression.value === null) throw nullRefusal(where)
}

function nullRefusal(where: string): HoldfastError {
  return failure(
    'TYPE_MISMATCH',
    `${where}: null cannot be compared: use isNull() or isDistinctFrom()`,
    within(undefined, where),
  )
}

/**
 * The right side of `in`, from an array or a set of plain values.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`, `INVALID_VALUE`, `LIMIT_EXCEEDED`
 */
export function listOf(type: LogicalType, values: unknown, where: string): TypedExpression {
  const items = guarded('INVALID_ARGUMENT', `the list of ${where}`, within(undefined, where), () =>
    copyList(values, where),
  )
  const stored = Object.freeze(items.map((item, index) => encode(type, item, `${where}[${index}]`)))
  return new TypedExpression({
    expression: Object.freeze({ kind: 'list', type, values: stored }),
    columnType: { type, nullable: false },
  })
}

function copyList(values: unknown, where: string): unknown[] {
  const isSet = values instanceof Set
  if (!isSet && !Array.isArray(values)) {
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `${where} takes an array or a Set of values, not ${describeValue(values)}`,
    )
  }
  const size = isSet ? values.size : values.length
  if (size > treeLimits.listValues) {
    throw new HoldfastError(
      'LIMIT_EXCEEDED',
      `a list holds ${treeLimits.listValues} values at most, this one ${size}`,
    )
  }
  return Array.from(values as Iterable<unknown>)
}

function encode(type: LogicalType, value: unknown, where: string): StoredValue {
  if (TypedExpression.is(value)) {
    throw new HoldfastError('INVALID_VALUE', `${where} takes plain values, not an expression`, {
      path: where,
    })
  }
  return toStored(type, value, where)
}

/** A type named by the user: by its name, by a column such as `decimal(10, 2)`, or as data. */
export function typeArgument(value: unknown, where: string): LogicalType {
  const path = within(undefined, where)
  if (typeof value !== 'string') {
    const type = guarded('INVALID_ARGUMENT', `the type of ${where}`, path, () => readType(value, where))
    return type
  }
  if (value === 'decimal') {
    throw failure('INVALID_ARGUMENT', `${where}: say decimal(precision, scale), not the name alone`, path)
  }
  const type = typeNames.includes(value as LogicalType['name'])
    ? value === 'timestamp'
      ? { name: value, unit: 'ms' }
      : { name: value }
    : undefined
  if (type !== undefined) return Object.freeze(type as LogicalType)
  throw failure('INVALID_ARGUMENT', `${where}: there is no such type${didYouMean(value, typeNames)}`, path)
}

function readType(value: unknown, where: string): LogicalType {
  const { settings } = Object(value) as { settings?: { type?: unknown } }
  const given: unknown = settings === undefined ? value : settings.type
  const type: unknown = typeof given === 'object' && given !== null ? Object.freeze({ ...given }) : given
  refuseType(type, where)
  return type
}

/**
 * The keys of a JSON path, taken literally (JSON-1).
 *
 * @throws HoldfastError `INVALID_ARGUMENT`, `LIMIT_EXCEEDED`
 */
export function jsonPathOf(keys: readonly unknown[], at: Path): readonly (string | number)[] {
  if (keys.length > treeLimits.jsonPath) {
    throw failure('LIMIT_EXCEEDED', `a JSON path has ${treeLimits.jsonPath} keys at most`, at)
  }
  const path = keys.map((key, index) => {
    if (typeof key === 'string' ? isStorableText(key) : Number.isSafeInteger(key) && (key as number) >= 0) {
      return key as string | number
    }
    throw failure(
      'INVALID_ARGUMENT',
      `a key of a JSON path is a well-formed text or an index from 0, not ${describeValue(key)}`,
      within(at.parent, at.property, index),
    )
  })
  return Object.freeze(path)
}

/** A plain value that tells its type by itself, as a literal (see `SelfTyped`). */
export function selfTypedLiteral(value: unknown, where: string): TypedExpression {
  const type = selfTypes.find(({ is }) => is(value))?.type
  if (type !== undefined) return literalOf(type, value, where)
  throw failure(
    'TYPE_MISMATCH',
    `${where}: the type of ${describeValue(value)} cannot be told: use literal(type, value), as in literal(integer(), 1)`,
    within(undefined, where),
  )
}

const isKind = (kind: string) => (value: unknown) => typeof value === kind

const selfTypes: readonly { readonly type: LogicalType; readonly is: (value: unknown) => boolean }[] = [
  { type: { name: 'text' }, is: isKind('string') },
  { type: { name: 'boolean' }, is: isKind('boolean') },
  { type: { name: 'bigint' }, is: isKind('bigint') },
  { type: { name: 'timestamp', unit: 'ms' }, is: types.isDate },
  { type: { name: 'bytes' }, is: types.isUint8Array },
]
