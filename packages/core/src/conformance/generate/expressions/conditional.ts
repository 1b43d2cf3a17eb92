import type { Expression } from '../../../expression/types.js'
import type { LogicalType } from '../../../schema/types.js'
import { call } from './call.js'
import type { ExpressionGenerator, Production } from './generator.js'
import { temporalTypes } from './time.js'

const integer: LogicalType = { name: 'integer' }
const bigint: LogicalType = { name: 'bigint' }
const double: LogicalType = { name: 'double' }
const decimal: LogicalType = { name: 'decimal', precision: 9, scale: 2 }

/** Functions that give every type: choices and casts. */
export const conditionalProductions: readonly Production[] = [
  { function: 'coalesce', weight: 3, gives: () => true, make: coalesce },
  { function: 'case', weight: 3, gives: () => true, make: choice },
  { function: 'cast', weight: 4, gives: () => true, make: cast },
]

function coalesce(generator: ExpressionGenerator, wanted: LogicalType, depth: number): Expression {
  return call(
    'coalesce',
    generator.dice.several(2, 3, () => generator.of(wanted, depth - 1)),
  )
}

function choice(generator: ExpressionGenerator, wanted: LogicalType, depth: number): Expression {
  const branches = generator.dice.several(1, 2, () => [
    generator.condition(depth - 1),
    generator.of(wanted, depth - 1),
  ])
  const otherwise: Expression = generator.dice.chance(20)
    ? { kind: 'literal', type: wanted, value: null }
    : generator.of(wanted, depth - 1)
  return call('case', [...branches.flat(), otherwise])
}

/** The types from which each type can be cast, itself included (NUM-4). */
export function castSources(wanted: LogicalType): readonly LogicalType[] {
  switch (wanted.name) {
    case 'integer':
      return [integer, bigint, double, { name: 'boolean' }]
    case 'bigint':
      return [bigint, integer]
    case 'double':
      return [double, integer, bigint, decimal]
    case 'decimal':
      return [wanted, integer]
    case 'text':
      return [{ name: 'text' }, integer, bigint, double, decimal, { name: 'uuid' }]
    case 'date':
    case 'timestamp':
      return temporalTypes
    case 'boolean':
    case 'bytes':
    case 'uuid':
    case 'json':
      return [wanted]
  }
}

function cast(generator: ExpressionGenerator, wanted: LogicalType, depth: number): Expression {
  const source = generator.typeAmong(castSources(wanted))
  return call('cast', [generator.of(source, depth - 1)], { type: wanted })
}
