import type { Database } from '../../../database/database-types.js'
import type { Relation } from '../../../relation/types.js'
import type { StoredRow } from '../../../schema/types.js'
import { tableFromDefinition } from '../../../schema/table.js'
import { withTables } from '../../bench.js'
import { databaseName, randomTables, shrinkQueryCase } from '../../generate/query-case.js'
import type { QueryCase } from '../../generate/query-case.js'
import { mapScans } from '../../generate/relation-tree.js'
import { randomRelation } from '../../generate/relations/generator.js'
import { randomCell, withoutDuplicates } from '../../generate/tables.js'
import type { TableCase } from '../../generate/tables.js'
import { randomType } from '../../generate/types.js'
import { userKey } from '../../model/real.js'
import { engineAnswer, evaluatorAnswer, expectAnswer } from '../../oracle/answer.js'
import { randomProperty } from '../../property.js'
import type { Dice } from '../../random/dice.js'
import { outcomeOf } from '../../report/expect.js'
import { printQueryCase, printTable } from '../../report/script.js'
import { withinLimit } from '../../time-limit.js'
import { handleOf } from '../../untyped.js'
import { userRow } from '../../user-row.js'

interface NoiseCase extends QueryCase {
  /** The tables with a column more, which no query reads. */
  readonly wide: readonly TableCase[]
  /** For each table rows that come and go. */
  readonly passing: readonly (readonly StoredRow[])[]
  /** A table beside them. */
  readonly beside: TableCase
}

/**
 * What has nothing to do with a query changes nothing about its answer: another table, another column, rows that were
 * deleted again, and rows of a transaction that was undone.
 */
export const noiseChangesNothing = randomProperty<NoiseCase>({
  name: 'queries/noise',
  rules: [],
  weight: 0.3,
  floor: 0.4,
  make: randomNoise,
  *reduce(value) {
    for (const { tables, queries } of shrinkQueryCase(value)) {
      if (
        tables.length === value.tables.length &&
        tables.every((table, index) => fits(table, value.wide[index]))
      )
        yield { ...value, tables, queries }
    }
    for (const [index, rows] of value.passing.entries()) {
      if (rows.length > 0) yield { ...value, passing: value.passing.with(index, []) }
    }
  },
  print: ({ tables, queries, wide, beside }) =>
    [
      printQueryCase(tables, queries),
      '// with more columns, and after rows that were deleted again or undone:',
      ...[...wide, beside].map(printTable),
    ].join('\n'),
  check: async (bench, { tables, queries, wide, passing, beside }) => {
    const database = await bench.shared()
    await withTables(database, [...wide, beside], async () => {
      for (const [index, table] of wide.entries()) await makeNoise(database, table, passing[index] ?? [])
      for (const query of queries) {
        const expected = await evaluatorAnswer(tables, query)
        const received = await engineAnswer(database, narrowed(query, tables, wide))
        expectAnswer('the answer differs beside what has nothing to do with it', received, expected, query)
        bench.tally.add(expected.kind === 'rows' && expected.rows.length > 0)
      }
    })
  },
})

function randomNoise(dice: Dice): NoiseCase {
  const tables = randomTables(dice)
  const queries = dice.several(6, 6, () => randomRelation(dice, tables, databaseName))
  const wide = tables.map((table) => widened(dice, table))
  const passing = wide.map(({ definition, columns, rows }) => {
    const more = dice.several(2, 6, () =>
      Object.fromEntries(
        definition.columns.map((column) => [column.name, randomCell(dice, column, columns[column.name])]),
      ),
    )
    return withoutDuplicates(definition, [...rows, ...more]).slice(rows.length)
  })
  const [first] = tables
  const name = first === undefined ? 't9' : `${first.definition.name}_`
  const beside: TableCase =
    first === undefined
      ? { definition: { name, columns: [], primaryKey: [], indexes: [], checks: [] }, rows: [], columns: {} }
      : { ...first, definition: { ...first.definition, name, indexes: [] } }
  return { tables, queries, wide, passing, beside }
}

function widened(dice: Dice, { definition, rows, columns }: TableCase): TableCase {
  const column = { name: 'noise', type: randomType(dice), nullable: true }
  const more = dice.chance(50) ? [column, ...definition.columns] : [...definition.columns, column]
  return {
    definition: { ...definition, columns: more },
    rows: rows.map((row) => ({ ...row, [column.name]: randomCell(dice, column) })),
    columns,
  }
}

/** Rows that are inserted and deleted, one by one and together, and rows of a transaction that is undone. */
async function makeNoise(
  database: Database,
  { definition }: TableCase,
  rows: readonly StoredRow[],
): Promise<void> {
  if (rows.length === 0) return
  const given = rows.map((row) => userRow(definition, row))
  const keys = rows.map((row) =>
    userKey(
      definition,
      definition.primaryKey.map((name) => row[name] ?? null),
    ),
  )
  const table = database.table(tableFromDefinition(definition))
  await withinLimit('insert of noise', () => table.insert(given))
  await withinLimit('delete of noise', () => table.delete(keys[0]))
  await withinLimit('deleteMany of noise', () => table.deleteMany(keys.slice(1)))
  await outcomeOf(() =>
    withinLimit('a transaction that is undone', () =>
      database.transaction(async (transaction) => {
        await handleOf(transaction, definition).insert(given)
        throw new Error('undo')
      }),
    ),
  )
}

/** The query over the wide tables, of which it sees the columns that it knows. */
function narrowed(query: Relation, tables: readonly TableCase[], wide: readonly TableCase[]): Relation {
  return mapScans(query, (scan) => {
    const place = tables.findIndex(({ definition }) => definition.name === scan.table.name)
    const table = wide[place]?.definition ?? scan.table
    return {
      node: 'project',
      input: { ...scan, table },
      columns: scan.table.columns.map(({ name }) => ({ name, expression: { kind: 'column', name } })),
    }
  })
}

/** Whether a table still is the wide one without its noise. */
function fits(table: TableCase, wide: TableCase | undefined): boolean {
  const names = new Set(wide?.definition.columns.map(({ name }) => name))
  return (
    wide !== undefined &&
    table.rows.length === wide.rows.length &&
    table.definition.columns.length === wide.definition.columns.length - 1 &&
    table.definition.columns.every(({ name }) => names.has(name)) &&
    table.rows.every((row, index) =>
      Object.entries(row).every(([name, value]) => Object.is(value, wide.rows[index]?.[name])),
    )
  )
}
