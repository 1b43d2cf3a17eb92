import { join } from 'node:path'
import type { Disk } from '../disk/disk.js'
import type { Manifest, SortedEntry } from '../manifest/types.js'

const segmentFile = /^(\d{6,})\.(parquet|ndjson|csv|json|index\.json)$/
const journalFile = /^journal-(\d+)\.ndjson$/

/**
 * Removes what a writer left that was ended in the middle: files that the manifest does not name, of the kinds that the engine makes, and
 * folders that are empty then. Nothing else is touched: a folder is the database's if the manifest names it, or if it has a description.
 */
export function removeLeftovers(disk: Disk, path: string, { journals, tables }: Manifest): void {
  const folders = new Set(tables.map(({ folder }) => folder))
  const segments = new Set(
    tables.flatMap(({ rows, indexes }) => [rows, ...indexes.map((index) => index.rows)]).flatMap(numbersOf),
  )
  for (const { name, folder } of disk.list(path) ?? []) {
    const journal = journalFile.exec(name)
    if (journal !== null && !journals.some(({ number }) => number === Number(journal[1])))
      disk.remove(join(path, name))
    if (folder) removeIn(disk, join(path, name), segments, folders.has(name))
  }
}

function removeIn(disk: Disk, folder: string, segments: ReadonlySet<number>, named: boolean): void {
  const names = (disk.list(folder) ?? []).map(({ name }) => name)
  const described = names.some((name) => name === 'table.yaml' || name === 'table.yaml.new')
  for (const name of named || described ? names.sort(descriptionLast) : []) {
    const segment = segmentFile.exec(name)
    const leftover =
      segment === null
        ? name === 'table.yaml.new' || (name === 'table.yaml' && !named)
        : !segments.has(Number(segment[1]))
    if (leftover) disk.remove(join(folder, name))
  }
  if (!named) disk.removeFolder(folder)
}

/** What is left by one who is ended here is still known to be the database's. */
function descriptionLast(left: string, right: string): number {
  return Number(left === 'table.yaml') - Number(right === 'table.yaml')
}

function numbersOf({ runs }: SortedEntry): number[] {
  return runs.flatMap(({ segments, deletes }) => [...segments, ...deletes].map(({ number }) => number))
}
