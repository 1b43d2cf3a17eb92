import { HoldfastError } from '../backend/errors.js'
import { describeColumnType } from './describe-column.js'
import type { ColumnDefinition, IndexDefinition, TableDefinition } from '../schema/types.js'

/** What `ensure` makes of a table that is there. */
export interface Comparison {
  /** Indexes that the program states and the engine does not have. */
  readonly missingIndexes: readonly IndexDefinition[]
}

/**
 * Compares a table as the program states it with the one that is there.
 *
 * @throws HoldfastError `SCHEMA_MISMATCH` naming everything that differs
 */
export function compareTables(stated: TableDefinition, found: TableDefinition): Comparison {
  const problems = problemsOf(stated, found)
  const [first] = problems
  if (first !== undefined) {
    const all = problems.map(({ message }) => message).join('; ')
    throw new HoldfastError(
      'SCHEMA_MISMATCH',
      `The table "${stated.name}" is there with another definition: ${all}.`,
      {
        table: stated.name,
        ...(first.column !== undefined && { column: first.column }),
      },
    )
  }
  return { missingIndexes: stated.indexes.filter((index) => !hasIndex(found, index)) }
}

/** Whether `compareTables` finds nothing that differs. */
export function saysTheSame(stated: TableDefinition, found: TableDefinition): boolean {
  return problemsOf(stated, found).length === 0
}

function problemsOf(stated: TableDefinition, found: TableDefinition): readonly Problem[] {
  return [...columnProblems(stated, found), ...keyProblems(stated, found), ...indexProblems(stated, found)]
}

interface Problem {
  readonly message: string
  readonly column?: string
}

function columnProblems(stated: TableDefinition, found: TableDefinition): Problem[] {
  const there = new Map(found.columns.map((column) => [column.name, column]))
  const wanted = new Set(stated.columns.map((column) => column.name))
  const extra = found.columns.filter(({ name }) => !wanted.has(name))
  return [
    ...stated.columns.flatMap((column) => columnProblem(column, there.get(column.name))),
    ...extra.map(({ name }) => ({ column: name, message: `the column "${name}" is there but not stated` })),
  ]
}

function columnProblem(stated: ColumnDefinition, found: ColumnDefinition | undefined): Problem[] {
  const { name } = stated
  if (found === undefined) return [{ column: name, message: `the column "${name}" is missing` }]
  const [wanted, there] = [describeColumnType(stated), describeColumnType(found)]
  return wanted === there
    ? []
    : [{ column: name, message: `the column "${name}" is ${there}, not ${wanted}` }]
}

function keyProblems(stated: TableDefinition, found: TableDefinition): Problem[] {
  const [wanted, there] = [stated.primaryKey.join(', '), found.primaryKey.join(', ')]
  return wanted === there ? [] : [{ message: `the primary key is (${there}), not (${wanted})` }]
}

/** An index more makes nothing different, unless it refuses rows. */
function indexProblems(stated: TableDefinition, found: TableDefinition): Problem[] {
  return found.indexes
    .filter((index) => index.unique && !hasIndex(stated, index))
    .map(({ columns }) => ({ message: `(${columns.join(', ')}) is unique there but not stated to be` }))
}

/** Names of indexes are the engine's affair. The columns of a unique index say the same in any order. */
function hasIndex(table: TableDefinition, wanted: IndexDefinition): boolean {
  const columnsOf = (index: IndexDefinition) =>
    (index.unique ? [...index.columns].sort() : index.columns).join()
  return table.indexes.some(
    (index) => index.unique === wanted.unique && columnsOf(index) === columnsOf(wanted),
  )
}
