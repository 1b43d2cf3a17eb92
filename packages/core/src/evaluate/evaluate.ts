import type { Batch, Batches, Parameters } from '../backend/types.js'
import { columnsOf } from '../relation/columns-of.js'
import type { Relation, RelationColumns, ScanNode } from '../relation/types.js'
import { aggregateOperator } from './aggregate.js'
import { distinctOperator } from './distinct.js'
import { filterOperator } from './filter.js'
import { joinOperator } from './join.js'
import { limitOperator } from './limit.js'
import { mapBatches } from './operator.js'
import type { Operator, UnaryOperator } from './operator.js'
import { projectOperator } from './project.js'
import { sortOperator } from './sort.js'
import { unlimited } from './spill/workspace.js'
import type { Workspace } from './spill/workspace.js'
import { windowOperator } from './window.js'

/** A relation that has inputs. */
export type InnerNode = Exclude<Relation, ScanNode>

/**
 * The reference evaluator: what a relation means. Rows come in the order that the tree states (see `withTotalOrder`).
 *
 * @param source gives fresh rows of a table, all columns, any order
 * @param workspace where rows are held; all of them in memory unless stated
 * @throws HoldfastError `NUMERIC_OVERFLOW` (AGG-2, AGG-3) while iterating; `TYPE_MISMATCH`, `UNKNOWN_COLUMN` at once
 */
export function evaluate(
  relation: Relation,
  source: (scan: ScanNode) => Batches,
  parameters: Parameters = [],
  workspace: Workspace = unlimited,
): AsyncIterable<Batch> {
  columnsOf(relation)
  const run = (node: Relation): AsyncIterable<Batch> => {
    if (node.node === 'scan') return mapBatches(source(node), (batch) => batch)
    const inputs = inputsOf(node)
    return operatorOf(node, inputs.map(columnsOf))(inputs.map(run), parameters, workspace)
  }
  return run(relation)
}

/** What a node reads from: nothing, one relation or two. */
export function inputsOf(relation: Relation): readonly Relation[] {
  switch (relation.node) {
    case 'scan':
      return []
    case 'join':
      return [relation.left, relation.right]
    default:
      return [relation.input]
  }
}

/**
 * Compiles what a node does with the rows of its inputs.
 *
 * @param inputs the columns that the rows of each input have
 */
export function operatorOf(node: InnerNode, inputs: readonly RelationColumns[]): Operator {
  const [input, right] = inputs
  if (node.node === 'join') return joinOperator(node, input!, right!)
  const operator = unaryOperatorOf(node, input!)
  return ([rows], parameters, workspace) => operator(rows!, parameters, workspace)
}

function unaryOperatorOf(
  node: Exclude<InnerNode, { node: 'join' }>,
  columns: RelationColumns,
): UnaryOperator {
  switch (node.node) {
    case 'filter':
      return filterOperator(node, columns)
    case 'project':
      return projectOperator(node, columns)
    case 'aggregate':
      return aggregateOperator(node, columns)
    case 'sort':
      return sortOperator(node, columns)
    case 'limit':
      return limitOperator(node)
    case 'distinct':
      return distinctOperator(columns)
    case 'window':
      return windowOperator(node, columns)
  }
}
