import { HoldfastError, isHoldfastError, throwIfAborted } from '@holdfast/core/backend'
import { join, resolve } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Disk } from '../disk/disk.js'
import { readFile } from '../disk/new-file.js'
import { nodeDisk } from '../disk/node-disk.js'
import { readManifest } from '../manifest/manifest.js'
import { BlockCache } from '../segments/cache.js'
import { openSegment } from '../segments/index.js'
import { indexPath } from '../segments/paths.js'
import type { RowLayout, SegmentEntry } from '../segments/types.js'
import { deletesLayoutOf } from '../table/sorted.js'
import { salvageJournals } from './journals.js'
import { findParts } from './parts.js'
import type { Parts, SortedPart, TablePart } from './parts.js'
import type { Problem } from './types.js'

export interface VerifyOptions {
  readonly signal?: AbortSignal
}

/**
 * Reads every byte of a database and lists what is damaged, while nobody writes to it. Changes nothing, and takes no lock. A
 * database of which nothing is listed is whole.
 *
 * @param path the folder of the database
 * @throws HoldfastError `NOT_FOUND` where there is no database, `UNSUPPORTED` for one of a later version, `BUSY` when it was
 * written to meanwhile, `ABORTED`, and those of the file system
 */
export function verify(path: string, { signal }: VerifyOptions = {}): AsyncIterable<Problem> {
  return verifyOn(nodeDisk(), resolve(path), signal)
}

/** The same on another disk. */
export async function* verifyOn(
  disk: Disk,
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<Problem, void> {
  const parts = await findParts(disk, path)
  yield* parts.problems
  yield* verifyJournals(disk, path, parts, signal)
  for (const table of parts.tables) {
    throwIfAborted(signal)
    yield* verifyDescription(disk, path, table)
    for (const sorted of table.sorted) yield* verifySorted(disk, join(path, table.folder), sorted, signal)
  }
  await refuseChanged(disk, path, parts)
}

async function* verifyJournals(
  disk: Disk,
  path: string,
  { journals, tables }: Parts,
  signal?: AbortSignal,
): AsyncGenerator<Problem, void> {
  const layouts = new Map(tables.flatMap(({ sorted }) => sorted).map(({ id, layout }) => [id, layout]))
  for await (const found of salvageJournals(disk, path, journals, (id) => layouts.get(id), signal)) {
    if ('problem' in found) yield found
  }
}

/** The manifest decides, and the description only has to say the same. */
async function* verifyDescription(
  disk: Disk,
  path: string,
  { folder, definition, describedBy }: TablePart,
): AsyncGenerator<Problem, void> {
  if (describedBy === undefined) return
  const file = join(path, folder, 'table.yaml')
  const problem = await problemOfFile(disk, file, describedBy.checksum)
  if (problem === undefined) return
  const { name: table } = definition
  const recoverable = 'the whole definition, which is in the manifest'
  yield { path: file, offset: 0, table, problem, lost: 'nothing', recoverable }
}

async function* verifySorted(
  disk: Disk,
  folder: string,
  { layout, runs }: SortedPart,
  signal?: AbortSignal,
): AsyncGenerator<Problem, void> {
  for (const { segments, deletes } of runs) {
    for (const entry of segments) yield* verifySegment(disk, folder, entry, layout, signal)
    for (const entry of deletes) yield* verifySegment(disk, folder, entry, deletesLayoutOf(layout), signal)
  }
}

async function* verifySegment(
  disk: Disk,
  folder: string,
  entry: SegmentEntry,
  layout: RowLayout,
  signal?: AbortSignal,
): AsyncGenerator<Problem, void> {
  throwIfAborted(signal)
  const { table } = layout
  const index = indexPath(folder, entry)
  const problem = await problemOfFile(disk, index, entry.indexChecksum)
  if (problem !== undefined) {
    const lost = `those of the ${entry.rows} rows of the segment of which it no longer says where they are`
    yield { path: index, offset: 0, table, problem, lost, recoverable: 'the other rows of the segment' }
    return
  }
  const segment = openSegment(disk, folder, entry, layout, new BlockCache(0))
  try {
    for await (const found of segment.verify()) {
      const lost = `some of the ${entry.rows} rows in the file: those in this place`
      const recoverable = 'all other rows of the file; older versions of these where another file has them'
      yield { ...found, table, lost, recoverable }
    }
  } finally {
    segment.close()
  }
}

/** What is wrong with a file of which the checksum is known. */
async function problemOfFile(disk: Disk, path: string, checksum: number): Promise<string | undefined> {
  try {
    return crc32(await readFile(disk, path)) === checksum ? undefined : 'the checksum of the file is wrong'
  } catch (error) {
    if (isHoldfastError(error)) return error.message
    throw error
  }
}

/** What was found may be of files that a writer had replaced. */
async function refuseChanged(disk: Disk, path: string, { revision }: Parts): Promise<void> {
  if (revision === undefined) return
  const now = await readManifest(disk, path).catch(() => undefined)
  if (now?.revision === revision) return
  throw new HoldfastError(
    'BUSY',
    `The database ${path} was written to meanwhile: verify it when nobody has it open to write.`,
    { path },
  )
}
