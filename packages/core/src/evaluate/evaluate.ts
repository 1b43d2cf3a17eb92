import { HoldfastError } from '../backend/errors.js'
import type { Batch, Batches, Parameters } from '../backend/types.js'
import type { Relation, ScanNode } from '../relation/types.js'

/**
 * The reference evaluator: what a relation means. Rows come in the order that the tree states (see `withTotalOrder`).
 *
 * @param source gives the rows of a table, all columns, any order
 * @throws HoldfastError `NUMERIC_OVERFLOW` (AGG-2, AGG-3) while iterating; `TYPE_MISMATCH`, `UNKNOWN_COLUMN` at once
 */
export function evaluate(
  _relation: Relation,
  _source: (scan: ScanNode) => Batches,
  _parameters: Parameters = [],
): AsyncIterable<Batch> {
  throw new HoldfastError('INTERNAL', 'not there yet')
}
