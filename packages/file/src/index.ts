import type { Backend } from '@holdfast/core'
import { fileOn } from './backend.js'
import type { FileDatabase } from './engine.js'
import { nodeDisk } from './disk/node-disk.js'
import { resolveOptions } from './options.js'
import type { FileOptions } from './options.js'

export type { FileDatabase } from './engine.js'
export type { FileOptions, SegmentFormat, Synchronous } from './options.js'
export { repair } from './maintenance/repair.js'
export type { RepairOptions } from './maintenance/repair.js'
export type { Problem, RepairedTable, RepairReport } from './maintenance/types.js'
export { verify } from './maintenance/verify.js'
export type { VerifyOptions } from './maintenance/verify.js'

/**
 * A database in a folder of plain files: tables are folders of Parquet, ndjson, CSV or JSON segments that any tool reads, with a
 * journal of recent changes and a manifest that is replaced as a whole. Transactions are serializable and durable; one process at a time writes.
 *
 * Throws `INVALID_ARGUMENT` for an option that it does not know or a value out of range. Opening rejects with `BUSY` while another
 * process has the database open for longer than `timeout`, with `INVALID_DATA` for a folder that others filled, with `CORRUPT`,
 * naming file and offset, for one that is damaged.
 */
export function file(options: FileOptions): Backend<FileDatabase> {
  return fileOn(nodeDisk(), resolveOptions(options))
}
