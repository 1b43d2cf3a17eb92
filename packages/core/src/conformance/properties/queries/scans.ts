import type { Backend, Batch, Scan } from '../../../backend/types.js'
import { withTables } from '../../bench.js'
import type { Bench } from '../../bench.js'
import { databaseName, randomTables, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { randomRelation } from '../../generate/relations/generator.js'
import { userKey } from '../../model/real.js'
import { engineAnswer } from '../../oracle/answer.js'
import { randomProperty } from '../../property.js'
import { expectSame, expectThat } from '../../report/expect.js'
import { printQueryCase } from '../../report/script.js'
import { handleOf } from '../../untyped.js'
import { wrapBackend } from '../../wrapping.js'

/** What a scan yields is what it was asked for, also where no answer would tell: batches with rows, and these columns. */
export const scansYieldWhatIsAsked = randomProperty<QueryCase>({
  name: 'queries/scans',
  rules: [],
  weight: 0.2,
  // A case of empty tables shows nothing at all.
  minimumRuns: 10,
  floor: 0.5,
  make: (dice) => {
    const tables = randomTables(dice)
    return { tables, queries: dice.several(3, 3, () => randomRelation(dice, tables, databaseName)) }
  },
  reduce: shrinkQueryCase,
  print: ({ tables, queries }) => printQueryCase(tables, queries),
  check: async (bench, { tables, queries }) => {
    const database = await bench.sharedAs('watched', () => bench.open({ pushdown: 'none' }, watched(bench)))
    await withTables(database, tables, async () => {
      for (const query of queries) await engineAnswer(database, query)
      for (const { definition, rows } of tables) {
        const keys = rows.slice(0, 3).map((row) => definition.primaryKey.map((name) => row[name] ?? null))
        const found = await handleOf(database, definition).getMany(
          keys.map((key) => userKey(definition, key)),
        )
        expectThat(!found.includes(undefined), 'a row for each of its keys', 'a key without its row')
      }
    })
  },
})

function watched(bench: Bench): Backend {
  return wrapBackend(bench.subject.backend(), (engine) => ({
    scan: async function* (request: Scan) {
      for await (const batch of engine.scan(request)) {
        expectBatch(request, batch)
        bench.tally.add(request.columns.length < request.table.columns.length || request.keys !== undefined)
        yield batch
      }
    },
    get: undefined,
  }))
}

function expectBatch({ columns }: Scan, batch: Batch): void {
  expectThat(batch.length > 0, 'batches with rows in them', 'an empty batch')
  const wanted = columns.toSorted()
  for (const row of batch) expectSame('the columns of a scanned row', Object.keys(row).sort(), wanted)
}
