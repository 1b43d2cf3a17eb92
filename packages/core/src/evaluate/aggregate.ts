import type { Parameters } from '../backend/types.js'
import { compileRowExpression } from '../expression/compile.js'
import { typeOfExpression } from '../expression/type-of.js'
import { columnsOf } from '../relation/columns-of.js'
import type { AggregateNode, RelationColumns } from '../relation/types.js'
import { tupleIdentity } from '../schema/compare.js'
import { compileAggregate, holdsValues } from './accumulators.js'
import { Grouping } from './grouping.js'
import type { Groups } from './grouping.js'
import { placed } from './operator.js'
import type { UnaryOperator } from './operator.js'
import { inInputOrder } from './spill/merge.js'
import type { PlacedRows } from './spill/records.js'
import { rowSize } from './spill/row-size.js'
import { pour } from './spill/sink.js'
import type { Workspace } from './spill/workspace.js'

/**
 * One row per group, in the order of the groups' first rows (AGG-1, NULL-6). Once there are as many groups as may be held,
 * rows of others go to disk, to be grouped part by part: their groups come after those that are held.
 */
export function aggregateOperator(node: AggregateNode, columns: RelationColumns): UnaryOperator {
  const groups: Groups = {
    names: node.groups.map(({ name }) => name),
    values: node.groups.map(({ expression }) => compileRowExpression(expression, columns)),
    identityOf: tupleIdentity(
      node.groups.map(({ expression }) => typeOfExpression(expression, columns).type),
    ),
    factories: node.aggregates.map((column) => compileAggregate(column, columns)),
    outputs: node.aggregates.map(({ name }) => name),
    holding: node.aggregates.flatMap((column, index) => (holdsValues(column) ? [index] : [])),
    inputNames: [...columns.keys()],
    sizeOf: rowSize(columns),
  }
  const outputNames = [...columnsOf(node).keys()]

  async function* grouped(
    source: AsyncIterable<PlacedRows>,
    parameters: Parameters,
    workspace: Workspace,
    level: number,
  ): AsyncGenerator<PlacedRows> {
    const grouping = new Grouping(groups, parameters, workspace, level)
    await pour(source, grouping)
    yield* await grouping.finish()
    const parts = await grouping.others()
    if (parts === undefined) return
    yield* inInputOrder(
      workspace,
      outputNames,
      parts.map((part) => grouped(part.take(), parameters, workspace, level + 1)),
    )
  }

  return async function* (input, parameters, workspace) {
    for await (const { rows } of grouped(placed(input), parameters, workspace, 0)) yield rows
  }
}
