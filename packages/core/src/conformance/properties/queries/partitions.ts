import type { Database } from '../../../database/database-types.js'
import type { Expression } from '../../../expression/types.js'
import { columnsOf } from '../../../relation/columns-of.js'
import type { AggregateColumn, Relation } from '../../../relation/types.js'
import { withTables } from '../../bench.js'
import { approximateColumns } from '../../generate/approximate.js'
import { call } from '../../generate/expressions/call.js'
import { ExpressionGenerator } from '../../generate/expressions/generator.js'
import { shrinkExpression } from '../../generate/shrink/expression.js'
import { databaseName, randomTables, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { randomDraft } from '../../generate/relations/generator.js'
import { isNumeric } from '../../generate/types.js'
import { engineAnswer } from '../../oracle/answer.js'
import { identity } from '../../oracle/order.js'
import { rulesOf } from '../../oracle/rules.js'
import { randomProperty } from '../../property.js'
import { replaced } from '../../random/reduce.js'
import { Disagreement } from '../../report/disagreement.js'
import { expectSame } from '../../report/expect.js'
import { printRows } from '../../report/print.js'
import { describeExpression } from '../../report/relation.js'
import { printQueryCase } from '../../report/script.js'

interface PartitionCase extends QueryCase {
  readonly conditions: readonly Expression[]
}

/**
 * Of every row a condition is true, false or unknown: the three parts of an answer are the whole, and counts and whole
 * sums add up. Needs no reference to compare with.
 */
export const partitionsAddUp = randomProperty<PartitionCase>({
  name: 'queries/partitions',
  rules: ['NULL-2'],
  weight: 0.6,
  floor: 0.15,
  make: (dice) => {
    const tables = randomTables(dice)
    const { relation, scope } = randomDraft(dice, tables, databaseName, [0, 3])
    const generator = new ExpressionGenerator(dice, scope)
    return {
      tables,
      queries: [relation],
      conditions: dice.several(4, 4, () => generator.condition(dice.integer(0, 3))),
    }
  },
  *reduce(value) {
    const { conditions } = value
    const [query] = value.queries
    if (query === undefined) return
    if (conditions.length > 1) {
      for (const condition of conditions) yield { ...value, conditions: [condition] }
      return
    }
    for (const smaller of replaced(conditions, (condition) =>
      shrinkExpression(condition, columnsOf(query)),
    )) {
      yield { ...value, conditions: smaller }
    }
    for (const smaller of shrinkQueryCase(value)) {
      if (conditions.every((condition) => isCondition(smaller.queries[0], condition)))
        yield { ...smaller, conditions }
    }
  },
  print: ({ tables, queries, conditions }) =>
    [
      printQueryCase(tables, queries),
      ...conditions.map((condition) => `// parted by ${describeExpression(condition)}`),
    ].join('\n'),
  check: async (bench, { tables, queries, conditions }) => {
    const database = await bench.shared()
    await withTables(database, tables, async () => {
      for (const query of queries) {
        const whole = await rowsOf(database, query)
        const totals = await totalsOf(database, query)
        for (const [index, condition] of conditions.entries()) {
          const parts = partsBy(query, condition)
          const sizes = await checkRows(database, query, whole, parts)
          if (index % 2 === 0) await checkAggregates(database, totals, parts)
          bench.tally.add(sizes.filter((size) => size > 0).length > 1)
        }
      }
    })
  },
})

type Rows = readonly Record<string, unknown>[]

function isCondition(query: Relation | undefined, condition: Expression): boolean {
  if (query === undefined) return false
  try {
    columnsOf({ node: 'filter', input: query, condition })
    return true
  } catch {
    return false
  }
}

function partsBy(query: Relation, condition: Expression): Relation[] {
  const conditions = [condition, call('not', [condition]), call('isNull', [condition])]
  return conditions.map((part) => ({ node: 'filter', input: query, condition: part }))
}

async function checkRows(
  database: Database,
  query: Relation,
  whole: Rows | undefined,
  parts: readonly Relation[],
): Promise<number[]> {
  const rows = await Promise.all(parts.map((part) => rowsOf(database, part)))
  if (whole === undefined || rows.includes(undefined)) return []
  const left = keysOf(whole, query)
  const right = keysOf(
    rows.flatMap((part) => part ?? []),
    query,
  )
  if (left.join('\n') !== right.join('\n')) {
    throw new Disagreement({
      what: 'the rows for which a condition is true, false and unknown are not all rows',
      expected: printRows(whole),
      received: rows
        .map((part, index) => `${['true', 'false', 'unknown'][index]}:\n${printRows(part ?? [])}`)
        .join('\n'),
      rules: rulesOf(parts[0] ?? query),
    })
  }
  return rows.map((part) => part?.length ?? 0)
}

function keysOf(rows: Rows, query: Relation): string[] {
  const approximate = approximateColumns(query)
  const exact = (row: Record<string, unknown>): object =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !approximate.has(name)))
  return rows.map((row) => identity(exact(row))).sort()
}

async function rowsOf(database: Database, query: Relation): Promise<Rows | undefined> {
  const answer = await engineAnswer(database, query)
  return answer.kind === 'rows' ? answer.rows : undefined
}

async function checkAggregates(
  database: Database,
  totals: Record<string, unknown> | undefined,
  parts: readonly Relation[],
): Promise<void> {
  const partial = await Promise.all(parts.map((part) => totalsOf(database, part)))
  if (totals === undefined || partial.includes(undefined)) return
  for (const [name, total] of Object.entries(totals)) {
    const sum = partial.reduce<bigint>((so, part) => so + BigInt((part?.[name] as bigint | null) ?? 0), 0n)
    expectSame(`${name} of the three parts together`, sum, BigInt((total as bigint | null) ?? 0), [
      'AGG-1',
      'AGG-2',
    ])
  }
}

/** The number of rows and the sums of the columns of whole numbers; undefined where a sum is refused. */
async function totalsOf(database: Database, query: Relation): Promise<Record<string, unknown> | undefined> {
  const sums = [...columnsOf(query)]
    .filter(([, { type }]) => isNumeric(type) && (type.name === 'integer' || type.name === 'bigint'))
    .map(([name], index): AggregateColumn => ({
      name: `sum${index}`,
      function: 'sum',
      argument: { kind: 'column', name },
    }))
  const aggregates: AggregateColumn[] = [{ name: 'rows', function: 'count' }, ...sums]
  const rows = await rowsOf(database, { node: 'aggregate', input: query, groups: [], aggregates })
  return rows?.[0]
}
