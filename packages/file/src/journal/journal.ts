import { HoldfastError } from '@holdfast/core/backend'
import { join } from 'node:path'
import { attempt, removeLater } from '../disk/attempt.js'
import type { Disk } from '../disk/disk.js'
import { corrupt } from '../errors.js'
import type { JournalEntry } from '../manifest/types.js'
import type { Synchronous } from '../options.js'
import { encodeLine, readLines } from './lines.js'
import type { Damage, Line } from './lines.js'
import { recordFromJson, recordToJson } from './records.js'
import type { LayoutOf } from './records.js'
import type { JournalRecord } from './types.js'

export interface JournalOptions {
  readonly synchronous: Synchronous
}

export interface OpenedJournal {
  readonly journal: Journal
  /** In the order in which they were committed. */
  readonly records: readonly PlacedRecord[]
}

export interface PlacedRecord {
  /** Where its line begins in the file. */
  readonly offset: number
  readonly record: JournalRecord
}

/** Up to this size waiting for a thread that writes takes longer than writing. */
const writtenAtOnce = 64 * 1024

/** The name of a journal's file. */
export function journalName(number: number): string {
  return `journal-${String(number).padStart(6, '0')}.ndjson`
}

/**
 * A file of committed transactions, a line for those that were written together. It only grows, and only ever by whole lines: what a failing write has left
 * behind is cut off again, and never counted.
 */
export class Journal {
  readonly path: string
  readonly number: number
  readonly #disk: Disk
  readonly #synchronous: boolean
  #bytes: number
  /** Undefined while it was only read. */
  #descriptor: number | undefined
  #broken: unknown

  private constructor(
    disk: Disk,
    path: string,
    number: number,
    bytes: number,
    { synchronous }: JournalOptions,
    descriptor?: number,
  ) {
    this.#disk = disk
    this.path = path
    this.number = number
    this.#bytes = bytes
    this.#synchronous = synchronous === 'full'
    this.#descriptor = descriptor
  }

  /**
   * Makes a new one, in place of a file of that name that no manifest names. Its entry in the folder is durable before a
   * manifest can name it.
   */
  static async create(disk: Disk, folder: string, number: number, options: JournalOptions): Promise<Journal> {
    const path = join(folder, journalName(number))
    disk.remove(path)
    const descriptor = disk.open(path, 'create')
    try {
      const head = encodeLine(headOf(number))
      disk.append(descriptor, head)
      if (options.synchronous === 'full') {
        await disk.sync(descriptor)
        await disk.syncFolder(folder)
      }
      return new Journal(disk, path, number, head.length, options, descriptor)
    } catch (error) {
      attempt(() => disk.close(descriptor))
      removeLater(disk, path)
      throw error
    }
  }

  /**
   * Reads one. Changes nothing: the rest of a transaction that was not acknowledged is left out, and stays in the file until the
   * first `append`.
   *
   * @param layoutOf changes of ids that it does not know are left out
   * @throws HoldfastError `CORRUPT` when it is missing, shorter than it was, or damaged in any way but a cut last line
   */
  static async open(
    disk: Disk,
    folder: string,
    entry: JournalEntry,
    layoutOf: LayoutOf,
    options: JournalOptions,
  ): Promise<OpenedJournal> {
    const path = join(folder, journalName(entry.number))
    const records: PlacedRecord[] = []
    let bytes = 0
    for await (const line of inspectJournal(disk, folder, entry)) {
      if ('problem' in line) throw corrupt(path, line.offset, line.problem)
      bytes = line.end
      if (line.offset === 0) continue
      records.push({ offset: line.offset, record: decode(line, path, layoutOf) })
    }
    return { journal: new Journal(disk, path, entry.number, bytes, options), records }
  }

  /** The length of the file, as far as it counts. */
  get bytes(): number {
    return this.#bytes
  }

  /** What failed, so that it cannot be written to any more; undefined while it can. */
  get broken(): unknown {
    return this.#broken
  }

