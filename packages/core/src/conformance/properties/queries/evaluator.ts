import type { Bench } from '../../bench.js'
import { withTables } from '../../bench.js'
import { queryExamples } from '../../examples/queries.js'
import { randomQueryCase, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { engineAnswer, evaluatorAnswer, expectAnswer } from '../../oracle/answer.js'
import type { Answer } from '../../oracle/answer.js'
import { queryRules } from '../../oracle/rules.js'
import { randomProperty } from '../../property.js'
import { printQueryCase } from '../../report/script.js'
import { expectCounters } from './counters.js'

/** Every query has the answer of the reference evaluator, row for row, in its order, and counters that fit it. */
export const agreesWithEvaluator = randomProperty<QueryCase>({
  name: 'queries/evaluator',
  rules: queryRules,
  floor: 0.4,
  make: (dice, { queries }) => randomQueryCase(dice, queries),
  reduce: shrinkQueryCase,
  print: ({ tables, queries }) => printQueryCase(tables, queries),
  examples: queryExamples,
  check: checkAgainstEvaluator,
})

/** Asks each query of the engine and of the evaluator. */
export async function checkAgainstEvaluator(bench: Bench, { tables, queries }: QueryCase): Promise<void> {
  const database = await bench.shared()
  await withTables(database, tables, async () => {
    for (const query of queries) {
      const expected = await evaluatorAnswer(tables, query)
      const received = await engineAnswer(database, query)
      expectAnswer('the answer differs from that of the reference evaluator', received, expected, query)
      expectCounters(tables, query, received)
      count(bench, received)
    }
  })
}

/** A query that finds something could have been answered wrongly in more ways than one. */
function count({ tally }: Bench, answer: Answer): void {
  tally.add(answer.kind === 'rows' && answer.rows.length > 0)
  if (answer.kind === 'refused') tally.see('overflows')
  else if (answer.stats !== undefined) tally.see(shareTaken(answer.stats.nodesTaken, answer.stats.nodes))
}

function shareTaken(taken: number, nodes: number): string {
  if (taken === 0) return 'taken not'
  return taken === nodes ? 'taken whole' : 'taken in part'
}
