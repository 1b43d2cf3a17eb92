import { join } from 'node:path'
import type { Disk } from '../disk/disk.js'
import type { Manifest, SortedEntry } from '../manifest/types.js'

const segmentFile = /^(\d{6,})\.(parquet|ndjson|csv|json|index\.json)$/
const journalFile = /^journal-(\d+)\.ndjson$/

/**
 * Removes what a writer left that was ended in the middle: files that the manifest does not name, of the kinds that the engine makes, and
 * folders that are empty then. Nothing else is touched.
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
  for (const name of names) {
    const segment = segmentFile.exec(name)
    const leftover =
      segment === null
        ? name === 'table.yaml.new' || (name === 'table.yaml' && !named)
        : !segments.has(Number(segment[1]))
    if (leftover) disk.remove(join(folder, name))
  }
  if (!named) disk.removeFolder(folder)
}

function numbersOf({ runs }: SortedEntry): number[] {
  return runs.flatMap(({ segments, deletes }) => [...segments, ...deletes].map(({ number }) => number))
}
