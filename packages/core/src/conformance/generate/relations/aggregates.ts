import type { Expression } from '../../../expression/types.js'
import type { AggregateColumn, NamedExpression } from '../../../relation/types.js'
import type { LogicalType } from '../../../schema/types.js'
import type { Dice, Weighted } from '../../random/dice.js'
import type { ExpressionGenerator } from '../expressions/generator.js'
import type { Scope } from '../expressions/scope.js'
import { isNumeric } from '../types.js'
import { computed, draft, expressionsOf } from './draft.js'
import type { Draft, Hint, Workshop } from './draft.js'
import { simpleExpression, sortTerms } from './rows.js'

/** No group, one or two, with one to three aggregates. */
export function aggregated(workshop: Workshop, input: Draft): Draft {
  const { dice, freshName } = workshop
  const generator = expressionsOf(workshop, input)
  const hints = new Map<string, Hint>()
  const groups = dice.several(0, 2, (): NamedExpression => {
    const expression = simpleExpression(generator)
    const name = nameOfGroup(expression, freshName, hints)
    hints.set(name, hintOf(input.scope, expression))
    return { name, expression }
  })
  const aggregates = dice.several(groups.length === 0 ? 1 : 0, 3, (): AggregateColumn => {
    const column = { name: freshName(), ...randomAggregate(generator) }
    hints.set(column.name, computed)
    return column
  })
  return draft({ node: 'aggregate', input: input.relation, groups, aggregates }, hints)
}

function nameOfGroup(
  expression: Expression,
  freshName: () => string,
  taken: ReadonlyMap<string, Hint>,
): string {
  return expression.kind === 'column' && !taken.has(expression.name) ? expression.name : freshName()
}

function hintOf(scope: Scope, expression: Expression): Hint {
  const column = expression.kind === 'column' && scope.find(({ name }) => name === expression.name)
  return column || computed
}

type UnnamedAggregate = Omit<AggregateColumn, 'name'>
type AggregateMaker = (generator: ExpressionGenerator) => UnnamedAggregate

/** A way to make each aggregate, and how often random relations do. */
export const aggregateMakers: readonly Weighted<AggregateMaker>[] = [
  [3, () => ({ function: 'count' })],
  [2, (generator) => ({ function: 'count', argument: simpleExpression(generator) })],
  [3, (generator) => ({ function: 'countDistinct', argument: simpleExpression(generator) })],
  [4, (generator) => ({ function: 'sum', argument: summable(generator) })],
  [3, (generator) => ({ function: 'average', argument: summable(generator) })],
  [3, (generator) => ({ function: 'minimum', argument: generator.of(generator.orderedType(), 1) })],
  [3, (generator) => ({ function: 'maximum', argument: generator.of(generator.orderedType(), 1) })],
  [1, (generator) => ({ function: 'standardDeviation', argument: summable(generator) })],
  [1, (generator) => ({ function: 'median', argument: summable(generator) })],
  [
    2,
    (generator) => ({
      function: 'quantile',
      argument: summable(generator),
      fraction: randomFraction(generator.dice),
    }),
  ],
  [2, (generator) => picked(generator, 'first')],
  [2, (generator) => picked(generator, 'last')],
]

function randomAggregate(generator: ExpressionGenerator): UnnamedAggregate {
  return generator.dice.weighted(aggregateMakers)(generator)
}

function picked(generator: ExpressionGenerator, name: 'first' | 'last'): UnnamedAggregate {
  const argument = simpleExpression(generator)
  return { function: name, argument, orderBy: sortTerms(generator, 0, 2) }
}

function randomFraction(dice: Dice): number {
  return dice.pick([0, 0.1, 0.25, 0.5, 0.75, 0.9, 1])
}

/**
 * A numeric expression whose sum has the same bits in every order of addition: whole numbers and decimals of any kind, of
 * doubles only columns that were filled for it (AGG-3).
 */
export function summable(generator: ExpressionGenerator): Expression {
  const exact = generator.scope.filter(
    (column) => column.type.name === 'double' && column.doubles === 'exact',
  )
  if (exact.length > 0 && generator.dice.chance(50)) {
    return { kind: 'column', name: generator.dice.pick(exact).name }
  }
  const present = generator.scope.map((column) => column.type).filter(isExactNumber)
  const type = present.length > 0 ? generator.dice.pick(present) : ({ name: 'integer' } as const)
  return generator.of(type, generator.dice.chance(70) ? 0 : 2)
}

function isExactNumber(type: LogicalType): boolean {
  return isNumeric(type) && type.name !== 'double'
}
