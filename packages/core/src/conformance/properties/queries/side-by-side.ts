import { withTables } from '../../bench.js'
import type { Bench } from '../../bench.js'
import type { QueryCase } from '../../generate/query-case.js'
import { engineAnswer, evaluatorAnswer, expectAnswer } from '../../oracle/answer.js'
import type { Relation } from '../../../relation/types.js'

/** Queries of some columns each, of all columns together. */
export function inQueriesOf<Column>(
  count: number,
  columns: readonly Column[],
  make: (columns: readonly Column[]) => Relation,
): Relation[] {
  const queries: Relation[] = []
  for (let start = 0; start < columns.length; start += count)
    queries.push(make(columns.slice(start, start + count)))
  return queries
}

/** Asks each query of the engine and of the evaluator; one that gives a value could have been answered wrongly. */
export async function checkValues(bench: Bench, { tables, queries }: QueryCase): Promise<void> {
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
}
