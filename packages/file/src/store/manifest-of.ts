import { definitionFromJson, definitionToJson } from '@holdfast/core/backend'
import type { TableDefinition } from '@holdfast/core/backend'
import type { RunEntry, SortedEntry, TableEntry } from '../manifest/types.js'
import type { RowLayout, Segment, SegmentEntry } from '../segments/types.js'
import { emptyMemory } from '../table/memory.js'
import { deletesLayoutOf } from '../table/sorted.js'
import type { Sorted } from '../table/sorted.js'
import { layoutOfIndex, layoutOfRows } from './state.js'
import type { TableState } from './state.js'

/** What a manifest says of a table: all but what is in memory, which the journal has. */
export function entryOf(table: TableState): TableEntry {
  const { definition, folder, describedBy, since, lastKey, rows, indexes } = table
  return {
    id: rows.id,
    folder,
    definition: definitionToJson(definition),
    describedBy,
    since,
    ...(lastKey !== undefined && { lastKey: lastKey.toString() }),
    rows: sortedEntryOf(rows),
    indexes: Array.from(indexes, ([name, sorted]) => ({ id: sorted.id, name, rows: sortedEntryOf(sorted) })),
  }
}

/** The table that a manifest names. */
export function tableFrom(
  entry: TableEntry,
  open: (folder: string, segment: SegmentEntry, layout: RowLayout) => Segment,
): TableState {
  const { id, folder, describedBy, since, lastKey, rows, indexes } = entry
  const definition = definitionFromJson(entry.definition)
  const sorted = (id: number, layout: RowLayout, { runs }: SortedEntry): Sorted => ({
    id,
    layout,
    memory: emptyMemory(layout),
    runs: runs.map(({ segments, deletes }) => ({
      segments: segments.map((segment) => open(folder, segment, layout)),
      deletes: deletes.map((segment) => open(folder, segment, deletesLayoutOf(layout))),
    })),
  })
  return {
    definition,
    folder,
    describedBy,
    since,
    lastKey: lastKey === undefined ? undefined : keyFrom(definition, lastKey),
    rows: sorted(id, layoutOfRows(definition), rows),
    indexes: new Map(
      indexes.map((index) => {
        const { columns } = definition.indexes.find(({ name }) => name === index.name)!
        return [index.name, sorted(index.id, layoutOfIndex(definition, { columns }), index.rows)]
      }),
    ),
  }
}

function sortedEntryOf({ runs }: Sorted): SortedEntry {
  const entries = (segments: readonly Segment[]) => segments.map(({ entry }) => entry)
  return {
    runs: runs.map(({ segments, deletes }): RunEntry => ({
      segments: entries(segments),
      deletes: entries(deletes),
    })),
  }
}

function keyFrom({ columns }: TableDefinition, digits: string): number | bigint {
  const generated = columns.find((column) => column.generated !== undefined)
  return generated?.type.name === 'bigint' ? BigInt(digits) : Number(digits)
}
