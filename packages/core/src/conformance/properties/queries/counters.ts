import type { Expression } from '../../../expression/types.js'
import type { Relation } from '../../../relation/types.js'
import type { StoredRow } from '../../../schema/types.js'
import { withTables } from '../../bench.js'
import { call } from '../../generate/expressions/call.js'
import { databaseName, randomTables, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { nodesOf } from '../../generate/relation-tree.js'
import { randomRelation } from '../../generate/relations/generator.js'
import type { TableCase } from '../../generate/tables.js'
import { engineAnswer } from '../../oracle/answer.js'
import type { Answer } from '../../oracle/answer.js'
import { canOverflow } from '../../../plan/index.js'
import { randomProperty } from '../../property.js'
import { disagree } from '../../report/disagreement.js'
import { expectThat } from '../../report/expect.js'
import { printQueryCase } from '../../report/script.js'

/**
 * What an engine takes can be counted: a query that it takes whole sends exactly the rows of the answer, one that it does
 * not take sends no row twice, a row by its key is at most one row.
 */
export const countersTellTheTruth = randomProperty<QueryCase>({
  name: 'queries/counters',
  rules: [],
  weight: 0.4,
  floor: 0.4,
  make: (dice) => {
    const tables = randomTables(dice)
    const pinned = tables.flatMap((table) =>
      table.rows.length === 0 ? [] : [pinnedQuery(table, dice.pick(table.rows))],
    )
    const queries = dice.several(4, 4, () => randomRelation(dice, tables, databaseName))
    return { tables, queries: [...pinned, ...queries] }
  },
  reduce: shrinkQueryCase,
  print: ({ tables, queries }) => printQueryCase(tables, queries),
  check: async (bench, { tables, queries }) => {
    const database = await bench.shared()
    await withTables(database, tables, async () => {
      for (const query of queries) {
        const answer = await engineAnswer(database, query)
        if (answer.kind === 'refused' || answer.stats === undefined) continue
        bench.tally.add(answer.rows.length > 0)
        expectCounters(tables, query, answer)
        const { rowsFetched } = answer.stats
        if (isPinned(query) && rowsFetched > 1) disagree('rows fetched for one key: at most', rowsFetched, 1)
      }
    })
  },
})

/** Requires of any query that its counters fit its answer. */
export function expectCounters(tables: readonly TableCase[], query: Relation, answer: Answer): void {
  if (answer.kind === 'refused' || answer.stats === undefined) return
  const { rowsFetched, nodesTaken, nodes } = answer.stats
  expectThat(nodesTaken >= 0 && nodesTaken <= nodes, '0 <= nodesTaken <= nodes', `${nodesTaken} of ${nodes}`)
  if (nodesTaken === nodes && rowsFetched !== answer.rows.length) {
    disagree('rows fetched for a query that the engine takes whole', rowsFetched, answer.rows.length)
  }
  // An engine may have sent rows of the answer before it reported an overflow.
  const most = storedRows(tables, query) + (canOverflow(query) ? answer.rows.length : 0)
  if (nodesTaken === 0 && rowsFetched > most) {
    disagree('rows fetched for a query that the engine does not take: at most', rowsFetched, most)
  }
}

function storedRows(tables: readonly TableCase[], query: Relation): number {
  return [...nodesOf(query)]
    .flatMap((node) => (node.node === 'scan' ? [node.table.name] : []))
    .map((name) => tables.find(({ definition }) => definition.name === name)?.rows.length ?? 0)
    .reduce((sum, rows) => sum + rows, 0)
}

/** Asks for one row by the whole of its primary key. */
function pinnedQuery({ definition }: TableCase, row: StoredRow): Relation {
  const equalities = definition.columns
    .filter(({ name }) => definition.primaryKey.includes(name))
    .map(({ name, type }): Expression => {
      const value = row[name] ?? null
      return call('equal', [
        { kind: 'column', name },
        { kind: 'literal', type, value },
      ])
    })
  const condition = equalities.length === 1 ? (equalities[0] as Expression) : call('and', equalities)
  return { node: 'filter', input: { node: 'scan', table: definition, database: databaseName }, condition }
}

function isPinned(query: Relation): boolean {
  if (query.node !== 'filter' || query.input.node !== 'scan') return false
  const parts =
    query.condition.kind === 'call' && query.condition.function === 'and'
      ? query.condition.arguments
      : [query.condition]
  const pinned = new Set(parts.flatMap(pinnedColumn))
  return query.input.table.primaryKey.every((name) => pinned.has(name))
}

function pinnedColumn(condition: Expression): readonly string[] {
  if (condition.kind !== 'call' || condition.function !== 'equal') return []
  const [left, right] = condition.arguments
  return left?.kind === 'column' && right?.kind === 'literal' ? [left.name] : []
}
