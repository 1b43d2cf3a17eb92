import { withTables } from '../../bench.js'
import { randomQueryCase, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { engineAnswer, evaluatorAnswer, expectAnswer } from '../../oracle/answer.js'
import { randomProperty } from '../../property.js'
import { printQueryCase } from '../../report/script.js'

/** How many bytes a query may hold: nothing, about a row, and some of the rows. */
const memories = [0, 200, 1500] as const

interface SpillingCase extends QueryCase {
  readonly workMemory: (typeof memories)[number]
}

/** What core holds on disk changes the way of a query, never its answer. */
export const spillingChangesNothing = randomProperty<SpillingCase>({
  name: 'queries/spilling',
  rules: [],
  weight: 0.3,
  floor: 0.3,
  make: (dice, { queries }) => ({ ...randomQueryCase(dice, queries), workMemory: dice.pick(memories) }),
  reduce: function* ({ workMemory, ...value }) {
    for (const smaller of shrinkQueryCase(value)) yield { ...smaller, workMemory }
  },
  print: ({ tables, queries, workMemory }) =>
    `// open(..., { pushdown: 'none', workMemory: ${workMemory} })\n${printQueryCase(tables, queries)}`,
  check: async (bench, { tables, queries, workMemory }) => {
    const holding = await bench.sharedAs(`holding ${workMemory}`, () =>
      bench.open({ pushdown: 'none', workMemory }),
    )
    await withTables(holding, tables, async () => {
      for (const query of queries) {
        const expected = await evaluatorAnswer(tables, query)
        const received = await engineAnswer(holding, query)
        expectAnswer(`the answer differs where core holds ${workMemory} bytes`, received, expected, query)
        if (received.kind === 'refused' || received.stats === undefined) continue
        const { spilledBytes } = received.stats
        bench.tally.add(spilledBytes > 0)
        bench.tally.see(spilledBytes > 0 ? 'on disk' : 'in memory')
      }
    })
  },
})
