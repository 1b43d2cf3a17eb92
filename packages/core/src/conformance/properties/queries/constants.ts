import type { Expression } from '../../../expression/types.js'
import { columnsOfTable } from '../../../relation/columns-of.js'
import type { Relation } from '../../../relation/types.js'
import type { StoredRow, TableDefinition } from '../../../schema/types.js'
import { withTables } from '../../bench.js'
import { call } from '../../generate/expressions/call.js'
import { ExpressionGenerator } from '../../generate/expressions/generator.js'
import { databaseName } from '../../generate/query-case.js'
import { scanOf } from '../../generate/relations/draft.js'
import { mapColumnReferences } from '../../generate/rewrite.js'
import { shrinkExpression } from '../../generate/shrink/expression.js'
import { shrinkTable } from '../../generate/shrink/tables.js'
import { randomTable } from '../../generate/tables.js'
import type { TableCase } from '../../generate/tables.js'
import { engineAnswer, expectAnswer } from '../../oracle/answer.js'
import { randomProperty } from '../../property.js'
import { replaced, shorter } from '../../random/reduce.js'
import { describeExpression } from '../../report/relation.js'
import { printTable } from '../../report/script.js'

interface ConstantsCase {
  readonly table: TableCase
  readonly expressions: readonly Expression[]
}

/**
 * An expression over a row is the same expression over the values of that row: whether an engine computes with columns, with
 * constants or with both, and whatever it computes beforehand.
 */
export const constantsAreTheirColumns = randomProperty<ConstantsCase>({
  name: 'queries/constants',
  rules: [],
  weight: 0.6,
  floor: 0.4,
  make: (dice) => {
    const table = randomTable(dice, 't0', { rows: [1, 6] })
    const generator = new ExpressionGenerator(dice, scanOf(table, databaseName).scope)
    const expressions = dice.several(6, 6, () => generator.of(generator.type(), dice.integer(1, 3)))
    return { table, expressions }
  },
  *reduce({ table, expressions }) {
    const columns = columnsOfTable(table.definition)
    for (const fewer of shorter(expressions, 1)) yield { table, expressions: fewer }
    for (const smaller of replaced(expressions, (expression) => shrinkExpression(expression, columns)))
      yield { table, expressions: smaller }
    for (const smaller of shrinkTable(table)) {
      if (smaller.definition.columns.length === table.definition.columns.length && smaller.rows.length > 0)
        yield { table: smaller, expressions }
    }
  },
  print: ({ table, expressions }) =>
    [printTable(table), ...expressions.map((expression) => `// ${describeExpression(expression)}`)].join(
      '\n',
    ),
  check: async (bench, { table, expressions }) => {
    const { definition, rows } = table
    const database = await bench.shared()
    await withTables(database, [table], async () => {
      for (const [index, expression] of expressions.entries()) {
        const row = rows[index % rows.length]
        if (row === undefined) continue
        const [all, half] = [
          constant(definition, row, expression, 1),
          constant(definition, row, expression, 2),
        ]
        const expected = await engineAnswer(database, ofRow(definition, row, expression))
        for (const other of [all, half]) {
          const query = ofRow(definition, row, other)
          const received = await engineAnswer(database, query)
          expectAnswer(
            `${describeExpression(expression)}, asked as ${describeExpression(other)}`,
            received,
            expected,
            query,
          )
        }
        bench.tally.add(describeExpression(all) !== describeExpression(expression))
      }
    })
  },
})

/**
 * The expression with every column, or every second, replaced by its value in the row. Null stays a column, as its literal
 * cannot be compared (NULL-3).
 */
function constant(
  definition: TableDefinition,
  row: StoredRow,
  expression: Expression,
  every: 1 | 2,
): Expression {
  let seen = 0
  return mapColumnReferences(expression, (name) => {
    seen += 1
    const column = definition.columns.find((candidate) => candidate.name === name)
    const value = row[name] ?? null
    return column === undefined || value === null || seen % every !== 0
      ? { kind: 'column', name }
      : { kind: 'literal', type: column.type, value }
  })
}

/** The value of the expression for the row with this key. */
function ofRow(definition: TableDefinition, row: StoredRow, expression: Expression): Relation {
  const pins = definition.columns
    .filter(({ name }) => definition.primaryKey.includes(name))
    .map(({ name, type }) =>
      call('equal', [
        { kind: 'column', name },
        { kind: 'literal', type, value: row[name] ?? null },
      ]),
    )
  const [only] = pins
  const condition = pins.length === 1 && only !== undefined ? only : call('and', pins)
  const scan: Relation = { node: 'scan', table: definition, database: databaseName }
  return {
    node: 'project',
    input: { node: 'filter', input: scan, condition },
    columns: [{ name: 'answer', expression }],
  }
}
