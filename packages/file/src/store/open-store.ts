import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { Disk } from '../disk/disk.js'
import { Journal } from '../journal/journal.js'
import type { JournalRecord } from '../journal/types.js'
import { readManifest, settleManifest } from '../manifest/manifest.js'
import { checkTableFile } from '../manifest/table-file.js'
import type { Manifest } from '../manifest/types.js'
import type { ResolvedOptions } from '../options.js'
import { BlockCache } from '../segments/cache.js'
import type { RowLayout } from '../segments/types.js'
import { keyOrderOf } from '../table/key-order.js'
import type { Sorted } from '../table/sorted.js'
import { removeLeftovers } from './leftovers.js'
import { tableFrom } from './manifest-of.js'
import { newDatabase } from './new-database.js'
import { SegmentFiles } from './segment-files.js'
import { sortedOf } from './state.js'
import type { State, TableState } from './state.js'
import { Store } from './store.js'
import type { Opened } from './store.js'

type Writable<Part> = { -readonly [Name in keyof Part]: Part[Name] }

/**
 * Reads what the folder holds to read only. A writer may replace the manifest at any moment, and then remove what it named: what was read
 * counts if the manifest is still the same afterwards, and stays readable, since its files are open.
 *
 * @throws HoldfastError `BUSY` when writers left no such moment until the timeout, and as `openStore`
 */
export async function openToRead(disk: Disk, options: ResolvedOptions, signal?: AbortSignal): Promise<Store> {
  const end = performance.now() + options.timeout
  for (;;) {
    throwIfAborted(signal)
    const manifest = await manifestIn(disk, options)
    const read = await readAll(disk, options, manifest).catch((error: unknown) => ({ error }))
    const close = async () => ('error' in read ? undefined : await read.close(true))
    const { revision } = await manifestIn(disk, options).catch(async (error: unknown) => {
      await close()
      throw error
    })
    if (revision === manifest.revision) {
      if ('error' in read) throw read.error
      return read
    }
    await close()
    if (performance.now() < end) continue
    const message = `The database ${options.path} was written to all the time while it was opened. Wait longer with the option "timeout".`
    throw new HoldfastError('BUSY', message, { path: options.path })
  }
}

async function readAll(disk: Disk, options: ResolvedOptions, manifest: Manifest): Promise<Store> {
  const { files, opened, tables } = await contentOf(disk, options, manifest)
  try {
    for (const table of tables) await checkTableFile(disk, options, table)
    files.openAll()
    return new Store(disk, options, opened)
  } catch (error) {
    opened.journal.close()
    files.close()
    throw error
  }
}

/**
 * Reads what the folder holds, or makes a new database in one that is empty.
 *
 * @throws HoldfastError `NOT_FOUND`, `INVALID_DATA` for a folder that others filled, `UNSUPPORTED` for a later layout,
 * `CORRUPT`, `IO`
 */
export async function openStore(disk: Disk, options: ResolvedOptions): Promise<Store> {
  const manifest = await manifestIn(disk, options)
  const { files, opened, tables } = await contentOf(disk, options, manifest)
  try {
    await settleManifest(disk, options.path, options)
    // Whoever reads a transaction relies on it, acknowledged or not: it must not be lost with the power afterwards.
    await opened.journal.settle()
    for (const table of tables) await checkTableFile(disk, options, table)
    removeLeftovers(disk, options.path, manifest)
    return new Store(disk, options, opened)
  } catch (error) {
    opened.journal.close()
    files.close()
    throw error
  }
}

async function manifestIn(disk: Disk, options: ResolvedOptions): Promise<Manifest> {
  const manifest = await readManifest(disk, options.path)
  if (manifest !== undefined) return manifest
  try {
    return await newDatabase(disk, options)
  } catch (error) {
    // A writer may have made the database meanwhile.
    const made = options.readOnly ? await readManifest(disk, options.path) : undefined
    if (made === undefined) throw error
    return made
  }
}

interface Content {
  readonly files: SegmentFiles
  readonly tables: readonly TableState[]
  readonly opened: Opened
}

async function contentOf(disk: Disk, options: ResolvedOptions, manifest: Manifest): Promise<Content> {
  const { journals, revision, next } = manifest
  const number = { next }
  const files = new SegmentFiles(disk, options, new BlockCache(options.cacheSize), () => number.next++)
  try {
    const tables = manifest.tables.map((entry) =>
      tableFrom(entry, (folder, segment, layout) => files.open(folder, segment, layout)),
    )
    const journal = await replay(disk, options, manifest, tables)
    const state: State = { tables: new Map(tables.map((table) => [table.definition.name, table])) }
    return { files, tables, opened: { state, journal, journals, revision, files, number } }
  } catch (error) {
    files.close()
    throw error
  }
}

/** Puts what the journals hold into the memory of the tables; the last journal is written to from then on. */
async function replay(
  disk: Disk,
  options: ResolvedOptions,
  { journals }: Manifest,
  tables: readonly TableState[],
): Promise<Journal> {
  const parts = new Map<number, { table: Writable<TableState>; sorted: Sorted }>()
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
      for (const row of puts) part.sorted.memory.set(keyOf(row), { row })
      for (const key of deletes) part.sorted.memory.set(key, { row: undefined })
      if (lastKey !== undefined) part.table.lastKey = lastKey
    }
  }
}

function isBefore(place: TableState['since'], since: TableState['since']): boolean {
  return place.journal < since.journal || (place.journal === since.journal && place.offset < since.offset)
}
