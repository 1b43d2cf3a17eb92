import type { Expression } from '../../../expression/types.js'
import { call } from '../expressions/call.js'
import { ExpressionGenerator } from '../expressions/generator.js'
import { exactColumns } from '../expressions/scope.js'
import { sameType } from '../types.js'
import { draft, hintsOf } from './draft.js'
import type { Draft, Workshop } from './draft.js'
import { renamed } from './columns.js'

/** Both sides under names that do not meet, mostly on the equality of two columns. */
export function joined(workshop: Workshop, left: Draft, right: Draft): Draft {
  const other = renamed(workshop, right)
  const scope = [...left.scope, ...other.scope]
  return draft(
    {
      node: 'join',
      kind: workshop.dice.chance(50) ? 'inner' : 'left',
      left: left.relation,
      right: other.relation,
      condition: joinCondition(workshop, left, other),
    },
    hintsOf(scope),
  )
}

function joinCondition({ dice }: Workshop, left: Draft, right: Draft): Expression {
  const generator = new ExpressionGenerator(dice, [...left.scope, ...right.scope])
  const pairs = exactColumns(left.scope).flatMap((one) =>
    exactColumns(right.scope)
      .filter((other) => sameType(one.type, other.type))
      .map((other) => [one.name, other.name] as const),
  )
  if (pairs.length === 0 || dice.chance(15)) return generator.condition(2)
  const equalities = dice.sample(pairs, 1, 2).map(([one, other]) => {
    const sides: Expression[] = [
      { kind: 'column', name: one },
      { kind: 'column', name: other },
    ]
    return call('equal', dice.chance(50) ? sides : sides.reverse())
  })
  const conditions = dice.chance(25) ? [...equalities, generator.condition(2)] : equalities
  return conditions.length === 1 ? (conditions[0] as Expression) : call('and', conditions)
}
