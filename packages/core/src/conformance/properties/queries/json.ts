import { withTables } from '../../bench.js'
import { randomQueryCase, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { engineAnswer, expectAnswer } from '../../oracle/answer.js'
import { randomProperty } from '../../property.js'
import { expectSame } from '../../report/expect.js'
import { printQueryCase } from '../../report/script.js'

/** A query goes through JSON text and comes back as the same query: same JSON, same answer. */
export const queriesSurviveJson = randomProperty<QueryCase>({
  name: 'queries/json',
  rules: [],
  weight: 0.25,
  floor: 0.4,
  make: (dice) => randomQueryCase(dice, 7),
  reduce: shrinkQueryCase,
  print: ({ tables, queries }) => printQueryCase(tables, queries),
  check: async (bench, { tables, queries }) => {
    const database = await bench.shared()
    await withTables(database, tables, async () => {
      for (const relation of queries) {
        const text = JSON.stringify(database.query(relation))
        const rebuilt = database.query(text)
        expectSame('the JSON of the rebuilt query', JSON.stringify(rebuilt), text)
        const expected = await engineAnswer(database, relation)
        expectAnswer('the rebuilt query', await engineAnswer(database, rebuilt.relation), expected, relation)
        bench.tally.add(expected.kind === 'rows' && expected.rows.length > 0)
      }
    })
  },
})
