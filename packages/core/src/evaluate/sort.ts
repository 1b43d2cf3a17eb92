import type { RelationColumns, SortNode } from '../relation/types.js'
import type { UnaryOperator } from './operator.js'
import { compileSorter, sortedBatches } from './sorter.js'

/** Sorts all rows; those that the terms do not tell apart stay in order. */
export function sortOperator(node: SortNode, columns: RelationColumns): UnaryOperator {
  const { entry, start } = compileSorter(node.terms, columns)
  return async function* (input, parameters, workspace) {
    const sorter = start(parameters, workspace)
    let position = 0
    for await (const batch of input) {
      for (const row of batch) if (sorter.add(entry(row, position++, parameters))) await sorter.write()
    }
    yield* sortedBatches(sorter)
  }
}
