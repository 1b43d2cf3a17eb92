import type { StoredRow } from '@holdfast/core/backend'
import { join } from 'node:path'
import type { Disk } from '../disk/disk.js'
import type { TableChanges } from '../journal/types.js'
import type { RunEntry, TableEntry } from '../manifest/types.js'
import type { RowLayout, SegmentEntry } from '../segments/types.js'
import { emptySorted } from '../store/state.js'
import { keyOrderOf } from '../table/key-order.js'
import { deletesLayoutOf } from '../table/sorted.js'
import type { Run, Sorted } from '../table/sorted.js'
import { salvageJournals } from './journals.js'
import type { Parts, TablePart } from './parts.js'
import { SalvagedSegment } from './salvaged-segment.js'
import type { KeyRange } from './salvaged-segment.js'

/** The rows of a table, as far as they can be read. */
export interface SalvagedTable {
  readonly part: TablePart
  readonly rows: Sorted
  readonly lastKey: number | bigint | undefined
  /** Rows that were read and may be older versions, or deleted. */
  readonly doubtful: WeakSet<StoredRow>
}

/**
 * Opens what can be read of a database. Every block is read once to find out.
 *
 * @param open gets the segments, which are to be closed in the end
 */
export async function salvage(
  disk: Disk,
  path: string,
  { tables: parts, journals }: Parts,
  open: SalvagedSegment[],
  signal: AbortSignal | undefined,
): Promise<readonly SalvagedTable[]> {
  const tables = new Map<number, Writable<SalvagedTable>>()
  for (const part of parts) {
    const { id, layout, runs } = part.sorted[0]!
    const doubtful = new WeakSet<StoredRow>()
    const openOne: OpenOne = (entry, of) => {
      const segment = new SalvagedSegment(disk, join(path, part.folder), entry, of, doubtful)
      open.push(segment)
      return segment
    }
    const rows = { ...emptySorted(id, layout), runs: await openRuns(runs, layout, openOne, signal) }
    tables.set(id, { part, rows, lastKey: lastKeyOf(part), doubtful })
  }
  const layoutOf = (id: number) => tables.get(id)?.rows.layout
  for await (const found of salvageJournals(disk, path, journals, layoutOf, signal)) {
    if ('problem' in found) continue
    for (const changes of found.record.tables) {
      const table = tables.get(changes.id)!
      if (isBefore(found, table.part.since)) continue
      apply(table.rows, changes)
      table.lastKey = changes.lastKey ?? table.lastKey
    }
  }
  return [...tables.values()]
}

type Writable<Part> = { -readonly [Name in keyof Part]: Part[Name] }
type OpenOne = (entry: SegmentEntry, layout: RowLayout) => SalvagedSegment

/** What a run has lost may have hidden any row of an older one. */
async function openRuns(
  runs: readonly RunEntry[],
  layout: RowLayout,
  openOne: OpenOne,
  signal: AbortSignal | undefined,
): Promise<readonly Run[]> {
  const opened: Run[] = []
  let hiddenBy: readonly KeyRange[] = []
  for (const run of runs) {
    const segments = run.segments.map((entry) => openOne(entry, layout))
    const deletes = run.deletes.map((entry) => openOne(entry, deletesLayoutOf(layout)))
    const lost: KeyRange[] = []
    for (const segment of [...segments, ...deletes]) {
      segment.hiddenBy = hiddenBy
      lost.push(...(await segment.inspect(signal)))
    }
    opened.push({ segments, deletes })
    hiddenBy = [...hiddenBy, ...lost]
  }
  return opened
}

function apply({ layout, memory }: Sorted, { puts, deletes }: TableChanges): void {
  const { keyOf } = keyOrderOf(layout)
  for (const row of puts) memory.set(keyOf(row), { row })
  for (const key of deletes) memory.set(key, { row: undefined })
}

function isBefore(
  place: { readonly journal: number; readonly offset: number },
  since: TableEntry['since'] | undefined,
): boolean {
  if (since === undefined) return false
  return place.journal === since.journal ? place.offset < since.offset : place.journal < since.journal
}

function lastKeyOf({ definition, lastKey }: TablePart): number | bigint | undefined {
  if (lastKey === undefined) return undefined
  const generated = definition.columns.find((column) => column.generated !== undefined)
  return generated?.type.name === 'bigint' ? BigInt(lastKey) : Number(lastKey)
}
