import type { Relation } from '../../relation/types.js'
import type { Dice } from '../random/dice.js'
import { replaced } from '../random/reduce.js'
import { tablesOf } from './relation-tree.js'
import { randomRelation } from './relations/generator.js'
import { shrinkRelation } from './shrink/relation.js'
import { shrinkTables } from './shrink/tables.js'
import { randomTable } from './tables.js'
import type { SharedPools, TableCase } from './tables.js'

/** A few tables with rows and many questions about them: one run of the properties that ask. */
export interface QueryCase {
  readonly tables: readonly TableCase[]
  readonly queries: readonly Relation[]
}

/** What the leaves of random relations call the database. */
export const databaseName = 'main'

export function randomQueryCase(dice: Dice, queries: number): QueryCase {
  const tables = randomTables(dice)
  return {
    tables,
    queries: Array.from({ length: queries }, () => randomRelation(dice, tables, databaseName)),
  }
}

/** One to three tables; most are small, so that a join of three is too, and some are empty. */
export function randomTables(dice: Dice): TableCase[] {
  const pools: SharedPools = new Map()
  return dice.several(1, 3, (index) =>
    randomTable(dice, `t${index}`, {
      rows: dice.weighted([
        [1, [0, 0]],
        [14, [4, 14]],
        [1, [30, 60]],
      ]),
      pools,
    }),
  )
}

/** One query alone, then a smaller query, then fewer and simpler tables. */
export function* shrinkQueryCase(value: QueryCase): Generator<QueryCase> {
  const { tables, queries } = value
  if (queries.length > 1) {
    for (const query of queries) yield { tables, queries: [query] }
    return
  }
  const needed = new Set(queries.flatMap((query) => [...tablesOf(query)]))
  if (tables.some((table) => !needed.has(table.definition.name))) {
    yield { tables: tables.filter((table) => needed.has(table.definition.name)), queries }
  }
  for (const smaller of replaced(queries, shrinkRelation)) yield { tables, queries: smaller }
  yield* shrinkTables(value)
}
