import { throwIfAborted } from '@holdfast/core/backend'
import type { StoredRow } from '@holdfast/core/backend'
import { join } from 'node:path'
import type { Disk } from '../disk/disk.js'
import type { TableChanges } from '../journal/types.js'
import type { RunEntry, TableEntry } from '../manifest/types.js'
import type { SegmentEntry } from '../segments/types.js'
import { emptySorted } from '../store/state.js'
import { keyOrderOf } from '../table/key-order.js'
import { deletesLayoutOf } from '../table/sorted.js'
import type { Run, Sorted } from '../table/sorted.js'
import { salvageJournals } from './journals.js'
import type { Parts, SortedPart, TablePart } from './parts.js'
import { SalvagedSegment } from './salvaged-segment.js'
import type { KeyRange } from './salvaged-segment.js'
import type { Problem } from './types.js'

/** The rows of a table, as far as they can be read. */
export interface SalvagedTable {
  readonly part: TablePart
  /** Its segments are open until `close`. */
  readonly rows: Sorted
  readonly lastKey: number | bigint | undefined
  /** Rows that were read and may be older versions, or deleted. */
  readonly doubtful: WeakSet<StoredRow>
}

export interface Salvage {
  readonly tables: readonly SalvagedTable[]
  readonly problems: readonly Problem[]
  close(): void
}

/** Opens what can be read of a database, and lists what cannot. Every block is read once to find out. */
export async function salvageAll(
  disk: Disk,
  path: string,
  parts: Parts,
  signal?: AbortSignal,
): Promise<Salvage> {
  const problems: Problem[] = []
  const tables: SalvagedTable[] = []
  const open: SalvagedSegment[] = []
  for (const part of parts.tables) {
    throwIfAborted(signal)
    const doubtful = new WeakSet<StoredRow>()
    const rows = part.sorted[0]!
    const runs = await openRuns(rows, (entry, layout) => {
      const segment = new SalvagedSegment(disk, join(path, part.folder), entry, layout, doubtful)
      open.push(segment)
      return segment
    })
    tables.push({ part, rows: runs.sorted, lastKey: undefined, doubtful })
    problems.push(...runs.problems)
  }
  const replayed = await replay(disk, path, parts, tables, signal)
  problems.push(...replayed.problems)
  return {
    tables: replayed.tables,
    problems,
    close: () => open.forEach((segment) => segment.close()),
  }

  async function openRuns(
    { id, layout, runs }: SortedPart,
    openOne: (entry: SegmentEntry, of: typeof layout) => SalvagedSegment,
  ): Promise<{ sorted: Sorted; problems: readonly Problem[] }> {
    const found: Problem[] = []
    const opened: Run[] = []
    let hiddenBy: readonly KeyRange[] = []
    for (const run of runs) {
      const { segments, deletes } = openRun(run)
      const lost: KeyRange[] = []
      for (const segment of [...segments, ...deletes]) {
        segment.hiddenBy = hiddenBy
        const inspected = await segment.inspect(signal)
        found.push(...inspected.problems)
        lost.push(...inspected.lost)
      }
      opened.push({ segments, deletes })
      hiddenBy = [...hiddenBy, ...lost]
    }
    return { sorted: { ...emptySorted(id, layout), runs: opened }, problems: found }

    function openRun({ segments, deletes }: RunEntry) {
      return {
        segments: segments.map((entry) => openOne(entry, layout)),
        deletes: deletes.map((entry) => openOne(entry, deletesLayoutOf(layout))),
      }
    }
  }
}

/** Puts into memory what journals say that segments do not. */
async function replay(
  disk: Disk,
  path: string,
  parts: Parts,
  tables: readonly SalvagedTable[],
  signal: AbortSignal | undefined,
): Promise<{ tables: readonly SalvagedTable[]; problems: readonly Problem[] }> {
  const problems: Problem[] = []
  const byId = new Map(tables.map((table) => [table.rows.id, table]))
  const lastKeys = new Map<number, number | bigint>()
  const layoutOf = (id: number) => byId.get(id)?.rows.layout
  for await (const found of salvageJournals(disk, path, parts.journals, layoutOf, signal)) {
    if ('problem' in found) {
      problems.push(found)
      continue
    }
    for (const changes of found.record.tables) {
      const { rows, part } = byId.get(changes.id)!
      if (isBefore(found, part.since)) continue
      apply(rows, changes)
      if (changes.lastKey !== undefined) lastKeys.set(changes.id, changes.lastKey)
    }
  }
  const withKeys = tables.map((table) => ({
    ...table,
    lastKey: lastKeys.get(table.rows.id) ?? lastKeyOf(table.part),
  }))
  return { tables: withKeys, problems }
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
