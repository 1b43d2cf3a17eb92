import type { Database } from '../../../database/database-types.js'
import { ownRelation } from '../../../database/read-relation.js'
import type { Expression } from '../../../expression/types.js'
import type { Relation } from '../../../relation/types.js'
import { withTables } from '../../bench.js'
import { databaseName, randomTables, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { mapScans } from '../../generate/relation-tree.js'
import { mapLiterals } from '../../generate/rewrite.js'
import { randomRelation } from '../../generate/relations/generator.js'
import type { TableCase } from '../../generate/tables.js'
import { describeType } from '../../generate/types.js'
import { engineAnswer, evaluatorAnswer, expectAnswer } from '../../oracle/answer.js'
import { randomProperty } from '../../property.js'
import type { Dice } from '../../random/dice.js'
import { printQueryCase } from '../../report/script.js'

/**
 * A plan changes nothing: the same query has its answer over tables with and without indexes, and again after the same plan
 * ran with other values. The queries of a case come in threes: one, the same with other values, the first again.
 */
export const plansChangeNothing = randomProperty<QueryCase>({
  name: 'queries/variations',
  rules: [],
  weight: 0.3,
  floor: 0.4,
  make: (dice) => {
    const tables = randomTables(dice)
    const queries = dice
      .several(3, 3, () => randomRelation(dice, tables, databaseName))
      .flatMap((query) => [query, withOtherValues(dice, tables, query), query])
    return { tables, queries }
  },
  reduce: shrinkVariations,
  print: ({ tables, queries }) => printQueryCase(tables, queries),
  check: async (bench, { tables, queries }) => {
    const database = await bench.shared()
    const bare = tables.map(withoutIndexes)
    for (const variation of [tables, bare]) {
      await withTables(database, variation, () => checkAll(database, variation, queries, bench.tally))
    }
  },
})

async function checkAll(
  database: Database,
  tables: readonly TableCase[],
  queries: readonly Relation[],
  tally: { add(nonTrivial: boolean): void },
): Promise<void> {
  const definitions = new Map(tables.map(({ definition }) => [definition.name, definition]))
  for (const query of queries) {
    // Data is read into a relation of its own each time: only one that is met again as it is has a plan already.
    const asked = ownRelation(
      mapScans(query, (scan) => ({ ...scan, table: definitions.get(scan.table.name) ?? scan.table })),
    )
    const expected = await evaluatorAnswer(tables, asked)
    const received = await engineAnswer(database, asked)
    expectAnswer('the answer differs with other indexes or after other values', received, expected, asked)
    tally.add(expected.kind === 'rows' && expected.rows.length > 0)
  }
}

function withoutIndexes(table: TableCase): TableCase {
  return { ...table, definition: { ...table.definition, indexes: [] } }
}

/** Unlike a query, a pair of them must stay: what one leaves behind the other may meet. */
function* shrinkVariations(value: QueryCase): Generator<QueryCase> {
  const { tables, queries } = value
  for (let start = 0; queries.length > 3 && start < queries.length; start += 3)
    yield { tables, queries: queries.slice(start, start + 3) }
  if (queries.length > 3) return
  const [first, second] = queries
  if (queries.length === 3 && first !== undefined && second !== undefined) {
    yield { tables, queries: [first] }
    yield { tables, queries: [first, second] }
  }
  if (queries.length === 1) yield* shrinkQueryCase(value)
}

/** The same shape with other literals of the same types, most of which occur in the tables. */
function withOtherValues(dice: Dice, tables: readonly TableCase[], query: Relation): Relation {
  const pools = new Map<string, Extract<Expression, { kind: 'literal' }>['value'][]>()
  for (const { definition, columns } of tables) {
    for (const { name, type } of definition.columns) {
      const key = describeType(type)
      pools.set(key, [...(pools.get(key) ?? []), ...(columns[name]?.pool ?? [])])
    }
  }
  return mapLiterals(query, (literal) => {
    const pool = pools.get(describeType(literal.type)) ?? []
    if (literal.kind === 'list')
      return pool.length === 0 ? literal : { ...literal, values: literal.values.map(() => dice.pick(pool)) }
    return literal.value === null || pool.length === 0 ? literal : { ...literal, value: dice.pick(pool) }
  })
}
