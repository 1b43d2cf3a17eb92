import type { AggregateColumn, NamedExpression, Relation } from '../../../relation/types.js'
import { ExpressionGenerator } from '../../generate/expressions/generator.js'
import { tableOfEveryType } from '../../generate/every-type.js'
import { databaseName, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { aggregateMakers } from '../../generate/relations/aggregates.js'
import { scanOf } from '../../generate/relations/draft.js'
import { windowColumn, windowMakers } from '../../generate/relations/windows.js'
import { randomProperty } from '../../property.js'
import type { Dice } from '../../random/dice.js'
import { printQueryCase } from '../../report/script.js'
import { checkValues, inQueriesOf } from './side-by-side.js'

/** So many are asked for in one query: an engine that does not take one of them leaves all to core. */
const columnsPerQuery = 2

/** Each aggregate and each window function gives what it gives in the reference evaluator, of values of every type. */
export const aggregatesAgree = randomProperty<QueryCase>({
  name: 'queries/aggregates',
  rules: [],
  weight: 0.4,
  floor: 0.8,
  make: (dice) => {
    const table = tableOfEveryType(dice)
    const { relation: input, scope } = scanOf(table, databaseName)
    const generator = new ExpressionGenerator(dice, scope)
    const aggregates = dice.shuffle(aggregateMakers).map(([, make], index): AggregateColumn => ({
      name: `x${index}`,
      ...make(generator),
    }))
    const windows = dice
      .shuffle(windowMakers)
      .map(([, make], index) => windowColumn(generator, `x${index}`, make))
    const queries: Relation[] = [
      ...inQueriesOf(columnsPerQuery, aggregates, (columns): Relation => ({
        node: 'aggregate',
        input,
        groups: randomGroups(dice, generator),
        aggregates: columns,
      })),
      ...inQueriesOf(columnsPerQuery, windows, (columns): Relation => ({ node: 'window', input, columns })),
    ]
    return { tables: [table], queries }
  },
  reduce: shrinkQueryCase,
  print: ({ tables, queries }) => printQueryCase(tables, queries),
  check: checkValues,
})

/** All rows together, or few groups of them. */
function randomGroups(dice: Dice, generator: ExpressionGenerator): NamedExpression[] {
  return dice.chance(50) ? [] : [{ name: 'group', expression: generator.leaf({ name: 'boolean' }) }]
}
