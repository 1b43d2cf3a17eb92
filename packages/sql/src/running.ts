import { HoldfastError } from '@holdfast/core/backend'
import type { Parameters, Relation, TableDefinition } from '@holdfast/core/backend'
import type { ParameterSlot } from './writer.js'

/** The values of a statement in the order of its placeholders, as its dialect encodes them. */
export function bindSlots<Bound>(slots: readonly ParameterSlot[], parameters: Parameters): Bound[] {
  return slots.map(
    ({ from, encode }) => encode('index' in from ? parameters[from.index]! : from.value) as Bound,
  )
}

/**
 * What was compiled of a relation or a change that the engine has said to take.
 *
 * @throws HoldfastError `INTERNAL` where it does not take it after all
 */
export function taken<Compiled>(compiled: Compiled | undefined): Compiled {
  if (compiled !== undefined) return compiled
  throw new HoldfastError('INTERNAL', 'The engine was asked for a query or a change that it does not take.')
}

/** The tables that a relation reads, one that it reads in several places as often. */
export function tablesOf(relation: Relation): readonly TableDefinition[] {
  switch (relation.node) {
    case 'scan':
      return [relation.table]
    case 'join':
      return [...tablesOf(relation.left), ...tablesOf(relation.right)]
    default:
      return tablesOf(relation.input)
  }
}
