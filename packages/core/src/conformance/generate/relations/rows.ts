import type { Expression } from '../../../expression/types.js'
import type { LimitNode, SortTerm } from '../../../relation/types.js'
import type { ExpressionGenerator } from '../expressions/generator.js'
import { draft, expressionsOf, hintsOf } from './draft.js'
import type { Draft, Workshop } from './draft.js'

/** Nodes that keep the columns of their input: filter, sort, limit, distinct. */

export function filtered(workshop: Workshop, input: Draft): Draft {
  const condition = expressionsOf(workshop, input).condition(workshop.dice.integer(0, 4))
  return kept(input, { node: 'filter', input: input.relation, condition })
}

export function sorted(workshop: Workshop, input: Draft): Draft {
  const terms = sortTerms(expressionsOf(workshop, input), 1, 3)
  return kept(input, { node: 'sort', input: input.relation, terms })
}

export function limited({ dice }: Workshop, input: Draft): Draft {
  const offset = dice.chance(75) ? 0 : dice.integer(1, 4)
  const count = dice.weighted<number | undefined>([
    [1, 0],
    [6, dice.integer(1, 6)],
    [2, Number.MAX_SAFE_INTEGER],
    [offset === 0 ? 0 : 2, undefined],
  ])
  return kept(input, {
    node: 'limit',
    input: input.relation,
    offset,
    ...(count === undefined ? {} : { count }),
  })
}

/** Rows with tolerance cannot be told apart: such an input stays as it is. */
export function distinct(_workshop: Workshop, input: Draft): Draft {
  if (input.scope.some((column) => column.approximate)) return input
  return kept(input, { node: 'distinct', input: input.relation })
}

/** Sort terms, mostly plain columns. */
export function sortTerms(generator: ExpressionGenerator, minimum: number, maximum: number): SortTerm[] {
  return generator.dice.several(minimum, maximum, () => ({
    expression: simpleExpression(generator),
    direction: generator.dice.chance(50) ? 'ascending' : 'descending',
    nulls: generator.dice.chance(70) ? 'last' : 'first',
  }))
}

/** A column, or now and then something computed. */
export function simpleExpression(generator: ExpressionGenerator): Expression {
  return generator.of(generator.type(), generator.dice.chance(75) ? 0 : 2)
}

function kept(input: Draft, relation: Draft['relation'] | LimitNode): Draft {
  return draft(relation, hintsOf(input.scope))
}
