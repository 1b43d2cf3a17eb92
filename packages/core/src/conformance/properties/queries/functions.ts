import type { NamedExpression, Relation } from '../../../relation/types.js'
import { tableOfEveryType } from '../../generate/every-type.js'
import { ExpressionGenerator, productions } from '../../generate/expressions/generator.js'
import { databaseName, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { scanOf } from '../../generate/relations/draft.js'
import { everyType } from '../../generate/types.js'
import { randomProperty } from '../../property.js'
import { printQueryCase } from '../../report/script.js'
import { checkValues, inQueriesOf } from './side-by-side.js'

/** So many calls are asked for in one query: an engine that does not take one of them leaves all to core. */
const callsPerQuery = 3

/** Functions of which one call says little: they read one place of many, take many types, or part their values into many kinds. */
const several = (
  [
    'jsonPath',
    'jsonPath',
    'jsonPath',
    'datePart',
    'in',
    'cast',
    'endsWith',
    'lessThan',
    'greaterOrEqual',
  ] as const
).flatMap((name) => productions.filter((production) => production.function === name))

/**
 * Each scalar function gives what it gives in the reference evaluator, called on values of every type side by side: where
 * random queries filter most of its answers away, here every one is seen.
 */
export const functionsAgree = randomProperty<QueryCase>({
  name: 'queries/functions',
  rules: [],
  weight: 0.7,
  floor: 0.8,
  make: (dice) => {
    const table = tableOfEveryType(dice)
    const scan = scanOf(table, databaseName)
    const generator = new ExpressionGenerator(dice, scan.scope)
    const calls = dice.shuffle([...productions, ...several]).map(({ gives, make }) => {
      const wanted = dice.pick(everyType.filter(gives))
      return make(generator, wanted, dice.pick([1, 1, 2]))
    })
    const queries = inQueriesOf(callsPerQuery, calls, (chosen): Relation => ({
      node: 'project',
      input: scan.relation,
      columns: chosen.map((expression, index): NamedExpression => ({ name: `x${index}`, expression })),
    }))
    return { tables: [table], queries }
  },
  reduce: shrinkQueryCase,
  print: ({ tables, queries }) => printQueryCase(tables, queries),
  check: checkValues,
})
