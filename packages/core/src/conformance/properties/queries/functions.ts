import { columnsOfTable } from '../../../relation/columns-of.js'
import type { NamedExpression, Relation } from '../../../relation/types.js'
import type { ColumnDefinition, TableDefinition } from '../../../schema/types.js'
import { withTables } from '../../bench.js'
import { ExpressionGenerator, productions } from '../../generate/expressions/generator.js'
import { databaseName, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { scanOf } from '../../generate/relations/draft.js'
import { randomCell } from '../../generate/tables.js'
import type { ColumnCase, TableCase } from '../../generate/tables.js'
import { everyType } from '../../generate/types.js'
import { randomPool } from '../../generate/values.js'
import { engineAnswer, evaluatorAnswer, expectAnswer } from '../../oracle/answer.js'
import { randomProperty } from '../../property.js'
import type { Dice } from '../../random/dice.js'
import { printQueryCase } from '../../report/script.js'

/** So many calls are asked for in one query: an engine that does not take one of them leaves all to core. */
const callsPerQuery = 3

/** Functions of which one call says little: they read one place of many, or part their values into many kinds. */
const several = productions.filter(({ function: name }) => ['jsonPath', 'datePart', 'in'].includes(name))

/**
 * Each scalar function gives what it gives in the reference evaluator, called on values of every type side by side: where
 * random queries filter most of its answers away, here every one is seen.
 */
export const functionsAgree = randomProperty<QueryCase>({
  name: 'queries/functions',
  rules: [],
  weight: 0.8,
  floor: 0.8,
  make: (dice) => {
    const table = tableOfEveryType(dice)
    const generator = new ExpressionGenerator(dice, scanOf(table, databaseName).scope)
    const calls = dice.shuffle([...productions, ...several]).map(({ gives, make }) => {
      const wanted = dice.pick(everyType.filter(gives))
      return make(generator, wanted, dice.pick([1, 1, 2]))
    })
    const queries: Relation[] = []
    for (let start = 0; start < calls.length; start += callsPerQuery) {
      const columns = calls
        .slice(start, start + callsPerQuery)
        .map((expression, index): NamedExpression => ({ name: `x${index}`, expression }))
      queries.push({
        node: 'project',
        input: { node: 'scan', table: table.definition, database: databaseName },
        columns,
      })
    }
    return { tables: [table], queries }
  },
  reduce: shrinkQueryCase,
  print: ({ tables, queries }) => printQueryCase(tables, queries),
  check: async (bench, { tables, queries }) => {
    const database = await bench.shared()
    await withTables(database, tables, async () => {
      for (const query of queries) {
        const expected = await evaluatorAnswer(tables, query)
        const received = await engineAnswer(database, query)
        expectAnswer('the answer differs from that of the reference evaluator', received, expected, query)
        const values = expected.kind === 'rows' ? expected.rows.flatMap((row) => Object.values(row)) : []
        bench.tally.add(values.some((value) => value !== null))
      }
    })
  },
})

function tableOfEveryType(dice: Dice): TableCase {
  const key: ColumnDefinition = { name: 'id', type: { name: 'integer' }, nullable: false }
  const others = everyType.map((type, index): ColumnDefinition => ({
    name: `c${index}`,
    type,
    nullable: true,
  }))
  const definition: TableDefinition = {
    name: 't0',
    columns: [key, ...others],
    primaryKey: [key.name],
    indexes: [],
    checks: [],
  }
  const columns = Object.fromEntries(
    [...columnsOfTable(definition)].map(([name, { type }]): [string, ColumnCase] => [
      name,
      { pool: randomPool(dice, type, 'exact', 8), doubles: 'exact' },
    ]),
  )
  const rows = Array.from({ length: 12 }, (_, id) => ({
    id,
    ...Object.fromEntries(
      others.map((column) => [column.name, randomCell(dice, column, columns[column.name])]),
    ),
  }))
  return { definition, rows, columns }
}
