import type { Expression } from '../../../expression/types.js'
import type { LogicalType, TypeName } from '../../../schema/types.js'
import { documentKeys } from '../values.js'
import { call } from './call.js'
import type { ExpressionGenerator, Production } from './generator.js'

const readable: ReadonlySet<TypeName> = new Set(['text', 'boolean', 'double', 'integer', 'json'])

/** Typed reads of a path (JSON-1). */
export const jsonProductions: readonly Production[] = [
  {
    function: 'jsonPath',
    weight: 4,
    reads: ['json'],
    gives: (wanted) => readable.has(wanted.name),
    make: read,
  },
]

function read(generator: ExpressionGenerator, wanted: LogicalType, depth: number): Expression {
  const path = generator.dice.several(
    generator.dice.chance(8) ? 0 : 1,
    generator.dice.pick([1, 1, 2, 3]),
    () => step(generator),
  )
  return call('jsonPath', [generator.of({ name: 'json' }, depth - 1)], { type: wanted, path })
}

/** A key or an index; often one that looks like the other. */
function step({ dice }: ExpressionGenerator): string | number {
  if (dice.chance(20)) return dice.pick(['0', 0])
  return dice.chance(70) ? dice.pick(documentKeys) : dice.integer(0, 2)
}
