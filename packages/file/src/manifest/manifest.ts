import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Disk } from '../disk/disk.js'
import { readFile, writeNewFile } from '../disk/new-file.js'
import { corrupt } from '../errors.js'
import { hexOf } from '../journal/lines.js'
import type { Synchronous } from '../options.js'
import { layOut } from './layout.js'
import { manifestFromJson } from './read.js'
import type { Manifest } from './types.js'

const fileName = 'manifest.json'
const newFileName = 'manifest.json.new'

/** The last member. All bytes before it are what it is the checksum of. */
const ending = /"checksum": "([0-9a-f]{8})"\n\}\n$/
const endingLength = '"checksum": "01234567"\n}\n'.length

/**
 * The manifest in a folder; undefined if there is none.
 *
 * @throws HoldfastError `CORRUPT` for damage, `UNSUPPORTED` for a format that a later version of this package wrote
 */
export async function readManifest(disk: Disk, folder: string): Promise<Manifest | undefined> {
  const path = join(folder, fileName)
  const bytes = await readWhole(disk, path)
  return bytes === undefined ? undefined : parse(bytes, path)
}

/** Thrown by `writeManifest` when either manifest may count, the old one or the new one. */
export class ManifestInDoubtError extends HoldfastError {
  constructor(path: string, cause: unknown) {
    super(
      'IO',
      `Whether ${path} was replaced is not sure, so nothing more is written. Close the database and open it again.`,
      { path, cause },
    )
  }
}

/**
 * Replaces the manifest, or makes the first one. What it names is durable before.
 *
 * When it resolves, the new one counts, whatever happens then. When it rejects, the old one counts, and the new one never will,
 * so that what it alone names can be removed; but with a `ManifestInDoubtError` either may count after a power loss, and nothing
 * may be removed or written that one of them needs: the caller stops writing until the database is opened again.
 *
 * | what fails                          | which one counts |
 * | ----------------------------------- | ---------------- |
 * | making, writing or syncing the file | the old one: nothing refers to the file that is left, and the next call removes it |
 * | the renaming, and the old one is read back | the old one |
 * | the renaming, and the new one is read back, as a network may have it | as if it had not failed |
 * | the renaming, and neither can be read back | in doubt |
 * | the syncing of the folder           | in doubt: processes see the new one, a power loss may bring back the old one |
 *
 * With `off` nothing is synced: it resolves when the operating system has the new one.
 *
 * @throws HoldfastError as said
 */
export async function writeManifest(
  disk: Disk,
  folder: string,
  manifest: Manifest,
  { synchronous }: { readonly synchronous: Synchronous },
): Promise<void> {
  const path = join(folder, fileName)
  const bytes = encode(manifest)
  await writeNewFile(disk, join(folder, newFileName), bytes, synchronous)
  try {
    disk.rename(join(folder, newFileName), path)
  } catch (error) {
    const found = await readWhole(disk, path).catch(() => {
      throw new ManifestInDoubtError(path, error)
    })
    if (found === undefined || !bytes.equals(found)) throw error
  }
  if (synchronous === 'off') return
  try {
    await disk.syncFolder(folder)
  } catch (error) {
    throw new ManifestInDoubtError(path, error)
  }
}

/**
 * Makes sure that the manifest which was just read is the one that will be read after a power loss, and removes what a swap
 * that failed has left. Whoever opens a database to write does this before removing what the manifest does not name.
 */
export async function settleManifest(
  disk: Disk,
  folder: string,
  { synchronous }: { readonly synchronous: Synchronous },
): Promise<void> {
  disk.remove(join(folder, newFileName))
  if (synchronous === 'full') await disk.syncFolder(folder)
}

async function readWhole(disk: Disk, path: string): Promise<Buffer | undefined> {
  try {
    const { buffer, byteOffset, byteLength } = await readFile(disk, path)
    return Buffer.from(buffer, byteOffset, byteLength)
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}

function encode(manifest: Manifest): Buffer {
  const { format, revision, next, journals, tables } = manifest
  const members = Object.entries({ format, revision, next, journals, tables }).map(
    ([name, value]) => `${JSON.stringify(name)}: ${layOut(value)},\n`,
  )
  const covered = `{\n${members.join('')}`
  return Buffer.from(`${covered}"checksum": "${hexOf(crc32(covered))}"\n}\n`)
}

function parse(bytes: Buffer, path: string): Manifest {
  const end = ending.exec(bytes.toString('latin1', Math.max(0, bytes.length - endingLength)))
  if (end === null) throw corrupt(path, bytes.length, 'the file does not end with its checksum')
  const covered = bytes.subarray(0, bytes.length - endingLength)
  if (hexOf(crc32(covered)) !== end[1]) throw corrupt(path, 0, 'the checksum of the file is wrong')
  let json: unknown
  try {
    json = JSON.parse(bytes.toString())
    const { checksum: _, ...manifest } = json as Readonly<Record<string, unknown>>
    return manifestFromJson(manifest)
  } catch (error) {
    throw isLater(json) ? laterFormat(path) : corrupt(path, 0, describe(error), error)
  }
}

function isLater(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'format' in json && Number(json.format) > 1
}

function laterFormat(path: string): HoldfastError {
  return new HoldfastError(
    'UNSUPPORTED',
    `${path} was written by a later version: open the database with that version of @holdfast/file.`,
    { path },
  )
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : 'it cannot be read'
}
