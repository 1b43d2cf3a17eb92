import { columnsOf } from '../../../relation/columns-of.js'
import type { Relation, RelationColumns, SortTerm } from '../../../relation/types.js'
import { withTables } from '../../bench.js'
import { approximateColumns } from '../../generate/approximate.js'
import { databaseName, randomTables, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { randomRelation } from '../../generate/relations/generator.js'
import { engineAnswer } from '../../oracle/answer.js'
import { compareUserValues, identity } from '../../oracle/order.js'
import { randomProperty } from '../../property.js'
import type { Dice } from '../../random/dice.js'
import { Disagreement } from '../../report/disagreement.js'
import { printRows } from '../../report/print.js'
import { printQueryCase } from '../../report/script.js'

/** Sorting gives the same rows in the stated order, judged by a comparison of its own. */
export const sortingOrders = randomProperty<QueryCase>({
  name: 'queries/sorting',
  rules: ['ORDER-1', 'NULL-1'],
  weight: 0.6,
  floor: 0.2,
  make: (dice) => {
    const tables = randomTables(dice)
    return {
      tables,
      queries: dice.several(4, 4, () => randomlySorted(dice, randomRelation(dice, tables, databaseName))),
    }
  },
  *reduce(value) {
    for (const smaller of shrinkQueryCase(value)) {
      if (smaller.queries.every((query) => query.node === 'sort' && query.terms.every(isColumn)))
        yield smaller
    }
  },
  print: ({ tables, queries }) => printQueryCase(tables, queries),
  check: async (bench, { tables, queries }) => {
    const database = await bench.shared()
    await withTables(database, tables, async () => {
      for (const query of queries) {
        if (query.node !== 'sort') continue
        const [sorted, plain] = [
          await engineAnswer(database, query),
          await engineAnswer(database, query.input),
        ]
        if (sorted.kind !== 'rows' || plain.kind !== 'rows') continue
        bench.tally.add(sorted.rows.length > 1)
        expectPermutation(sorted.rows, plain.rows)
        expectOrdered(sorted.rows, query.terms, columnsOf(query))
      }
    })
  },
})

function randomlySorted(dice: Dice, input: Relation): Relation {
  const approximate = approximateColumns(input)
  const names = [...columnsOf(input).keys()].filter((name) => !approximate.has(name))
  if (names.length === 0) return input
  const terms = dice.sample(names, 1, 3).map((name): SortTerm => ({
    expression: { kind: 'column', name },
    direction: dice.chance(50) ? 'ascending' : 'descending',
    nulls: dice.chance(50) ? 'first' : 'last',
  }))
  return { node: 'sort', input, terms }
}

function isColumn(term: SortTerm): boolean {
  return term.expression.kind === 'column'
}

type Rows = readonly Record<string, unknown>[]

function expectPermutation(sorted: Rows, plain: Rows): void {
  const keys = (rows: Rows): string => rows.map(identity).sort().join('\n')
  if (keys(sorted) === keys(plain)) return
  throw new Disagreement({
    what: 'sorting changes which rows there are',
    expected: printRows(plain),
    received: printRows(sorted),
    rules: ['ORDER-2'],
  })
}

function expectOrdered(rows: Rows, terms: readonly SortTerm[], columns: RelationColumns): void {
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1]
    if (next === undefined || compareBy(terms, columns, row, next) <= 0) continue
    throw new Disagreement({
      what: `row ${index + 1} comes after a row that follows it in the order`,
      expected: `the second of these before the first:\n${printRows([row, next])}`,
      received: printRows(rows),
      rules: ['ORDER-1', 'NULL-1'],
    })
  }
}

function compareBy(
  terms: readonly SortTerm[],
  columns: RelationColumns,
  left: Record<string, unknown>,
  right: Record<string, unknown>,
): number {
  for (const { expression, direction, nulls } of terms) {
    const name = expression.kind === 'column' ? expression.name : ''
    const [one, other] = [left[name] ?? null, right[name] ?? null]
    const column = columns.get(name)
    if (column === undefined || (one === null && other === null)) continue
    if (one === null || other === null) return (one === null) === (nulls === 'first') ? -1 : 1
    const order = compareUserValues(column.type, one, other)
    if (order !== 0) return direction === 'ascending' ? order : -order
  }
  return 0
}
