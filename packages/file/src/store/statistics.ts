import type { Statistics } from '@holdfast/core/backend'
import type { Segment } from '../segments/types.js'
import { sortedOf } from './state.js'
import type { State, TableState } from './state.js'

/** What the database holds. Rows are counted from the manifest and the memory: those replaced or deleted lately count too. */
export function statisticsOf({ tables }: State, journalBytes: number): Statistics {
  const sizes = Array.from(tables.values(), (table) => ({
    name: table.definition.name,
    rows: rowsOf(table),
    sizeBytes: bytesOf(table),
  }))
  const runs = Object.fromEntries(Array.from(tables, ([name, { rows }]) => [name, rows.runs.length]))
  return {
    sizeBytes: sizes.reduce((sum, { sizeBytes }) => sum + sizeBytes, journalBytes),
    tables: sizes,
    engine: { journalBytes, runs },
  }
}

function rowsOf({ rows: { memory, runs } }: TableState): number {
  let count = 0
  for (const { row } of memory.values()) count += row === undefined ? -1 : 1
  for (const { segments, deletes } of runs) {
    for (const { entry } of segments) count += entry.rows
    for (const { entry } of deletes) count -= entry.rows
  }
  return Math.max(count, 0)
}

function bytesOf(table: TableState): number {
  const size = ({ entry }: Segment) => entry.bytes + entry.indexBytes
  return sortedOf(table)
    .flatMap(({ runs }) => runs)
    .flatMap(({ segments, deletes }) => [...segments, ...deletes])
    .reduce((sum, segment) => sum + size(segment), 0)
}
