import type { Batch, Parameters } from '../backend/types.js'
import type { RelationColumns, SortTerm } from '../relation/types.js'
import type { StoredRow } from '../schema/types.js'
import { inBatches } from './operator.js'
import { compileOrder } from './row-order.js'
import type { OrderedRow } from './row-order.js'
import { ExternalSort } from './spill/external-sort.js'
import { rowSize } from './spill/row-size.js'
import type { Workspace } from './spill/workspace.js'

/** Sorts rows stably, on disk where they are too many. */
export type Sorter = ExternalSort<OrderedRow>

/** What `compileSorter` makes. */
export type CompiledSorter = ReturnType<typeof compileSorter>

/** What an entry takes beside its row, whose values the keys mostly share. */
const entrySize = 120

/** The order that terms state over rows of these columns, and how to sort by it. */
export function compileSorter(terms: readonly SortTerm[], columns: RelationColumns) {
  const { entry, compare, compareStably } = compileOrder(terms, columns)
  const names = [...columns.keys()]
  const sizeOfRow = rowSize(columns)
  const sizeOf = ({ row }: OrderedRow): number => entrySize + sizeOfRow(row)
  const start = (parameters: Parameters, workspace: Workspace, limit = workspace.limit): Sorter =>
    new ExternalSort(
      workspace,
      names,
      {
        entry: (row: StoredRow, position: number) => entry(row, position, parameters),
        compare: compareStably,
      },
      sizeOf,
      limit,
    )
  return { entry, compare, compareStably, sizeOf, start }
}

/** The rows that a sorter was given, in order. */
export async function* sortedBatches(sorter: Sorter): AsyncGenerator<Batch> {
  const entries = sorter.inMemory()
  if (entries !== undefined) yield* inBatches(rowsOf(entries))
  else for await (const { rows } of sorter.merged()) yield rows
}

/** Entries without their keys. */
export function rowsOf(entries: readonly OrderedRow[]): StoredRow[] {
  return entries.map(({ row }) => row)
}
