import { HoldfastError } from '@holdfast/core/backend'
import type { Disk } from '../disk/disk.js'
import { Journal } from '../journal/journal.js'
import type { JournalRecord } from '../journal/types.js'
import { readManifest, settleManifest, writeManifest } from '../manifest/manifest.js'
import { checkTableFile } from '../manifest/table-file.js'
import type { Manifest } from '../manifest/types.js'
import type { ResolvedOptions } from '../options.js'
import { BlockCache } from '../segments/cache.js'
import type { RowLayout } from '../segments/types.js'
import { keyOrderOf } from '../table/key-order.js'
import { sizeOfRow } from '../table/memory.js'
import type { Sorted } from '../table/sorted.js'
import { removeLeftovers } from './leftovers.js'
import { tableFrom } from './manifest-of.js'
import { SegmentFiles } from './segment-files.js'
import { sortedOf } from './state.js'
import type { State, TableState } from './state.js'
import { Store } from './store.js'

type Writable<Part> = { -readonly [Name in keyof Part]: Part[Name] }

/**
 * Reads what the folder holds, or makes a new database in one that is empty.
 *
 * @throws HoldfastError `NOT_FOUND`, `INVALID_DATA` for a folder that others filled, `UNSUPPORTED` for a later layout,
 * `CORRUPT`, `IO`
 */
export async function openStore(disk: Disk, options: ResolvedOptions): Promise<Store> {
  const manifest = (await readManifest(disk, options.path)) ?? (await newDatabase(disk, options))
  const number = { next: manifest.next }
  const files = new SegmentFiles(disk, options, new BlockCache(options.cacheSize), () => number.next++)
  try {
    const tables = manifest.tables.map((entry) =>
      tableFrom(entry, (folder, segment, layout) => files.open(folder, segment, layout)),
    )
    const journal = await replay(disk, options, manifest, tables)
    for (const table of tables) await checkTableFile(disk, options, table)
    if (!options.readOnly) {
      await settleManifest(disk, options.path, options)
      removeLeftovers(disk, options.path, manifest)
    }
    const state: State = { tables: new Map(tables.map((table) => [table.definition.name, table])) }
    const { journals, revision } = manifest
    return new Store(disk, options, { state, journal, journals, revision, files, number })
  } catch (error) {
    files.close()
    throw error
  }
}

async function newDatabase(disk: Disk, options: ResolvedOptions): Promise<Manifest> {
  const { path, create, readOnly } = options
  const found = disk.list(path)
  if (readOnly || (found === undefined && !create)) {
    const message = `There is no database in the folder ${path}: it has no manifest.json.`
    throw new HoldfastError('NOT_FOUND', message)
  }
  const foreign = found?.find(({ name }) => !/^(lock|manifest\.json\.new|journal-\d+\.ndjson)$/.test(name))
  if (foreign !== undefined) {
    const message = `The folder ${path} holds files that are not of Holdfast, such as ${JSON.stringify(foreign.name)}. Give the database a folder of its own; files that are there can be queried with db.file().`
    throw new HoldfastError('INVALID_DATA', message)
  }
  for (const { name } of found ?? []) if (name.startsWith('journal-')) disk.remove(`${path}/${name}`)
  const journal = await Journal.create(disk, path, 1, options)
  journal.close()
  const manifest: Manifest = {
    format: 1,
    revision: 1,
    next: 2,
    journals: [{ number: 1, bytes: 0 }],
    tables: [],
  }
  await writeManifest(disk, path, manifest, options)
  return manifest
}

/** Puts what the journals hold into the memory of the tables; the last journal is written to from then on. */
async function replay(
  disk: Disk,
  options: ResolvedOptions,
  { journals }: Manifest,
  tables: readonly TableState[],
): Promise<Journal> {
  const parts = new Map<number, { table: Writable<TableState>; sorted: Writable<Sorted> }>()
  for (const table of tables) for (const sorted of sortedOf(table)) parts.set(sorted.id, { table, sorted })
  const layoutOf = (id: number): RowLayout | undefined => parts.get(id)?.sorted.layout
  let last: Journal | undefined
  for (const entry of journals) {
    last?.close()
    const { journal, records } = await Journal.open(disk, options.path, entry, layoutOf, options)
    last = journal
    for (const { offset, record } of records) apply(record, { journal: entry.number, offset })
  }
  return last!

  function apply({ tables }: JournalRecord, place: TableState['since']): void {
    for (const { id, puts, deletes, lastKey } of tables) {
      const part = parts.get(id)
      if (part === undefined || isBefore(place, part.table.since)) continue
      const { keyOf } = keyOrderOf(part.sorted.layout)
      for (const row of puts)
        set(part.sorted, () => part.sorted.memory.set(keyOf(row), { row }), sizeOfRow(row))
      for (const key of deletes) set(part.sorted, () => part.sorted.memory.set(key, { row: undefined }), 64)
      if (lastKey !== undefined) part.table.lastKey = lastKey
    }
  }
}

function set(sorted: Writable<Sorted>, change: () => void, bytes: number): void {
  change()
  sorted.memoryBytes += bytes
}

function isBefore(place: TableState['since'], since: TableState['since']): boolean {
  return place.journal < since.journal || (place.journal === since.journal && place.offset < since.offset)
}
