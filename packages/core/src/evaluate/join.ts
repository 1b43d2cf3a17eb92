import { compileCondition } from '../expression/compile.js'
import type { JoinNode, RelationColumns } from '../relation/types.js'
import { conjunction } from './conditions.js'
import { equalitiesOf } from './join-keys.js'
import { JoinRun } from './join-run.js'
import type { Join } from './join-run.js'
import { placed } from './operator.js'
import type { Operator } from './operator.js'
import { rowSize } from './spill/row-size.js'

/**
 * Holds the right side and passes the left one by, so that rows come in the order of the left side and, for each of its
 * rows, of the right. Equalities between the sides find the rows by hash; what else the condition says is tried on each.
 */
export function joinOperator(node: JoinNode, left: RelationColumns, right: RelationColumns): Operator {
  const both: RelationColumns = new Map([...left, ...right])
  const { keys, rest } = equalitiesOf(node.condition, left, right)
  const join: Join = {
    kind: node.kind,
    keys,
    passes: rest.length === 0 ? undefined : compileCondition(conjunction(rest), both),
    left: [...left.keys()],
    right: [...right.keys()],
    both: [...both.keys()],
    sizeOf: rowSize(right),
  }
  return async function* ([leftInput, rightInput], parameters, workspace) {
    const run = new JoinRun(join, parameters, workspace)
    for await (const { rows } of run.joined(placed(leftInput!), placed(rightInput!))) yield rows
  }
}
