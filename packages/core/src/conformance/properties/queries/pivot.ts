import { compileRowExpression } from '../../../expression/compile.js'
import type { Expression } from '../../../expression/types.js'
import { columnsOfTable } from '../../../relation/columns-of.js'
import type { Relation } from '../../../relation/types.js'
import type { StoredRow, TableDefinition } from '../../../schema/types.js'
import { withTables } from '../../bench.js'
import { call } from '../../generate/expressions/call.js'
import { ExpressionGenerator } from '../../generate/expressions/generator.js'
import { databaseName } from '../../generate/query-case.js'
import { scanOf } from '../../generate/relations/draft.js'
import { shrinkExpression } from '../../generate/shrink/expression.js'
import { shrinkTable } from '../../generate/shrink/tables.js'
import { randomTable } from '../../generate/tables.js'
import type { TableCase } from '../../generate/tables.js'
import { identity } from '../../oracle/order.js'
import { rulesOf } from '../../oracle/rules.js'
import { randomProperty } from '../../property.js'
import { replaced, shorter } from '../../random/reduce.js'
import { Disagreement } from '../../report/disagreement.js'
import { printRows, printValue } from '../../report/print.js'
import { describeExpression } from '../../report/relation.js'
import { printTable } from '../../report/script.js'
import { withinLimit } from '../../time-limit.js'
import { userRow } from '../../user-row.js'

interface PivotCase {
  readonly table: TableCase
  readonly conditions: readonly Expression[]
}

/**
 * One row is the pivot. A condition is turned so that it is true of it, which only the scalar functions need to tell: the
 * query of that condition must hold the row, whatever the engine makes of all others.
 */
export const pivotIsFound = randomProperty<PivotCase>({
  name: 'queries/pivot',
  rules: [],
  weight: 0.5,
  floor: 0.7,
  make: (dice) => {
    const table = randomTable(dice, 't0', { rows: [2, 12] })
    const generator = new ExpressionGenerator(dice, scanOf(table, databaseName).scope)
    return { table, conditions: dice.several(7, 7, () => generator.condition(dice.integer(1, 4))) }
  },
  *reduce({ table, conditions }) {
    const columns = columnsOfTable(table.definition)
    for (const fewer of shorter(conditions, 1)) yield { table, conditions: fewer }
    for (const smaller of replaced(conditions, (condition) => shrinkExpression(condition, columns)))
      yield { table, conditions: smaller }
    for (const smaller of shrinkTable(table)) {
      if (smaller.definition.columns.length === table.definition.columns.length && smaller.rows.length > 0)
        yield { table: smaller, conditions }
    }
  },
  print: ({ table, conditions }) =>
    [printTable(table), ...conditions.map((condition) => `// where ${describeExpression(condition)}`)].join(
      '\n',
    ),
  check: async (bench, { table, conditions }) => {
    const { definition, rows } = table
    const database = await bench.shared()
    await withTables(database, [table], async () => {
      for (const [index, condition] of conditions.entries()) {
        const pivot = rows[index % rows.length]
        if (pivot === undefined) continue
        const query = matching(definition, trueOf(definition, pivot, condition))
        const found = await withinLimit('query', () => database.query(query).all())
        expectPivot(definition, pivot, found, query)
        bench.tally.add(rows.length > 1)
      }
    })
  },
})

/** The condition, its negation, or that it is unknown: whichever is true of the row. */
function trueOf(definition: TableDefinition, row: StoredRow, condition: Expression): Expression {
  const value = compileRowExpression(condition, columnsOfTable(definition))(row, [])
  if (value === true) return condition
  return call(value === null ? 'isNull' : 'not', [condition])
}

function matching(definition: TableDefinition, condition: Expression): Relation {
  const scan: Relation = { node: 'scan', table: definition, database: databaseName }
  return { node: 'filter', input: scan, condition }
}

function expectPivot(
  definition: TableDefinition,
  pivot: StoredRow,
  found: readonly Record<string, unknown>[],
  query: Relation,
): void {
  const wanted = userRow(definition, pivot)
  if (found.some((row) => identity(row) === identity(wanted))) return
  throw new Disagreement({
    what: 'a row is missing for which the condition is true',
    expected: `among others:\n${printValue(wanted)}`,
    received: printRows(found),
    rules: rulesOf(query),
  })
}
