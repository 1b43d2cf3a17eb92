import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { toHoldfastError } from '../errors.js'

export interface FolderLock {
  /** Gives the lock back. More than once does nothing. */
  release(): void
}

export interface LockOptions {
  /** Milliseconds. */
  readonly timeout: number
  readonly signal?: AbortSignal
}

/**
 * The part of the file that is locked: behind the text, because Windows lets nobody read what is locked. macOS locks the
 * whole file, and lets everybody read it.
 */
const place = 2 ** 30
const firstWait = 2
const longestWait = 100

/**
 * Locks a folder against other writers, in this process and in others. The system holds the lock, and frees it when the
 * process ends in whatever way: a lock that is there is never stale. The file `lock` stays when nobody holds it; its text
 * says who does, to people alone.
 *
 * @throws HoldfastError `BUSY` when another one holds it until the timeout, `ABORTED`, `UNSUPPORTED` where this platform
 * has no such locks, and those of the file system
 */
export async function lockFolder(folder: string, { timeout, signal }: LockOptions): Promise<FolderLock> {
  const path = join(folder, 'lock')
  const locks = loadLocks()
  const end = performance.now() + timeout
  for (let wait = firstWait; ; wait = Math.min(wait * 2, longestWait)) {
    throwIfAborted(signal)
    const descriptor = tryLock(path, locks)
    if (descriptor !== undefined) return hold(descriptor, locks)
    const left = end - performance.now()
    if (left <= 0) throw busy(folder, path)
    await pause(Math.min(wait, left), signal)
  }
}

/** What is used of the package, which carries no types. */
interface Locks {
  /** Locks a part of a file, without waiting; false if another descriptor holds a lock there. */
  tryLock(descriptor: number, offset?: number, length?: number): boolean
  unlock(descriptor: number, offset?: number, length?: number): void
}

function loadLocks(): Locks {
  try {
    return createRequire(import.meta.url)('fs-native-extensions') as Locks
  } catch (cause) {
    throw new HoldfastError(
      'UNSUPPORTED',
      `The package "fs-native-extensions" does not load on ${process.platform} ${process.arch}: a database can only be opened with the option "readOnly" here.`,
      { cause },
    )
  }
}

/** The descriptor that holds the lock; undefined if another one does. */
function tryLock(path: string, locks: Locks): number | undefined {
  try {
    const descriptor = openSync(path, 'a+', 0o600)
    let locked = false
    try {
      locked = locks.tryLock(descriptor, place, 1)
    } finally {
      if (!locked) closeSync(descriptor)
    }
    return locked ? descriptor : undefined
  } catch (error) {
    throw toHoldfastError(error, 'lock', path)
  }
}

function hold(descriptor: number, locks: Locks): FolderLock {
  write(descriptor, `process ${process.pid} on ${hostname()} since ${new Date().toISOString()}\n`)
  let held = true
  return {
    release() {
      if (!held) return
      held = false
      write(descriptor, '')
      try {
        locks.unlock(descriptor, place, 1)
      } finally {
        closeSync(descriptor)
      }
    },
  }
}

/** The text is for people: that the disk is full keeps nobody from holding the lock. */
function write(descriptor: number, text: string): void {
  try {
    ftruncateSync(descriptor, 0)
    writeSync(descriptor, text)
  } catch {
    // What the text said before is still true of whoever held the lock then.
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    throwIfAborted(signal)
    throw error
  }
}

function busy(folder: string, path: string): HoldfastError {
  const holder = holderIn(path)
  const who = holder === undefined ? 'Another process' : holder.replace(/^process/, 'Process')
  return new HoldfastError(
    'BUSY',
    `${who} writes to the database ${folder}. Close it there, wait longer with the option "timeout", or open it with the option "readOnly".`,
    { path },
  )
}

function holderIn(path: string): string | undefined {
  try {
    return /^process [0-9]{1,10} on \S{1,255} since \S{1,40}$/.exec(readFileSync(path, 'utf8').trim())?.[0]
  } catch {
    return undefined
  }
}
