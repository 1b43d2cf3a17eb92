import type { Synchronous } from '../options.js'
import type { Disk } from './disk.js'

/** Makes a file with these bytes, in place of one that is there. It is durable unless `synchronous` is `off`; its name is not yet. */
export async function writeNewFile(
  disk: Disk,
  path: string,
  bytes: Uint8Array,
  synchronous: Synchronous,
): Promise<void> {
  disk.remove(path)
  const descriptor = disk.open(path, 'create')
  try {
    await disk.appendLater(descriptor, bytes)
    if (synchronous === 'full') await disk.sync(descriptor)
  } finally {
    disk.close(descriptor)
  }
}

/** The bytes of a file. */
export async function readFile(disk: Disk, path: string): Promise<Uint8Array> {
  const descriptor = disk.open(path, 'read')
  try {
    return await disk.read(descriptor, 0, disk.size(descriptor))
  } finally {
    disk.close(descriptor)
  }
}
