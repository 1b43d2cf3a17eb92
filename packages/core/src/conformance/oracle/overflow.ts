import type { AggregateColumn, Relation, WindowColumn } from '../../relation/types.js'
import { nodesOf } from '../generate/relation-tree.js'

/**
 * Whether an overflow of this query can only be that of a sum which its answer holds, and so must be told (AGG-2). Of sums
 * that the answer does not hold an engine need not know: it may have had no reason to compute them.
 */
export function mustTellOverflow(relation: Relation): boolean {
  const summing = [...nodesOf(relation)].filter(sums)
  const [only] = summing
  return summing.length === 1 && only !== undefined && only === answering(relation)
}

/** The aggregate or window whose columns and rows are those of the answer, all of them. */
function answering(relation: Relation): Relation | undefined {
  if (relation.node === 'sort') return answering(relation.input)
  return relation.node === 'aggregate' || relation.node === 'window' ? relation : undefined
}

function sums(node: Relation): boolean {
  if (node.node !== 'aggregate' && node.node !== 'window') return false
  const columns: readonly (AggregateColumn | WindowColumn)[] =
    node.node === 'aggregate' ? node.aggregates : node.columns
  return columns.some((column) => column.function === 'sum' || column.function === 'average')
}
