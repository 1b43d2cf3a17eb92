import type { Expression } from '../../../expression/types.js'
import { columnsOfTable } from '../../../relation/columns-of.js'
import type { NamedExpression, Relation } from '../../../relation/types.js'
import { createTable } from '../../bench.js'
import { updateExamples } from '../../examples/updates.js'
import { ExpressionGenerator } from '../../generate/expressions/generator.js'
import { databaseName } from '../../generate/query-case.js'
import { scanOf } from '../../generate/relations/draft.js'
import { shrinkTables } from '../../generate/shrink/tables.js'
import { shrinkExpression } from '../../generate/shrink/expression.js'
import { randomTable } from '../../generate/tables.js'
import type { TableCase } from '../../generate/tables.js'
import { assignments, matching, userKey } from '../../model/real.js'
import { expectState } from '../../model/run.js'
import { Refusal, TableModel } from '../../model/table-model.js'
import { randomProperty } from '../../property.js'
import { shorter } from '../../random/reduce.js'
import { expectRefusal, expectSame } from '../../report/expect.js'
import { describeExpression } from '../../report/relation.js'
import { printTable } from '../../report/script.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'

interface WhereCase {
  readonly table: TableCase
  readonly condition: Expression
  readonly set: readonly NamedExpression[]
}

/** The rows that a condition reads are the rows that it updates, and the rows that it deletes. */
export const whereMeansTheSame = randomProperty<WhereCase>({
  name: 'writes/where',
  rules: ['WRITE-7', 'NULL-2'],
  weight: 1.2,
  floor: 0.2,
  make: (dice) => {
    const table = randomTable(dice, 't0', { rows: [1, 14] })
    const { scope } = scanOf(table, databaseName)
    const generator = new ExpressionGenerator(dice, scope)
    const { definition } = table
    const fixed = new Set([
      ...definition.primaryKey,
      ...definition.indexes.filter(({ unique }) => unique).flatMap(({ columns }) => columns),
    ])
    const set = dice
      .sample(
        definition.columns.filter(({ name }) => !fixed.has(name)),
        1,
        2,
      )
      .map(({ name, type }) => ({ name, expression: generator.of(type, dice.integer(0, 2)) }))
    return { table, condition: generator.condition(dice.integer(0, 3)), set }
  },
  examples: updateExamples,
  *reduce({ table, condition, set }) {
    const columns = columnsOfTable(table.definition)
    for (const smaller of shorter(set)) yield { table, condition, set: smaller }
    for (const smaller of shrinkExpression(condition, columns)) yield { table, condition: smaller, set }
    for (const { tables } of shrinkTables({ tables: [table], queries: [carrier(table, condition, set)] })) {
      const [smaller] = tables
      if (smaller !== undefined) yield { table: smaller, condition, set }
    }
  },
  print: ({ table, condition, set }) =>
    [
      printTable(table),
      `// where ${describeExpression(condition)}`,
      ...set.map(({ name, expression }) => `// set ${name} to ${describeExpression(expression)}`),
    ].join('\n'),
  check: async (bench, { table, condition, set }) => {
    const database = await bench.shared()
    const { definition } = table
    const model = new TableModel(definition)
    model.insert(table.rows, 'error')
    await createTable(database, table)
    const query = matching(database, definition, condition)
    const matched = model.where(condition)
    bench.tally.add(matched.length > 0 && matched.length < table.rows.length)

    const read = await withinLimit('all', () => query.all())
    expectSame('the number of rows that where reads', read.length, matched.length, ['NULL-2'])
    expectSame('count()', await withinLimit('count', () => query.count()), matched.length, ['NULL-2'])
    expectSame('exists()', await withinLimit('exists', () => query.exists()), matched.length > 0, ['NULL-2'])
    if (set.length > 0)
      await checkUpdate(model, set, condition, () => query.update(assignments(definition, set)))
    await expectState(database, model, 'the update')

    const left = model.where(condition).length
    const deleted = await withinLimit('delete', () => query.delete())
    expectSame('the number of rows deleted', deleted, left, ['WRITE-7'])
    model.deleteWhere(condition)
    await expectState(database, model, 'the delete')
    for (const row of table.rows.slice(0, 3)) {
      const there = model.get(model.keyOf(row)) !== undefined
      const key = userKey(definition, model.keyOf(row))
      expectSame('has() afterwards', await handleOf(database, definition).has(key), there, ['WRITE-7'])
    }
    await database.drop(definition.name)
  },
})

/** A query of all that the case says, so that what it needs of the table stays. */
function carrier(table: TableCase, condition: Expression, set: readonly NamedExpression[]): Relation {
  const scan = { node: 'scan' as const, table: table.definition, database: databaseName }
  const filter = { node: 'filter' as const, input: scan, condition }
  const parts: Expression[] = [
    ...set.flatMap(({ name, expression }) => [{ kind: 'column' as const, name }, expression]),
    condition,
  ]
  return {
    node: 'project',
    input: filter,
    columns: parts.map((expression, index) => ({ name: `x${index}`, expression })),
  }
}

async function checkUpdate(
  model: TableModel,
  set: readonly NamedExpression[],
  condition: Expression,
  update: () => Promise<number>,
): Promise<void> {
  try {
    const expected = model.update(condition, set)
    expectSame('the number of rows updated', await withinLimit('update', update), expected, ['WRITE-7'])
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await expectRefusal(
      'an update that leaves a column without a value',
      error.code,
      () => withinLimit('update', update),
      ['WRITE-1'],
    )
  }
}
