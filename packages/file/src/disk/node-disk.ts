import { Buffer } from 'node:buffer'
import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  ftruncateSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  write,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { systemCodeOf, toHoldfastError } from '../errors.js'
import type { Disk } from './disk.js'

const { O_RDONLY, O_RDWR, O_APPEND, O_CREAT, O_EXCL } = constants
const flags = { read: O_RDONLY, append: O_RDWR | O_APPEND, create: O_RDWR | O_APPEND | O_CREAT | O_EXCL }

const readLater = promisify(read)
const writeLater = promisify(write)
const syncLater = promisify(fsync)

/** The file system of this machine. Files are of mode 0600, folders of 0700. */
export function nodeDisk(): Disk {
  /** For the messages of errors: the system names no file for a descriptor. */
  const paths = new Map<number, string>()

  function attempt<Result>(doing: string, path: string, call: () => Result): Result {
    try {
      return call()
    } catch (error) {
      throw toHoldfastError(error, doing, path)
    }
  }

  async function attemptLater<Result>(
    doing: string,
    path: string,
    call: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await call()
    } catch (error) {
      throw toHoldfastError(error, doing, path)
    }
  }

  const pathOf = (descriptor: number): string => paths.get(descriptor) ?? 'a file that is not open'

  return {
    open(path, how) {
      const descriptor = attempt('open', path, () => openSync(path, flags[how], 0o600))
      paths.set(descriptor, path)
      return descriptor
    },
    close(descriptor) {
      const path = pathOf(descriptor)
      paths.delete(descriptor)
      attempt('close', path, () => closeSync(descriptor))
    },
    readNow(descriptor, position, length) {
      const bytes = Buffer.allocUnsafeSlow(length)
      return attempt('read', pathOf(descriptor), () => {
        for (let done = 0; done < length;) {
          const count = readSync(descriptor, bytes, done, length - done, position + done)
          if (count === 0) return bytes.subarray(0, done)
          done += count
        }
        return bytes
      })
    },
    read(descriptor, position, length) {
      const bytes = Buffer.allocUnsafeSlow(length)
      return attemptLater('read', pathOf(descriptor), async () => {
        for (let done = 0; done < length;) {
          const { bytesRead } = await readLater(descriptor, bytes, done, length - done, position + done)
          if (bytesRead === 0) return bytes.subarray(0, done)
          done += bytesRead
        }
        return bytes
      })
    },
    append(descriptor, bytes) {
      attempt('write', pathOf(descriptor), () => {
        for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done)
      })
    },
    appendLater(descriptor, bytes) {
      return attemptLater('write', pathOf(descriptor), async () => {
        for (let done = 0; done < bytes.length;) {
          done += (await writeLater(descriptor, bytes, done, bytes.length - done, null)).bytesWritten
        }
      })
    },
    sync: (descriptor) => attemptLater('sync', pathOf(descriptor), () => syncLater(descriptor)),
    syncFolder: (path) => attemptLater('sync', path, () => syncFolder(path)),
    size: (descriptor) => attempt('measure', pathOf(descriptor), () => fstatSync(descriptor).size),
    truncate: (descriptor, size) =>
      attempt('truncate', pathOf(descriptor), () => ftruncateSync(descriptor, size)),
    rename: (from, to) => attempt('rename', from, () => renameSync(from, to)),
    remove: (path) => attempt('remove', path, () => unless(['ENOENT'], () => unlinkSync(path))),
    makeFolder: (path) =>
      attempt('make the folder', path, () => mkdirSync(path, { mode: 0o700, recursive: true })),
    removeFolder: (path) =>
      attempt('remove the folder', path, () =>
        // POSIX lets a system choose between the last two.
        unless(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(path)),
      ),
    list: (path) =>
      attempt('list', path, () =>
        unless(['ENOENT'], () =>
          readdirSync(path, { withFileTypes: true }).map((entry) => ({
            name: entry.name,
            folder: entry.isDirectory(),
          })),
        ),
      ),
  }
}

/** What the call returns; undefined if it fails in one of these ways. */
function unless<Result>(harmless: readonly string[], call: () => Result): Result | undefined {
  try {
    return call()
  } catch (error) {
    if (harmless.includes(systemCodeOf(error) ?? '')) return undefined
    throw error
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folder as a file, and keeps its entries safe by itself.
  if (process.platform === 'win32') return
  const descriptor = openSync(path, O_RDONLY)
  try {
    await syncLater(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
