import { comparatorOf, valueIdentity } from '../../schema/compare.js'
import type { Comparator, Identity } from '../../schema/compare.js'
import type { ColumnType, LogicalType, StoredValue } from '../../schema/types.js'
import type { Implementation, ValueFunction } from './function.js'
import { anyNullable, comparable, printTypes, logicalTypes } from './rules.js'

type Test = (left: StoredValue, right: StoredValue) => boolean
type Order = 'lessThan' | 'lessOrEqual' | 'greaterThan' | 'greaterOrEqual'

/** Types whose order JavaScript's operators do not give. */
const needsComparator = new Set(['text', 'bytes', 'json'])

const identical: Test = (left, right) => left === right

const operators: Record<Order, Test> = {
  lessThan: (left, right) => left! < right!,
  lessOrEqual: (left, right) => left! <= right!,
  greaterThan: (left, right) => left! > right!,
  greaterOrEqual: (left, right) => left! >= right!,
}

const orders: Record<Order, (compare: Comparator<StoredValue>) => Test> = {
  lessThan: (compare) => (left, right) => compare(left, right) < 0,
  lessOrEqual: (compare) => (left, right) => compare(left, right) <= 0,
  greaterThan: (compare) => (left, right) => compare(left, right) > 0,
  greaterOrEqual: (compare) => (left, right) => compare(left, right) >= 0,
}

/** Compares decimals of different scales by value; undefined for other types. */
function scalesComparator(left: LogicalType, right: LogicalType): Comparator<StoredValue> | undefined {
  if (left.name !== 'decimal' || right.name !== 'decimal' || left.scale === right.scale) return undefined
  const leftFactor = 10n ** BigInt(Math.max(0, right.scale - left.scale))
  const rightFactor = 10n ** BigInt(Math.max(0, left.scale - right.scale))
  const compare = comparatorOf(left)
  return (a, b) => compare((a as bigint) * leftFactor, (b as bigint) * rightFactor)
}

/** Whether two values that are not null are equal. */
function equality(left: LogicalType, right: LogicalType): Test {
  const compare = left.name === 'bytes' ? comparatorOf(left) : scalesComparator(left, right)
  return compare === undefined ? identical : (a, b) => compare(a, b) === 0
}

function ordering(order: Order, left: LogicalType, right: LogicalType): Test {
  const compare = needsComparator.has(left.name) ? comparatorOf(left) : scalesComparator(left, right)
  return compare === undefined ? operators[order] : orders[order](compare)
}

function comparisonType(types: readonly ColumnType[], ordered: boolean): ColumnType | string {
  const [left, right] = types as [ColumnType, ColumnType]
  if (!comparable(left.type, right.type)) return `cannot compare ${printTypes(types)}: cast one side first`
  if (ordered && left.type.name === 'json')
    return 'json has no less or greater: read a value with path() first'
  return { type: logicalTypes.boolean, nullable: anyNullable(types) }
}

const equalityFunction = (test: (equal: Test) => Test): ValueFunction => ({
  arity: [2, 2],
  refusesNull: true,
  nulls: 'propagate',
  typeOf: (types) => comparisonType(types, false),
  implement: ([left, right]) => test(equality(left!, right!)),
})

const orderFunction = (order: Order): ValueFunction => ({
  arity: [2, 2],
  refusesNull: true,
  nulls: 'propagate',
  typeOf: (types) => comparisonType(types, true),
  implement: ([left, right]) => ordering(order, left!, right!),
})

const neverNull = (types: readonly ColumnType[], result: ColumnType | string): ColumnType | string =>
  typeof result === 'string' ? result : { type: logicalTypes.boolean, nullable: false }

export const comparison = {
  equal: equalityFunction((equal) => equal),
  notEqual: equalityFunction((equal) => (left, right) => !equal(left, right)),
  lessThan: orderFunction('lessThan'),
  lessOrEqual: orderFunction('lessOrEqual'),
  greaterThan: orderFunction('greaterThan'),
  greaterOrEqual: orderFunction('greaterOrEqual'),
  isDistinctFrom: {
    arity: [2, 2],
    nulls: 'handled',
    typeOf: (types) => neverNull(types, comparisonType(types, false)),
    implement: ([left, right]) => {
      const equal = equality(left!, right!)
      return (a: StoredValue, b: StoredValue) => (a === null || b === null ? a !== b : !equal(a, b))
    },
  },
  isNull: {
    arity: [1, 1],
    nulls: 'handled',
    typeOf: () => ({ type: logicalTypes.boolean, nullable: false }),
    implement: () => (value: StoredValue) => value === null,
  },
  in: {
    arity: [2, 2],
    takesList: true,
    nulls: 'handled',
    typeOf: (types) => comparisonType(types, false),
    implement: ([value, item]) => membership(valueIdentity(value!), valueIdentity(item!)),
  },
} satisfies Record<string, ValueFunction>

/** Makes the set of a list once for as long as the same list is asked about: once a run. */
function membership(
  identityOfValue: (value: StoredValue) => Identity,
  identityOfItem: (value: StoredValue) => Identity,
): Implementation {
  let known: readonly StoredValue[] | undefined
  let members = new Set<Identity>()
  return (value: StoredValue, list: readonly StoredValue[]) => {
    if (list.length === 0) return false
    if (value === null) return null
    if (list !== known) {
      members = new Set(list.map(identityOfItem))
      known = list
    }
    return members.has(identityOfValue(value))
  }
}
