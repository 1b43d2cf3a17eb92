import type { ColumnType, LogicalType } from '../../schema/types.js'
import type { Implementation, ValueFunction } from './function.js'
import { anyNullable, printTypes, isNumeric, logicalTypes, sameForm } from './rules.js'
import type { NumericName } from './rules.js'

/** Adding 0 makes 0 of −0 (NUM-5) and leaves every other number alone. */
export const safeInteger = (value: number) => (Number.isSafeInteger(value) ? value + 0 : null)
export const finite = (value: number) => (Number.isFinite(value) ? value + 0 : null)
export const int64 = (value: bigint) => (BigInt.asIntN(64, value) === value ? value : null)

const decimalLimit = 10n ** 18n
const decimal18 = (value: bigint) => (value < decimalLimit && value > -decimalLimit ? value : null)

type ByType = Readonly<Record<NumericName, Implementation>>

const negate: ByType = {
  integer: (value: number) => 0 - value,
  double: (value: number) => 0 - value,
  bigint: (value: bigint) => int64(-value),
  decimal: (value: bigint) => -value,
}

const absolute: ByType = {
  integer: (value: number) => Math.abs(value),
  double: (value: number) => Math.abs(value),
  bigint: (value: bigint) => int64(value < 0n ? -value : value),
  decimal: (value: bigint) => (value < 0n ? -value : value),
}

const multiply: Omit<ByType, 'decimal'> = {
  integer: (left: number, right: number) => safeInteger(left * right),
  double: (left: number, right: number) => finite(left * right),
  bigint: (left: bigint, right: bigint) => int64(left * right),
}

const integerDivide = {
  // Taking the remainder off first makes every step exact; the quotient of two safe integers itself may be rounded.
  integer: (left: number, right: number) => (right === 0 ? null : (left - (left % right)) / right + 0),
  bigint: (left: bigint, right: bigint) => (right === 0n ? null : int64(left / right)),
} satisfies Partial<Record<NumericName, Implementation>>

const modulo = {
  integer: (left: number, right: number) => (right === 0 ? null : (left % right) + 0),
  bigint: (left: bigint, right: bigint) => (right === 0n ? null : left % right),
} satisfies Partial<Record<NumericName, Implementation>>

const sums = {
  add: {
    integer: (left: number, right: number) => safeInteger(left + right),
    double: (left: number, right: number) => finite(left + right),
    bigint: (left: bigint, right: bigint) => int64(left + right),
  },
  subtract: {
    integer: (left: number, right: number) => safeInteger(left - right),
    double: (left: number, right: number) => finite(left - right),
    bigint: (left: bigint, right: bigint) => int64(left - right),
  },
} satisfies Record<string, Partial<Record<NumericName, Implementation>>>

function decimalSum(sign: 1n | -1n, left: LogicalType, right: LogicalType): Implementation {
  const [leftScale, rightScale] = [scaleOf(left), scaleOf(right)]
  const leftFactor = 10n ** BigInt(Math.max(0, rightScale - leftScale))
  const rightFactor = sign * 10n ** BigInt(Math.max(0, leftScale - rightScale))
  return (a: bigint, b: bigint) => decimal18(a * leftFactor + b * rightFactor)
}

const scaleOf = (type: LogicalType) => (type.name === 'decimal' ? type.scale : 0)

/** Both arguments of one of the types; the result is of it too. */
function arithmetic(implementations: Partial<ByType>): ValueFunction {
  return {
    arity: [2, 2],
    nulls: 'propagate',
    typeOf(types) {
      const [left, right] = types as [ColumnType, ColumnType]
      if (left.type.name in implementations && sameForm(left.type, right.type)) {
        return { type: left.type, nullable: true }
      }
      return `takes two of one type (${Object.keys(implementations).join(', ')}), not ${printTypes(types)}`
    },
    implement: ([type]) => implementations[type!.name as NumericName]!,
  }
}

function sum(name: keyof typeof sums, sign: 1n | -1n): ValueFunction {
  const ofNumbers = arithmetic(sums[name])
  return {
    ...ofNumbers,
    typeOf(types, options) {
      const [left, right] = types as [ColumnType, ColumnType]
      if (left.type.name !== 'decimal' || right.type.name !== 'decimal')
        return ofNumbers.typeOf(types, options)
      const scale = Math.max(left.type.scale, right.type.scale)
      return { type: { name: 'decimal', precision: 18, scale }, nullable: true }
    },
    implement(types, options) {
      const [left, right] = types as [LogicalType, LogicalType]
      return left.name === 'decimal' ? decimalSum(sign, left, right) : ofNumbers.implement(types, options)
    },
  }
}

/** `overflows`: the types whose range is not the same on both sides of 0. */
function sign(implementations: ByType): ValueFunction {
  return {
    arity: [1, 1],
    nulls: 'propagate',
    typeOf(types) {
      const { type } = types[0]!
      if (!isNumeric(type)) return `takes a number, not ${printTypes(types)}`
      // The least bigint has no counterpart; all other ranges are symmetrical.
      return { type, nullable: anyNullable(types) || type.name === 'bigint' }
    },
    implement: ([type]) => implementations[type!.name as NumericName],
  }
}

const product = arithmetic(multiply)

const quotient = (left: number | bigint, right: number | bigint) => finite(Number(left) / Number(right))

export const numbers = {
  add: sum('add', 1n),
  subtract: sum('subtract', -1n),
  multiply: product,
  /** Nearest doubles, then IEEE division (NUM-2). By zero it gives an infinity or NaN, neither of which is a value. */
  divide: {
    ...arithmetic({ integer: quotient, bigint: quotient, double: quotient }),
    typeOf(types, options) {
      const result = product.typeOf(types, options)
      return typeof result === 'string' ? result : { type: logicalTypes.double, nullable: true }
    },
  },
  integerDivide: arithmetic(integerDivide),
  modulo: arithmetic(modulo),
  negate: sign(negate),
  absolute: sign(absolute),
} satisfies Record<string, ValueFunction>
