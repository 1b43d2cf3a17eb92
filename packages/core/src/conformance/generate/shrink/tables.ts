import { columnsOf } from '../../../relation/columns-of.js'
import type { Relation } from '../../../relation/types.js'
import type { ColumnDefinition, StoredRow, TableDefinition } from '../../../schema/types.js'
import { replaced, shorter } from '../../random/reduce.js'
import { mapScans } from '../relation-tree.js'
import { withoutDuplicates } from '../tables.js'
import type { TableCase } from '../tables.js'
import { simplerValues } from './value.js'

interface TablesAndQueries {
  readonly tables: readonly TableCase[]
  readonly queries: readonly Relation[]
}

/** Fewer rows, fewer columns and indexes, simpler values; the queries follow, and what no longer fits is left out. */
export function* shrinkTables({ tables, queries }: TablesAndQueries): Generator<TablesAndQueries> {
  for (const smaller of replaced(tables, shrinkTable)) {
    const followed = followTables(smaller, queries)
    if (followed !== undefined) yield { tables: smaller, queries: followed }
  }
}

function followTables(tables: readonly TableCase[], queries: readonly Relation[]): Relation[] | undefined {
  const definitions = new Map(tables.map(({ definition }) => [definition.name, definition]))
  try {
    return queries.map((query) => {
      const followed = mapScans(query, (scan) => ({
        ...scan,
        table: definitions.get(scan.table.name) ?? scan.table,
      }))
      columnsOf(followed)
      return followed
    })
  } catch {
    return undefined
  }
}

/** Smaller versions of one table. */
export function* shrinkTable(table: TableCase): Generator<TableCase> {
  const { definition, rows } = table
  for (const fewer of shorter(rows)) yield { ...table, rows: fewer }
  for (const indexes of shorter(definition.indexes))
    yield { ...table, definition: { ...definition, indexes } }
  for (const column of definition.columns) {
    const without = withoutColumn(definition, column)
    if (without !== undefined) {
      yield {
        ...table,
        definition: without,
        rows: withoutDuplicates(
          without,
          rows.map((row) => omit(row, column.name)),
        ),
      }
    }
  }
  if (rows.length > 12) return
  for (const simpler of replaced(rows, (row) => shrinkRow(definition, row))) {
    if (withoutDuplicates(definition, simpler).length === rows.length) yield { ...table, rows: simpler }
  }
}

function withoutColumn(definition: TableDefinition, column: ColumnDefinition): TableDefinition | undefined {
  const primaryKey = definition.primaryKey.filter((name) => name !== column.name)
  if (primaryKey.length === 0) return undefined
  return {
    ...definition,
    primaryKey,
    columns: definition.columns.filter((other) => other !== column),
    indexes: definition.indexes.filter((index) => !index.columns.includes(column.name)),
  }
}

function omit(row: StoredRow, name: string): StoredRow {
  return Object.fromEntries(Object.entries(row).filter(([column]) => column !== name))
}

function* shrinkRow(definition: TableDefinition, row: StoredRow): Generator<StoredRow> {
  for (const column of definition.columns) {
    const value = row[column.name] ?? null
    for (const simpler of simplerValues(column.type, value)) yield { ...row, [column.name]: simpler }
  }
}
