import { compileCondition } from '../expression/compile.js'
import type { FilterNode, RelationColumns } from '../relation/types.js'
import { mapBatches } from './operator.js'
import type { UnaryOperator } from './operator.js'

/** Keeps the rows for which the condition is true (NULL-2), in order. */
export function filterOperator(node: FilterNode, columns: RelationColumns): UnaryOperator {
  const passes = compileCondition(node.condition, columns)
  return (input, parameters) => mapBatches(input, (batch) => batch.filter((row) => passes(row, parameters)))
}
