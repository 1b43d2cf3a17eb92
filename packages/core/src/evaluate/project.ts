import { compileRowExpression } from '../expression/compile.js'
import type { ProjectNode, RelationColumns } from '../relation/types.js'
import type { StoredRow } from '../schema/types.js'
import { mapBatches } from './operator.js'
import type { UnaryOperator } from './operator.js'

/** Replaces the columns; keeps the order. */
export function projectOperator(node: ProjectNode, columns: RelationColumns): UnaryOperator {
  const outputs = node.columns.map(({ name, expression }) => ({
    name,
    evaluate: compileRowExpression(expression, columns),
  }))
  return (input, parameters) =>
    mapBatches(input, (batch) =>
      batch.map((row) => {
        const output: StoredRow = {}
        for (const { name, evaluate } of outputs) output[name] = evaluate(row, parameters)
        return output
      }),
    )
}
