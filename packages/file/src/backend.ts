import type { Backend, OpenContext } from '@holdfast/core/backend'
import { resolve } from 'node:path'
import { capabilities } from './capabilities.js'
import type { Disk } from './disk/disk.js'
import { lockFolder } from './disk/lock.js'
import { FileEngine } from './engine.js'
import type { FileDatabase } from './engine.js'
import type { ResolvedOptions } from './options.js'
import { openStore, openToRead } from './store/open-store.js'

/** The backend on a disk, which may be one that fails. */
export function fileOn(disk: Disk, given: ResolvedOptions): Backend<FileDatabase> {
  const options = { ...given, path: resolve(given.path) }
  return Object.freeze({
    name: 'file',
    capabilities,
    open: async ({ signal }: OpenContext) => {
      const { path, readOnly, create, timeout } = options
      if (create && !readOnly) disk.makeFolder(path)
      const lock = readOnly ? undefined : await lockFolder(path, { timeout, ...(signal && { signal }) })
      try {
        const store = readOnly ? await openToRead(disk, options, signal) : await openStore(disk, options)
        return new FileEngine(disk, options, store, lock)
      } catch (error) {
        lock?.release()
        throw error
      }
    },
  })
}
