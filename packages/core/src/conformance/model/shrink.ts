import { columnsOfTable } from '../../relation/columns-of.js'
import { shrinkExpression } from '../generate/shrink/expression.js'
import { simplerValues } from '../generate/shrink/value.js'
import { replaced, shorter } from '../random/reduce.js'
import type { StoredRow, TableDefinition } from '../../schema/types.js'
import type { History } from './generator.js'
import type { Operation } from './operations.js'

/** Fewer operations, then smaller ones, then a simpler table. */
export function* shrinkHistory(history: History): Generator<History> {
  const { definition, operations } = history
  for (const fewer of shorter(operations, 1)) yield { definition, operations: fewer }
  for (const smaller of replaced(operations, (operation) => shrinkOperation(definition, operation))) {
    yield { definition, operations: smaller }
  }
  for (const [index, operation] of operations.entries()) {
    if (operation.kind !== 'transaction') continue
    yield {
      definition,
      operations: [...operations.slice(0, index), ...operation.operations, ...operations.slice(index + 1)],
    }
  }
  if (definition.checks.length > 0) yield { definition: { ...definition, checks: [] }, operations }
  for (const indexes of shorter(definition.indexes))
    yield { definition: { ...definition, indexes }, operations }
}

function* shrinkOperation(definition: TableDefinition, operation: Operation): Generator<Operation> {
  const columns = columnsOfTable(definition)
  switch (operation.kind) {
    case 'insert':
    case 'put':
      for (const rows of shorter(operation.rows)) yield { ...operation, rows }
      for (const rows of replaced(operation.rows, (row) => shrinkRow(definition, row)))
        yield { ...operation, rows }
      return
    case 'patchMany':
      for (const patches of shorter(operation.patches)) yield { ...operation, patches }
      return
    case 'deleteMany':
    case 'read':
      for (const keys of shorter(operation.keys)) yield { ...operation, keys }
      return
    case 'update':
      for (const set of shorter(operation.set, 1)) yield { ...operation, set }
      for (const condition of shrinkExpression(operation.condition, columns))
        yield { ...operation, condition }
      for (const set of replaced(operation.set, function* ({ name, expression }) {
        for (const smaller of shrinkExpression(expression, columns)) yield { name, expression: smaller }
      })) {
        yield { ...operation, set }
      }
      return
    case 'deleteWhere':
    case 'where':
      for (const condition of shrinkExpression(operation.condition, columns))
        yield { ...operation, condition }
      return
    case 'transaction':
      for (const operations of shorter(operation.operations)) yield { ...operation, operations }
      for (const operations of replaced(operation.operations, (inner) =>
        shrinkOperation(definition, inner),
      )) {
        yield { ...operation, operations }
      }
      return
    case 'patch':
    case 'delete':
    case 'clear':
    case 'reopen':
      return
  }
}

/** Key columns stay: which rows meet is mostly what matters. */
function* shrinkRow(definition: TableDefinition, row: StoredRow): Generator<StoredRow> {
  for (const { name, type } of definition.columns) {
    const value = row[name]
    if (value === undefined || definition.primaryKey.includes(name)) continue
    for (const simpler of simplerValues(type, value)) yield { ...row, [name]: simpler }
  }
}
