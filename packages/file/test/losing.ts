import { Buffer } from 'node:buffer'
import { basename, dirname } from 'node:path'
import type { Disk } from '../src/disk/disk.js'
import { toHoldfastError } from '../src/errors.js'

/** A file: its bytes, and how it was, from the last sync on. */
interface Inode {
  bytes: Buffer
  readonly before: Buffer[]
}

type Entry = Inode | 'folder' | undefined

/** What a name of a folder stands for, and what it stood for, from the last sync of the folder on. */
interface Name {
  now: Entry
  before: Entry[]
}

/** A number from 0 to below the limit. */
export type Choose = (limit: number) => number

/** A generator of numbers that are the same for the same seed. */
export function chooser(seed: number): Choose {
  let state = seed | 0
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

/**
 * A disk in memory that may lose its power. What was not synced by then has happened or not: each name of a folder is what it was at any
 * time since the last sync of the folder, whatever became of the others; and a file has as much as it had at any time since its own, or
 * a part of what was appended since, or zeros in the place of a part, also where later sectors were written. No order is kept among files.
 */
export class LosingDisk {
  #names: Map<string, Name>

  constructor(names = new Map<string, Name>()) {
    this.#names = names
  }

  /** What one process sees of it, until the n-th call from now on: that one and all others fail, as for one that has ended. */
  session(n: number): Disk & { readonly calls: number } {
    const disk = this.#disk()
    const counted = { calls: 0 }
    for (const [name, call] of Object.entries(disk) as [keyof Disk, (...given: unknown[]) => unknown][]) {
      const later = name === 'read' || name === 'appendLater' || name === 'sync' || name === 'syncFolder'
      Object.assign(counted, {
        [name]: (...given: unknown[]) => {
          if (++counted.calls < n) return call(...given)
          const error = systemError('EIO', name)
          if (later) return Promise.reject(error)
          throw error
        },
      })
    }
    return counted as unknown as Disk & { readonly calls: number }
  }

  /** What is left of it after the power was lost. */
  lost(choose: Choose): LosingDisk {
    const files = new Map<Inode, Inode>()
    const kept = (inode: Inode): Inode => {
      let file = files.get(inode)
      if (file === undefined) files.set(inode, (file = { bytes: survivor(inode, choose), before: [] }))
      return file
    }
    const names = new Map<string, Name>()
    for (const [path, { now, before }] of this.#names) {
      const entry = [now, ...before][choose(before.length + 1)]
      if (entry !== undefined)
        names.set(path, { now: typeof entry === 'object' ? kept(entry) : entry, before: [] })
    }
    // What is in a folder that is gone is gone.
    for (const path of names.keys()) {
      for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
        if (names.get(folder)?.now !== 'folder') names.delete(path)
    }
    return new LosingDisk(names)
  }

  #set(path: string, entry: Entry): void {
    const name = this.#names.get(path) ?? { now: undefined, before: [] }
    this.#names.set(path, { now: entry, before: [name.now, ...name.before] })
  }

  #disk(): Disk {
    const open = new Map<number, Inode>()
    let next = 3
    const entryAt = (path: string): Entry => (dirname(path) === path ? 'folder' : this.#names.get(path)?.now)
    const fileOf = (descriptor: number): Inode => {
      const file = open.get(descriptor)
      if (file === undefined) throw systemError('EBADF', 'use')
      return file
    }
    const change = (descriptor: number, changed: (bytes: Buffer) => Buffer) => {
      const file = fileOf(descriptor)
      file.before.push(file.bytes)
      file.bytes = changed(file.bytes)
    }
    const append = (descriptor: number, bytes: Uint8Array) =>
      change(descriptor, (before) => Buffer.concat([before, bytes]))
    const read = (descriptor: number, position: number, length: number) =>
      Buffer.from(fileOf(descriptor).bytes.subarray(position, position + length))
    const inFolder = (path: string) =>
      [...this.#names].filter(([name]) => name !== path && dirname(name) === path)
    return {
      open: (path, how) => {
        let entry = entryAt(path)
        if (how === 'create') {
          if (entryAt(dirname(path)) !== 'folder') throw systemError('ENOENT', 'open')
          if (entry !== undefined) throw systemError('EEXIST', 'open')
          this.#set(path, (entry = { bytes: Buffer.alloc(0), before: [] }))
        }
        if (entry === undefined) throw systemError('ENOENT', 'open')
        if (entry === 'folder') throw systemError('EISDIR', 'open')
        open.set(next, entry)
        return next++
      },
      close: (descriptor) => void open.delete(descriptor),
      readNow: read,
      read: async (...given) => read(...given),
      append,
      appendLater: async (descriptor, bytes) => append(descriptor, bytes),
      sync: async (descriptor) => void (fileOf(descriptor).before.length = 0),
      syncFolder: async (path) => {
        if (entryAt(path) !== 'folder') throw systemError('ENOENT', 'sync')
        for (const [, name] of inFolder(path)) name.before = []
      },
      size: (descriptor) => fileOf(descriptor).bytes.length,
      truncate: (descriptor, size) => change(descriptor, (before) => before.subarray(0, size)),
      rename: (from, to) => {
        const entry = entryAt(from)
        if (entry === undefined) throw systemError('ENOENT', 'rename')
        this.#set(to, entry)
        this.#set(from, undefined)
      },
      remove: (path) => {
        if (entryAt(path) !== undefined) this.#set(path, undefined)
      },
      makeFolder: (path) => {
        for (let folder = path; entryAt(folder) === undefined; folder = dirname(folder))
          this.#set(folder, 'folder')
      },
      removeFolder: (path) => {
        if (inFolder(path).every(([, { now }]) => now === undefined) && entryAt(path) === 'folder')
          this.#set(path, undefined)
      },
      list: (path) =>
        entryAt(path) !== 'folder'
          ? undefined
          : inFolder(path)
              .filter(([, { now }]) => now !== undefined)
              .map(([name, { now }]) => ({ name: basename(name), folder: now === 'folder' })),
    }
  }
}

/** Disks write sectors whole or not at all. */
const sector = 512

/** One of the contents since the last sync, or one on the way to it. */
function survivor({ bytes, before }: Inode, choose: Choose): Buffer {
  const all = [...before, bytes]
  const place = choose(all.length)
  const found = all[place]!
  const next = all[place + 1]
  const synced = Math.min(...all.slice(0, place + 1).map(({ length }) => length))
  if (next === undefined || next.length <= found.length) return withHole(Buffer.from(found), synced, choose)
  // A part of what was appended, and perhaps the size without its bytes.
  const grown = Buffer.from(next.subarray(0, found.length + choose(next.length - found.length + 1)))
  if (choose(2) === 0) grown.fill(0, found.length + choose(grown.length - found.length + 1))
  return withHole(grown, synced, choose)
}

/** Perhaps without some sectors of what came after the last sync, though later ones were written. */
function withHole(bytes: Buffer, synced: number, choose: Choose): Buffer {
  const first = Math.floor(synced / sector)
  const sectors = Math.ceil(bytes.length / sector) - first
  if (sectors <= 0 || choose(2) === 0) return bytes
  const start = first + choose(sectors)
  const end = start + 1 + choose(first + sectors - start)
  return bytes.fill(
    0,
    Math.min(Math.max(start * sector, synced), bytes.length),
    Math.min(end * sector, bytes.length),
  )
}

function systemError(code: string, doing: string): Error {
  return toHoldfastError(Object.assign(new Error(code), { code }), doing, 'the disk in memory')
}
