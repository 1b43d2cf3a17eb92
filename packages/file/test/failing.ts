import { Buffer } from 'node:buffer'
import type { Disk } from '../src/disk/disk.js'
import { nodeDisk } from '../src/disk/node-disk.js'
import { toHoldfastError } from '../src/errors.js'

/**
 * How a call fails: without an effect (`EIO`, `ENOSPC`); a write after half of the bytes (`short`), any other call then
 * without an effect; or after all of its effect (`late`), which is how a sync or a rename may fail.
 */
export type Fault = 'EIO' | 'ENOSPC' | 'short' | 'late'
export const faults: readonly Fault[] = ['EIO', 'ENOSPC', 'short', 'late']

export interface FailingDisk extends Disk {
  /** How many calls were made, from 1. The n-th has failed if there were so many. */
  readonly calls: number
}

/** What a process sees of a disk that has not been lost, and faster: nothing waits for the device. */
export function unsyncedDisk(): Disk {
  return { ...nodeDisk(), sync: async () => undefined, syncFolder: async () => undefined }
}

/** Nothing is expected of the return value of these, and everything of them can be tried again. */
const neverFail = new Set<keyof Disk>(['close'])

/** A disk of which the n-th call fails, counted from 1. Closing a file always succeeds. */
export function failing(disk: Disk, n: number, fault: Fault): FailingDisk {
  let calls = 0

  function fails(): boolean {
    calls++
    return calls === n
  }

  const failure = () => {
    const code = fault === 'ENOSPC' ? 'ENOSPC' : 'EIO'
    return toHoldfastError(Object.assign(new Error(code), { code }), 'use', 'the failing disk')
  }

  function wrapNow<Given extends unknown[], Result>(
    name: keyof Disk,
    call: (...given: Given) => Result,
  ): (...given: Given) => Result {
    return (...given) => {
      if (neverFail.has(name) || !fails()) return call(...given)
      const part = partOf(name, given)
      if (fault === 'late') call(...given)
      else if (fault === 'short' && part !== undefined) call(...part)
      throw failure()
    }
  }

  function wrapLater<Given extends unknown[], Result>(
    name: keyof Disk,
    call: (...given: Given) => Promise<Result>,
  ): (...given: Given) => Promise<Result> {
    return async (...given) => {
      if (!fails()) return await call(...given)
      const part = partOf(name, given)
      if (fault === 'late') await call(...given)
      else if (fault === 'short' && part !== undefined) await call(...part)
      throw failure()
    }
  }

  return {
    get calls() {
      return calls
    },
    open: wrapNow('open', (path: string, how: 'read' | 'append' | 'create') => disk.open(path, how)),
    close: wrapNow('close', (descriptor: number) => disk.close(descriptor)),
    readNow: wrapNow('readNow', (descriptor: number, position: number, length: number) =>
      disk.readNow(descriptor, position, length),
    ),
    read: wrapLater('read', (descriptor: number, position: number, length: number) =>
      disk.read(descriptor, position, length),
    ),
    append: wrapNow('append', (descriptor: number, bytes: Uint8Array) => disk.append(descriptor, bytes)),
    appendLater: wrapLater('appendLater', (descriptor: number, bytes: Uint8Array) =>
      disk.appendLater(descriptor, bytes),
    ),
    sync: wrapLater('sync', (descriptor: number) => disk.sync(descriptor)),
    syncFolder: wrapLater('syncFolder', (path: string) => disk.syncFolder(path)),
    size: wrapNow('size', (descriptor: number) => disk.size(descriptor)),
    truncate: wrapNow('truncate', (descriptor: number, size: number) => disk.truncate(descriptor, size)),
    rename: wrapNow('rename', (from: string, to: string) => disk.rename(from, to)),
    remove: wrapNow('remove', (path: string) => disk.remove(path)),
    makeFolder: wrapNow('makeFolder', (path: string) => disk.makeFolder(path)),
    removeFolder: wrapNow('removeFolder', (path: string) => disk.removeFolder(path)),
    list: wrapNow('list', (path: string) => disk.list(path)),
  }
}

/** What a write is given that stops halfway; undefined for any other call. */
function partOf<Given extends unknown[]>(name: keyof Disk, given: Given): Given | undefined {
  if (name !== 'append' && name !== 'appendLater') return undefined
  const bytes = given[1] as Uint8Array
  return [given[0], Buffer.from(bytes.subarray(0, bytes.length >> 1))] as unknown as Given
}

/**
 * Runs a case with the first call failing, then the second, and so on, in each way, until all calls of the case have
 * had their turn.
 *
 * @returns how many cases were run
 */
export async function eachFault(
  run: (disk: FailingDisk, fault: Fault, n: number) => Promise<void>,
): Promise<number> {
  let cases = 0
  for (const fault of faults) {
    for (let n = 1; ; n++) {
      const disk = failing(unsyncedDisk(), n, fault)
      await run(disk, fault, n)
      if (disk.calls < n) break
      cases++
    }
  }
  return cases
}