  /** What was read from it is on the disk, so that a manifest may say that it is there. */
  async settle(): Promise<void> {
    if (this.#broken !== undefined) throw brokenError(this.path, this.#broken)
    this.#descriptor ??= await this.#openToWrite()
  }

  /**
   * Writes transactions as one line, with one write and one sync for all of them. When it resolves they are durable. When it
   * rejects none of them is in the journal, which can be written to as before; only if the file could not be brought back to
   * what it was, all further calls reject with `IO`, and what is true is found out by opening the database again: all of these
   * transactions may then be there, or none. One call at a time.
   */
  async append(records: readonly JournalRecord[], layoutOf: LayoutOf): Promise<void> {
    await this.settle()
    // One line: what power loss leaves of several could not be told from damage.
    const all = { tables: records.flatMap(({ tables }) => tables) }
    const bytes = encodeLine(recordToJson(all, layoutOf))
    const descriptor = this.#descriptor!
    try {
      if (bytes.length <= writtenAtOnce) this.#disk.append(descriptor, bytes)
      else await this.#disk.appendLater(descriptor, bytes)
      if (this.#synchronous) await this.#disk.sync(descriptor)
    } catch (error) {
      await this.#undo(descriptor)
      throw error
    }
    this.#bytes += bytes.length
  }

  close(): void {
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    this.#broken ??= new HoldfastError('CLOSED', 'The journal is closed.')
    if (descriptor !== undefined) attempt(() => this.#disk.close(descriptor))
  }

  /** What was read has to be on the disk before anything is written behind it. */
  async #openToWrite(): Promise<number> {
    const descriptor = this.#disk.open(this.path, 'append')
    try {
      if (this.#disk.size(descriptor) !== this.#bytes) this.#disk.truncate(descriptor, this.#bytes)
      if (this.#synchronous) await this.#disk.sync(descriptor)
      return descriptor
    } catch (error) {
      this.#broken = error
      attempt(() => this.#disk.close(descriptor))
      throw error
    }
  }

  /** A sync that failed is not made again: the system may have dropped what it could not write, and would call it done. */
  async #undo(descriptor: number): Promise<void> {
    try {
      this.#disk.truncate(descriptor, this.#bytes)
      if (this.#synchronous) await this.#disk.sync(descriptor)
    } catch (error) {
      this.#broken = error
    }
  }
}

/**
 * The lines of a journal, the first of which is its head, and what is damaged between and behind them.
 *
 * @throws HoldfastError `CORRUPT` if it is missing
 */
export async function* inspectJournal(
  disk: Disk,
  folder: string,
  { number, bytes }: JournalEntry,
): AsyncGenerator<Line | Damage, void> {
  const descriptor = openToRead(disk, join(folder, journalName(number)))
  try {
    let end = 0
    for await (const line of readLines(disk, descriptor)) {
      end = line.end
      const other = line.offset === 0 && 'text' in line && line.text !== headOf(number)
      yield other
        ? { offset: 0, end, problem: `it does not begin as journal ${number} of a database of format 1` }
        : line
    }
    const length = Math.max(bytes, 1)
    if (end < length) yield { offset: end, end: length, problem: 'the rest of the file is missing' }
  } finally {
    disk.close(descriptor)
  }
}

/** Tells of which journal the file is, so that no other one passes for it. */
function headOf(number: number): string {
  return JSON.stringify({ journal: number, format: 1 })
}

function openToRead(disk: Disk, path: string): number {
  try {
    return disk.open(path, 'read')
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'NOT_FOUND') throw error
    throw corrupt(path, 0, 'the file is missing', error)
  }
}

function decode({ text, offset }: Line, path: string, layoutOf: LayoutOf): JournalRecord {
  try {
    return recordFromJson(text, layoutOf)
  } catch (error) {
    throw corrupt(path, offset, 'the line holds no rows of these tables', error)
  }
}

function brokenError(path: string, cause: unknown): HoldfastError {
  return new HoldfastError(
    'IO',
    `A write to ${path} failed and could not be taken back, so nothing more is written. Close the database and open it again.`,
    { path, cause },
  )
}
