import { inputsOf } from '../evaluate/evaluate.js'
import type { Relation } from '../relation/types.js'

const overflowing: ReadonlySet<string> = new Set([
  'sum',
  'average',
  'standardDeviation',
  'median',
  'quantile',
])

/** Whether running the relation can fail with `NUMERIC_OVERFLOW` (AGG-2, AGG-3). */
export function canOverflow(relation: Relation): boolean {
  const columns =
    relation.node === 'aggregate' ? relation.aggregates : relation.node === 'window' ? relation.columns : []
  return columns.some((column) => overflowing.has(column.function)) || inputsOf(relation).some(canOverflow)
}

/** Whether the rows of a relation in normal form are in a total order. */
export function isSorted(relation: Relation): boolean {
  if (relation.node === 'project' || relation.node === 'limit') return isSorted(relation.input)
  return relation.node === 'sort'
}
