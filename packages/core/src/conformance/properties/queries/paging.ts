import type { Database } from '../../../database/database-types.js'
import { keysetOf } from '../../../plan/order.js'
import { columnsOf } from '../../../relation/columns-of.js'
import type { Relation } from '../../../relation/types.js'
import { withTables } from '../../bench.js'
import { approximateColumns } from '../../generate/approximate.js'
import { databaseName, randomTables, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { randomRelation } from '../../generate/relations/generator.js'
import { engineAnswer } from '../../oracle/answer.js'
import { randomProperty } from '../../property.js'
import { disagree } from '../../report/disagreement.js'
import { expectRefusal, expectRows, expectThat } from '../../report/expect.js'
import { printQueryCase } from '../../report/script.js'
import { withinLimit } from '../../time-limit.js'

/** Pages put together are the whole answer, for every page size, by keys and by offsets. */
export const pagesAreTheWhole = randomProperty<QueryCase>({
  name: 'queries/paging',
  rules: ['ORDER-4', 'ORDER-3'],
  weight: 0.5,
  floor: 0.2,
  make: (dice) => {
    const tables = randomTables(dice)
    return { tables, queries: dice.several(3, 3, () => randomRelation(dice, tables, databaseName)) }
  },
  reduce: shrinkQueryCase,
  print: ({ tables, queries }) => printQueryCase(tables, queries),
  check: async (bench, { tables, queries }) => {
    const database = await bench.shared()
    await withTables(database, tables, async () => {
      for (const query of queries) {
        const whole = await engineAnswer(database, query)
        if (whole.kind === 'refused') continue
        const { rows } = whole
        bench.tally.add(rows.length > 1)
        if (needsJson(query)) {
          const page = (): unknown => database.query(query).page({ size: 1 })
          await expectRefusal('a page in an order that needs json', 'TYPE_MISMATCH', page, [
            'JSON-2',
            'ORDER-4',
          ])
          bench.tally.see('refused for json')
          continue
        }
        const approximate = approximateColumns(query)
        for (const size of pageSizes(rows.length)) {
          const pages = await keysetPages(database, query, size, rows.length)
          expectRows(`pages of ${size} rows`, pages, rows, { approximate, rules: ['ORDER-4'] })
        }
        const parts = await offsetPages(database, query, 3, rows.length)
        expectRows('parts of 3 rows by limit and offset', parts, rows, { approximate, rules: ['ORDER-3'] })
      }
    })
  },
})

/** A place in an order is told by less and greater, which json has not. */
function needsJson(query: Relation): boolean {
  const { relation, terms } = keysetOf(query)
  const columns = columnsOf(relation)
  return terms.some(
    ({ expression }) => expression.kind === 'column' && columns.get(expression.name)?.type.name === 'json',
  )
}

/** One row to a page where that makes few pages, all rows on one, and a size between, which differs from answer to answer. */
function pageSizes(rows: number): readonly number[] {
  if (rows > 20) return [7, Math.ceil(rows / 2), rows]
  const between = [2, 3, 7][rows % 3] ?? 2
  return rows <= 8 ? [1, between, rows + 1] : [between, rows + 1]
}

async function keysetPages(
  database: Database,
  query: Relation,
  size: number,
  expected: number,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  let after: string | undefined
  do {
    const page = await withinLimit('page', () => database.query(query).page({ size, after }))
    expectThat(page.rows.length <= size, `at most ${size} rows on a page`, `${page.rows.length} rows`, [
      'ORDER-4',
    ])
    rows.push(...page.rows)
    if (rows.length > expected)
      disagree('pages hold more rows than the answer', rows.length, expected, ['ORDER-4'])
    if (page.rows.length === 0 && page.next !== undefined) {
      disagree('an empty page has a next one', page.next, undefined, ['ORDER-4'])
    }
    after = page.next
  } while (after !== undefined)
  return rows
}

async function offsetPages(
  database: Database,
  query: Relation,
  size: number,
  expected: number,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for (let offset = 0; offset < expected; offset += size) {
    const part: Relation = { node: 'limit', input: query, count: size, offset }
    rows.push(...(await withinLimit('query', () => database.query(part).all())))
  }
  return rows
}
