import type { WindowColumn, WindowFrame } from '../../../relation/types.js'
import type { Dice, Weighted } from '../../random/dice.js'
import type { ExpressionGenerator } from '../expressions/generator.js'
import { summable } from './aggregates.js'
import { draft, expressionsOf, hintsOf } from './draft.js'
import type { Draft, Workshop } from './draft.js'
import { simpleExpression, sortTerms } from './rows.js'

/** One or two window columns beside those of the input. */
export function windowed(workshop: Workshop, input: Draft): Draft {
  const { dice, freshName } = workshop
  const generator = expressionsOf(workshop, input)
  const columns = dice.several(1, 2, () =>
    windowColumn(generator, freshName(), generator.dice.weighted(windowMakers)),
  )
  return draft({ node: 'window', input: input.relation, columns }, hintsOf(input.scope))
}

/** A window column over random partitions in a random order. */
export function windowColumn(generator: ExpressionGenerator, name: string, make: WindowMaker): WindowColumn {
  const { dice } = generator
  return {
    name,
    partitionBy: dice.several(0, dice.pick([1, 1, 2]), () => simpleExpression(generator)),
    orderBy: sortTerms(generator, 0, 2),
    ...make(generator),
  }
}

type WindowPart = Pick<WindowColumn, 'function' | 'argument' | 'offset' | 'frame'>
type WindowMaker = (generator: ExpressionGenerator) => WindowPart

/** A way to make each window function, and how often random relations do. */
export const windowMakers: readonly Weighted<WindowMaker>[] = [
  [2, () => ({ function: 'rowNumber' })],
  [2, () => ({ function: 'rank' })],
  [2, () => ({ function: 'denseRank' })],
  [2, (generator) => neighbour(generator, 'lag')],
  [2, (generator) => neighbour(generator, 'lead')],
  [2, (generator) => ({ function: 'sum', argument: summable(generator), ...randomFrame(generator.dice) })],
  [
    2,
    (generator) => ({ function: 'average', argument: summable(generator), ...randomFrame(generator.dice) }),
  ],
  [2, (generator) => extreme(generator, 'minimum')],
  [2, (generator) => extreme(generator, 'maximum')],
  [1, (generator) => ({ function: 'count', ...randomFrame(generator.dice) })],
  [
    1,
    (generator) => ({
      function: 'count',
      argument: simpleExpression(generator),
      ...randomFrame(generator.dice),
    }),
  ],
]

function neighbour(generator: ExpressionGenerator, name: 'lag' | 'lead'): WindowPart {
  const offset = generator.dice.pick([undefined, 1, 2, 5])
  return {
    function: name,
    argument: simpleExpression(generator),
    ...(offset === undefined ? {} : { offset }),
  }
}

function extreme(generator: ExpressionGenerator, name: 'minimum' | 'maximum'): WindowPart {
  return {
    function: name,
    argument: generator.of(generator.orderedType(), 1),
    ...randomFrame(generator.dice),
  }
}

/** No frame, or one with each end open or up to three rows away; some lie beside the current row, some are empty. */
function randomFrame(dice: Dice): { readonly frame?: WindowFrame } {
  if (dice.chance(40)) return {}
  const start = dice.chance(30) ? undefined : dice.integer(-3, 2)
  const end = dice.chance(30) ? undefined : dice.integer(start ?? -2, 3)
  return { frame: { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) } }
}
