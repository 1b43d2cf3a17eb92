import { writeRows } from '@holdfast/core/backend'
import type { DeleteWhere, Parameters, StoredRow, UpdateWhere } from '@holdfast/core/backend'
import type { MemoryTable } from '../storage/memory-table.js'
import { rowsOf } from './ordering.js'
import { queriesOf } from './table-queries.js'

/** Changes the rows for which a condition is true, in key order; every expression sees the row before (WRITE-7). */
export function updateRows(
  table: MemoryTable,
  { condition, set }: UpdateWhere,
  parameters: Parameters,
): number {
  const queries = queriesOf(table)
  const evaluates = set.map(({ name, expression }) => ({ name, evaluate: queries.evaluate(expression) }))
  const patches = matching(table, condition, parameters).map((row) => ({
    key: table.layout.keyOf(row),
    set: Object.fromEntries(evaluates.map(({ name, evaluate }) => [name, evaluate(row, parameters)])),
  }))
  return writeRows(table, { kind: 'patch', table: table.table, patches }).count
}

/** Removes the rows for which a condition is true. */
export function deleteRows(table: MemoryTable, { condition }: DeleteWhere, parameters: Parameters): number {
  const keys = matching(table, condition, parameters).map((row) => ({ key: table.layout.keyOf(row) }))
  return writeRows(table, { kind: 'delete', table: table.table, keys }).count
}

/** All of them, before the first is changed. */
function matching(
  table: MemoryTable,
  condition: UpdateWhere['condition'],
  parameters: Parameters,
): StoredRow[] {
  const selected = queriesOf(table).selection(condition).select(table.live, { parameters })
  return Array.from(selected, rowsOf).flat()
}
