import { isHoldfastError } from '@holdfast/core/backend'
import type { TableDefinition } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Disk } from '../disk/disk.js'
import { readFile, writeNewFile } from '../disk/new-file.js'
import { corrupt } from '../errors.js'
import type { ResolvedOptions } from '../options.js'
import type { TableFacts } from './table-yaml.js'
import type { TableEntry } from './types.js'

const fileName = 'table.yaml'

/** What a table's description has to agree with. */
export interface Described {
  readonly folder: string
  readonly definition: TableDefinition
  readonly describedBy: TableEntry['describedBy']
  readonly rows: { readonly id: number }
}

/** Writes the description of a table, or puts another one in its place, and gives what the manifest is to say of it. */
export async function writeTableFile(
  disk: Disk,
  { path, synchronous }: ResolvedOptions,
  folder: string,
  definition: TableDefinition,
  facts: TableFacts,
): Promise<TableEntry['describedBy']> {
  const { describeTable } = await import('./table-yaml.js')
  const bytes = Buffer.from(describeTable(definition, facts))
  const place = join(path, folder, fileName)
  await writeNewFile(disk, `${place}.new`, bytes, synchronous)
  disk.rename(`${place}.new`, place)
  if (synchronous === 'full') await disk.syncFolder(join(path, folder))
  return { checksum: crc32(bytes), revision: facts.revision }
}

/**
 * Makes sure that the description is the one that the manifest knows. One of another revision is left from a change of the table
 * that did not come to its end, and is written anew by who may write.
 *
 * @throws HoldfastError `CORRUPT`
 */
export async function checkTableFile(disk: Disk, options: ResolvedOptions, table: Described): Promise<void> {
  const { folder, definition, describedBy, rows } = table
  const place = join(options.path, folder, fileName)
  const bytes = await readDescription(disk, place)
  if (crc32(bytes) === describedBy.checksum) return
  const { describeTable, readTableYaml } = await import('./table-yaml.js')
  const text = Buffer.from(bytes).toString()
  const { id, revision } = readDescribed(() => readTableYaml(text), place)
  // A revision that is the only difference was not written so.
  const same = describeTable(definition, { id, revision }) === text
  if (id !== rows.id || revision === describedBy.revision || same)
    throw corrupt(place, 0, 'it is not what the manifest says that it is')
  if (!options.readOnly)
    await writeTableFile(disk, options, folder, definition, { id, revision: describedBy.revision })
}

function readDescribed(read: () => TableFacts, place: string): TableFacts {
  try {
    return read()
  } catch (error) {
    const problem = error instanceof Error ? error.message.replace(/\.$/, '') : 'it cannot be read'
    throw corrupt(place, 0, problem, error)
  }
}

async function readDescription(disk: Disk, path: string): Promise<Uint8Array> {
  try {
    return await readFile(disk, path)
  } catch (error) {
    if (!isHoldfastError(error) || error.code !== 'NOT_FOUND') throw error
    throw corrupt(path, 0, 'the file is missing', error)
  }
}
