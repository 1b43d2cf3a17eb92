import type { Expression, FunctionName, Literal } from '../../../expression/types.js'
import type { LogicalType } from '../../../schema/types.js'
import type { Weighted } from '../../random/dice.js'
import { isOrdered } from '../types.js'
import { call } from './call.js'
import type { ExpressionGenerator, Production } from './generator.js'
import type { ScopeColumn } from './scope.js'

const equality: readonly FunctionName[] = ['equal', 'notEqual', 'isDistinctFrom']
const inequality: readonly FunctionName[] = ['lessThan', 'lessOrEqual', 'greaterThan', 'greaterOrEqual']

const givesBoolean = (wanted: LogicalType): boolean => wanted.name === 'boolean'

/** Comparison, membership and logic. */
export const conditionProductions: readonly Production[] = [
  ...equality.map((name) =>
    condition(name, 6, (generator, depth) => compare(generator, name, generator.type(), depth)),
  ),
  ...inequality.map((name) =>
    condition(name, 5, (generator, depth) => compare(generator, name, generator.orderedType(), depth)),
  ),
  condition('isNull', 5, (generator, depth) => call('isNull', [generator.of(generator.type(), depth - 1)])),
  condition('in', 6, membership),
  condition('and', 6, (generator, depth) => call('and', conditions(generator, depth))),
  condition('or', 6, (generator, depth) => call('or', conditions(generator, depth))),
  condition('not', 4, (generator, depth) => call('not', [generator.condition(depth - 1)])),
]

/** A column against a value that is likely in it. */
export function plainCondition(generator: ExpressionGenerator, column: ScopeColumn): Expression {
  const { dice } = generator
  const self: Expression = { kind: 'column', name: column.name }
  const literal = (): Literal => ({ kind: 'literal', type: column.type, value: generator.valueOf(column) })
  if (column.type.name === 'boolean' && dice.chance(50)) return self
  const choices: Weighted<() => Expression>[] = [
    [2, () => call('equal', [self, literal()])],
    [4, () => call('notEqual', [self, literal()])],
    [2, () => call('isDistinctFrom', [self, literal()])],
    [column.nullable ? 2 : 0, () => call('not', [call('isNull', [self])])],
    [
      2,
      () =>
        call('in', [
          self,
          { kind: 'list', type: column.type, values: dice.several(1, 4, () => literal().value) },
        ]),
    ],
    [isOrdered(column.type) ? 8 : 0, () => call(dice.pick(inequality), [self, literal()])],
  ]
  return dice.weighted(choices)()
}

function condition(
  name: FunctionName,
  weight: number,
  make: (generator: ExpressionGenerator, depth: number) => Expression,
): Production {
  return {
    function: name,
    weight,
    gives: givesBoolean,
    make: (generator, _wanted, depth) => make(generator, depth),
  }
}

function compare(
  generator: ExpressionGenerator,
  name: FunctionName,
  type: LogicalType,
  depth: number,
): Expression {
  const left = generator.of(type, depth - 1)
  const right = generator.dice.chance(60)
    ? generator.literal(comparable(generator, type))
    : generator.of(comparable(generator, type), depth - 1)
  return call(name, generator.dice.chance(85) ? [left, right] : [right, left])
}

/** The same type, but for decimals, which may differ in scale (TEXT-1). */
function comparable(generator: ExpressionGenerator, type: LogicalType): LogicalType {
  if (type.name !== 'decimal' || generator.dice.chance(60)) return type
  return { name: 'decimal', precision: 18, scale: generator.dice.pick([0, 2, 9]) }
}

function membership(generator: ExpressionGenerator, depth: number): Expression {
  const type = generator.type()
  const values = generator.dice.several(0, 4, () => generator.value(type))
  return call('in', [generator.of(type, depth - 1), { kind: 'list', type, values }])
}

function conditions(generator: ExpressionGenerator, depth: number): Expression[] {
  return generator.dice.several(2, generator.dice.pick([2, 2, 3]), () => generator.condition(depth - 1))
}
