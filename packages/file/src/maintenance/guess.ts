import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import type { TableDefinition } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Disk } from '../disk/disk.js'
import { readFile } from '../disk/new-file.js'
import type { RunEntry } from '../manifest/types.js'
import type { SegmentFormat } from '../options.js'
import { indexPath, segmentPath } from '../segments/paths.js'
import type { RowLayout, SegmentEntry } from '../segments/types.js'
import { layoutOfRows } from '../store/state.js'
import { deletesLayoutOf } from '../table/sorted.js'
import type { Parts, TablePart } from './parts.js'
import { SalvagedSegment } from './salvaged-segment.js'
import type { Problem } from './types.js'

const segmentFile = /^(\d{6,})\.(parquet|ndjson|csv|json)$/
const journalFile = /^journal-(\d+)\.ndjson$/

/**
 * What a database consists of whose manifest is gone, from the files that are there: all segments count, the later ones
 * first, and all journals. Segments that were replaced, and not removed yet, count as well, so that rows may come back
 * that were deleted.
 *
 * @param problem what is wrong with the manifest
 * @throws HoldfastError `NOT_FOUND` if there is no table either
 */
export async function guessParts(disk: Disk, path: string, problem: string): Promise<Parts> {
  const found = disk.list(path) ?? []
  const tables: TablePart[] = []
  const problems: Problem[] = [manifestProblem(path, problem)]
  for (const { name } of found.filter(({ folder }) => folder)) {
    const described = await describedIn(disk, path, name)
    if (described === undefined) continue
    if (isHoldfastError(described)) problems.push(tableProblem(join(path, name, 'table.yaml'), described))
    else tables.push(await guessTable(disk, path, name, described.id, described.definition))
  }
  const journals = found
    .flatMap(({ name }) => journalFile.exec(name)?.[1] ?? [])
    .map((digits) => ({ number: Number(digits), bytes: 0 }))
    .sort((left, right) => left.number - right.number)
  if (tables.length + problems.length + journals.length === 1) {
    throw new HoldfastError('NOT_FOUND', `There is no database in ${path}.`, { path })
  }
  return { revision: undefined, journals, tables, problems }
}

/** What the `table.yaml` in a folder says; undefined if the folder is none of a table. */
async function describedIn(
  disk: Disk,
  path: string,
  folder: string,
): Promise<{ id: number; definition: TableDefinition } | HoldfastError | undefined> {
  const names = disk.list(join(path, folder)) ?? []
  if (!names.some(({ name }) => name === 'table.yaml' || segmentFile.test(name))) return undefined
  try {
    const { readTableYaml } = await import('../manifest/table-yaml.js')
    const { buffer, byteOffset, byteLength } = await readFile(disk, join(path, folder, 'table.yaml'))
    return readTableYaml(Buffer.from(buffer, byteOffset, byteLength).toString())
  } catch (error) {
    if (isHoldfastError(error)) return error
    throw error
  }
}

async function guessTable(
  disk: Disk,
  path: string,
  folder: string,
  id: number,
  definition: TableDefinition,
): Promise<TablePart> {
  const layout = layoutOfRows(definition)
  const runs: (RunEntry & { readonly number: number })[] = []
  for (const { name } of disk.list(join(path, folder)) ?? []) {
    const [, digits, format] = segmentFile.exec(name) ?? []
    if (digits === undefined) continue
    const named = { number: Number(digits), format: format as SegmentFormat }
    for (const kind of ['segments', 'deletes'] as const) {
      const entry = await guessSegment(
        disk,
        join(path, folder),
        named,
        kind === 'segments' ? layout : deletesLayoutOf(layout),
      )
      if (entry === undefined) continue
      runs.push({ number: named.number, segments: [], deletes: [], [kind]: [entry] })
      break
    }
  }
  runs.sort((left, right) => right.number - left.number)
  return {
    definition,
    folder,
    describedBy: undefined,
    since: undefined,
    lastKey: undefined,
    sorted: [{ id, layout, runs }],
  }
}

/** The entry of a segment, if it has rows of this layout: a table's folder has those of its unique indexes as well. */
async function guessSegment(
  disk: Disk,
  folder: string,
  named: { readonly number: number; readonly format: SegmentFormat },
  layout: RowLayout,
): Promise<SegmentEntry | undefined> {
  try {
    const index = await readFile(disk, indexPath(folder, named))
    const [, ...lines] = Buffer.from(index).toString().trimEnd().split('\n')
    const blocks = lines.map((line) => JSON.parse(line) as GuessedBlock)
    if (
      blocks.some(
        ({ columns, first }) =>
          columns.length !== layout.columns.length || first.length !== layout.key.length,
      )
    )
      return undefined
    const descriptor = disk.open(segmentPath(folder, named), 'read')
    const bytes = disk.size(descriptor)
    disk.close(descriptor)
    const entry: SegmentEntry = {
      ...named,
      rows: blocks.reduce((sum, { rows }) => sum + rows, 0),
      bytes,
      indexBytes: index.length,
      indexChecksum: crc32(index),
      first: blocks[0]!.first,
      last: blocks.at(-1)!.last,
    }
    const segment = new SalvagedSegment(disk, folder, entry, layout, new WeakSet())
    try {
      const lost = await segment.inspect()
      return lost.length < blocks.length ? entry : undefined
    } finally {
      segment.close()
    }
  } catch {
    return undefined
  }
}

interface GuessedBlock {
  readonly rows: number
  readonly first: readonly unknown[]
  readonly last: readonly unknown[]
  readonly columns: readonly unknown[]
}

function manifestProblem(path: string, problem: string): Problem {
  return {
    path: join(path, 'manifest.json'),
    offset: 0,
    problem,
    lost: 'which files count, and in which order',
    recoverable:
      'tables that have a table.yaml, with all rows that are in any file: some may be older versions, or deleted',
  }
}

function tableProblem(path: string, { message }: HoldfastError): Problem {
  return {
    path,
    offset: 0,
    problem: message,
    lost: 'the definition of the table',
    recoverable: 'nothing by itself: the segments in the folder can be read with other programs',
  }
}
