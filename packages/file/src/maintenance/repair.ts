import { HoldfastError } from '@holdfast/core/backend'
import type { Engine, StoredRow, TableDefinition } from '@holdfast/core/backend'
import { resolve, sep } from 'node:path'
import { fileOn } from '../backend.js'
import type { Disk } from '../disk/disk.js'
import { nodeDisk } from '../disk/node-disk.js'
import { resolveOptions } from '../options.js'
import type { SegmentFormat } from '../options.js'
import { scan } from '../table/scan.js'
import { findParts } from './parts.js'
import { salvage } from './salvage.js'
import type { SalvagedTable } from './salvage.js'
import type { SalvagedSegment } from './salvaged-segment.js'
import type { Problem, RepairedTable, RepairReport } from './types.js'
import { verifyOn } from './verify.js'

export interface RepairOptions {
  /** The folder of the new database, which must be empty or missing. Default: that of the damaged one, followed by `-repaired`. */
  readonly to?: string
  /** What its segments are written as. Default: `parquet`. */
  readonly format?: SegmentFormat
  readonly signal?: AbortSignal
}

/**
 * Writes what can be read of a damaged database to a new one. The damaged one is never changed: nobody may write to it
 * meanwhile.
 *
 * Rows are taken from all blocks of segments that are whole, and transactions from all lines of journals that are. Where
 * damage may have hidden a newer version of a row, the newest that can be read is taken, and counted as doubtful. Without a
 * manifest all rows of all files are taken, in the order of their numbers, and any of them may be an older version.
 *
 * @param path the folder of the damaged database
 * @returns what was written, and everything that was wrong
 * @throws HoldfastError `INVALID_ARGUMENT` for a folder that holds anything, `NOT_FOUND`, `UNSUPPORTED`, `ABORTED`, and
 * those of the file system; the new folder then holds what was written until then
 */
export function repair(path: string, options: RepairOptions = {}): Promise<RepairReport> {
  return repairOn(nodeDisk(), resolve(path), options)
}

/** The same on another disk. */
export async function repairOn(
  disk: Disk,
  path: string,
  { to = `${path}-repaired`, format = 'parquet', signal }: RepairOptions,
): Promise<RepairReport> {
  const target = resolve(to)
  refuseTarget(disk, path, target)
  const problems: Problem[] = []
  for await (const problem of verifyOn(disk, path, signal)) problems.push(problem)
  const open: SalvagedSegment[] = []
  try {
    const found = await salvage(disk, path, await findParts(disk, path), open, signal)
    const engine = await fileOn(disk, resolveOptions({ path: target, format })).open({
      report: () => undefined,
      reporting: () => false,
      ...(signal && { signal }),
    })
    try {
      const tables: RepairedTable[] = []
      for (const table of found) tables.push(await copyTable(engine, table, signal))
      return { path: target, tables, problems }
    } finally {
      await engine.close()
    }
  } finally {
    for (const segment of open) segment.close()
  }
}

function refuseTarget(disk: Disk, path: string, target: string): void {
  const inside = target === path || target.startsWith(path + sep)
  if (!inside && (disk.list(target) ?? []).length === 0) return
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    `The database cannot be written to ${target}, which ${inside ? 'is a part of the damaged one' : 'is not empty'}: give another folder as "to".`,
    { path: target },
  )
}

/** A commit has at least so many rows, unless there are no more. */
const together = 4096

async function copyTable(
  engine: Engine,
  { part, rows, lastKey, doubtful }: SalvagedTable,
  signal: AbortSignal | undefined,
): Promise<RepairedTable> {
  const { definition } = part
  const report = { name: definition.name, rows: 0, doubtful: 0, leftOut: 0 }
  await engine.createTable(definition)
  const columns = definition.columns.map(({ name }) => name)
  let waiting: StoredRow[] = []
  for await (const batch of scan(rows, { columns, ...(signal && { signal }) })) {
    waiting.push(...batch)
    if (waiting.length < together) continue
    await write()
    waiting = []
  }
  await write()
  // What was given out once is not given out again, whatever became of the row.
  if (lastKey !== undefined)
    await engine.write({ changes: [], lastKeys: [{ table: definition, key: lastKey }] })
  return report

  async function write(): Promise<void> {
    const written = await insert(engine, definition, waiting, signal)
    report.rows += written
    report.leftOut += waiting.length - written
    report.doubtful += waiting.filter((row) => doubtful.has(row)).length
  }
}

/** How many rows were written; those that a unique index refuses are not. */
async function insert(
  engine: Engine,
  table: TableDefinition,
  rows: readonly StoredRow[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const { counts } = await engine.write({
    changes: [{ kind: 'insert', table, rows, onConflict: 'skip' }],
    ...(signal && { signal }),
  })
  return counts[0] ?? 0
}
