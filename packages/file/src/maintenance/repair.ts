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
import { salvageAll } from './salvage.js'
import type { SalvagedTable } from './salvage.js'
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
  checkTarget(disk, path, target)
  const parts = await findParts(disk, path)
  const described = await problemsOfIndexes(disk, path, signal)
  const salvage = await salvageAll(disk, path, parts, signal)
  try {
    const engine = await fileOn(disk, resolveOptions({ path: target, format })).open({
      report: () => undefined,
      reporting: () => false,
      ...(signal && { signal }),
    })
    try {
      const tables: RepairedTable[] = []
      for (const table of salvage.tables) tables.push(await copyTable(engine, table, signal))
      return { path: target, tables, problems: merged([...parts.problems, ...salvage.problems], described) }
    } finally {
      await engine.close()
    }
  } finally {
    salvage.close()
  }
}
