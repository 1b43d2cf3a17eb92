import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import { basename, dirname, join } from 'node:path'
import type { Disk } from '../disk/disk.js'
import { corrupt, systemCodeOf } from '../errors.js'
import { Journal } from '../journal/journal.js'
import { writeManifest } from '../manifest/manifest.js'
import type { Manifest } from '../manifest/types.js'
import type { ResolvedOptions } from '../options.js'

/**
 * Makes a database in a folder that has no manifest.
 *
 * @throws HoldfastError `NOT_FOUND` where none may be made, `CORRUPT` where one has lost its manifest, `INVALID_DATA` for a folder that
 * others filled
 */
export async function newDatabase(disk: Disk, options: ResolvedOptions): Promise<Manifest> {
  const { path, create, readOnly } = options
  const found = disk.list(path)
  if (found?.some(({ name, folder }) => holdsRows(disk, join(path, name), folder)) === true)
    throw corrupt(join(path, 'manifest.json'), 0, 'the file is missing')
  if (readOnly || (found === undefined && !create)) {
    const message = `There is no database in the folder ${path}: it has no manifest.json.`
    throw new HoldfastError('NOT_FOUND', message)
  }
  const foreign = found?.find(({ name }) => !/^(lock|manifest\.json\.new|journal-\d+\.ndjson)$/.test(name))
  if (foreign !== undefined) {
    const message = `The folder ${path} holds files that are not of Holdfast, such as ${JSON.stringify(foreign.name)}. Give the database a folder of its own; files that are there can be queried with db.file().`
    throw new HoldfastError('INVALID_DATA', message)
  }
  if (options.synchronous === 'full') await syncWayTo(disk, path)
  for (const { name } of found ?? []) if (isJournal(name)) disk.remove(join(path, name))
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

/** Whoever made the folder, and those on the way to it, may have ended before they were on the disk. */
async function syncWayTo(disk: Disk, path: string): Promise<void> {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      await disk.syncFolder(dirname(folder))
    } catch (error) {
      // Who may not read a folder has made none in it; and some that are no more than names cannot be synced.
      if (
        !isHoldfastError(error) ||
        (error.code !== 'UNAUTHORIZED' && systemCodeOf(error.cause) !== 'EINVAL')
      )
        throw error
    }
  }
}

/** More than the first line of any journal has, in which there is no array. */
const longestHead = 64
const bracket = 0x5b

function isJournal(name: string): boolean {
  return /^journal-\d+\.ndjson$/.test(name)
}

/** Whether it is the folder of a table, or a journal that is more than begun: neither is there before a manifest is. */
function holdsRows(disk: Disk, path: string, folder: boolean): boolean {
  if (folder) return disk.list(path)?.some(({ name }) => name === 'table.yaml') === true
  if (!isJournal(basename(path))) return false
  const descriptor = disk.open(path, 'read')
  try {
    return disk.size(descriptor) > longestHead || disk.readNow(descriptor, 0, longestHead).includes(bracket)
  } finally {
    disk.close(descriptor)
  }
}
