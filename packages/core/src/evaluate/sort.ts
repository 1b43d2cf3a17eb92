import type { RelationColumns, SortNode } from '../relation/types.js'
import { collect, inBatches } from './operator.js'
import type { UnaryOperator } from './operator.js'
import { compileOrder } from './row-order.js'

/** Sorts all rows; those that the terms do not tell apart stay in order. */
export function sortOperator(node: SortNode, columns: RelationColumns): UnaryOperator {
  const { entry, compare } = compileOrder(node.terms, columns)
  return async function* (input, parameters) {
    const entries = (await collect(input)).map((row, position) => entry(row, position, parameters))
    yield* inBatches(entries.sort(compare).map(({ row }) => row))
  }
}
