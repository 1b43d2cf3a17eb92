import { withTables } from '../../bench.js'
import { randomQueryCase, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { engineAnswer, expectAnswer } from '../../oracle/answer.js'
import { randomProperty } from '../../property.js'
import { expectSame } from '../../report/expect.js'
import { printQueryCase } from '../../report/script.js'

/** What the engine takes changes the way of a query, never its answer; without pushdown it takes nothing. */
export const pushdownChangesNothing = randomProperty<QueryCase>({
  name: 'queries/pushdown',
  rules: [],
  weight: 0.25,
  floor: 0.4,
  make: (dice, { queries }) => randomQueryCase(dice, queries),
  reduce: shrinkQueryCase,
  print: ({ tables, queries }) => printQueryCase(tables, queries),
  check: async (bench, value) => {
    const { tables, queries } = value
    const taking = await bench.shared()
    const alone = await bench.sharedAs('alone', () => bench.open({ pushdown: 'none' }))
    const compare = async (): Promise<void> => {
      for (const query of queries) {
        const expected = await engineAnswer(alone, query)
        const received = await engineAnswer(taking, query)
        expectAnswer('the answer with pushdown differs from the one without', received, expected, query)
        if (expected.kind === 'rows') {
          expectSame("with pushdown 'none' the engine takes no node", expected.stats?.nodesTaken, 0)
        }
        bench.tally.add(expected.kind === 'rows' && expected.rows.length > 0)
      }
    }
    await withTables(taking, tables, () => withTables(alone, tables, compare))
  },
})
