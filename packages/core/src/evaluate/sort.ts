import type { RelationColumns, SortNode } from '../relation/types.js'
import { placed } from './operator.js'
import type { UnaryOperator } from './operator.js'
import { compileSorter, sortedBatches } from './sorter.js'
import { pour } from './spill/sink.js'

/** Sorts all rows; those that the terms do not tell apart stay in order. */
export function sortOperator(node: SortNode, columns: RelationColumns): UnaryOperator {
  const { start } = compileSorter(node.terms, columns)
  return async function* (input, parameters, workspace) {
    const sorter = start(parameters, workspace)
    await pour(placed(input), sorter)
    yield* sortedBatches(sorter)
  }
}
