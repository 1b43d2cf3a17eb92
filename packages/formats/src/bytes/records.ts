import { throwIfAborted } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import { asError } from '../errors.js'
import type { Problem } from '../errors.js'
import { tooLong } from '../rows/shape.js'
import type { NamedBytes } from './source.js'

/** A record is at most as long as this (FILE-2): it is kept in memory until it is whole. */
export const largestRecord = 32 * 1024 * 1024

/** The names of the columns of CSV, likewise. */
export const largestHeader = 1024 * 1024

/** So much is looked at together: it should fit into the processor's cache along with what is made of it. */
const bytesAtOnce = 256 * 1024

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** Finds the records of one format in bytes, and makes rows of them. */
export interface RecordReader<Row> {
  /**
   * Reads whole records from `bytes`, as many as it likes, and says where the next one begins: at `from` if there is no
   * whole one. `bytes[to]` may be written to. Once there is a problem, the rows before it are given, and then no more.
   *
   * @param isLast whether nothing comes after `to`: what is left there is a record, or a problem
   */
  read(bytes: Buffer, from: number, to: number, isLast: boolean): number
  /** What the last call has read. */
  readonly rows: Row[]
  readonly problem: Problem | undefined
  /** The line in which the next record begins. */
  readonly line: number
}

/**
 * The rows of a source, batch by batch.
 *
 * @throws HoldfastError of the first problem, after the rows before it; `LIMIT_EXCEEDED` for a record over 32 MiB; `ABORTED`;
 * and as the source does
 */
export async function* readRecords<Row>(
  source: NamedBytes,
  reader: RecordReader<Row>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Row[], undefined, undefined> {
  const pending = new PendingBytes()
  throwIfAborted(signal)
  for await (const bytes of source.bytes()) {
    for (let start = 0; start < bytes.length; start += bytesAtOnce) {
      pending.add(bytes.subarray(start, start + bytesAtOnce))
      yield* rowsIn(pending, reader, false, source.name, signal)
    }
    throwIfAborted(signal)
  }
  yield* rowsIn(pending, reader, true, source.name, signal)
}

function* rowsIn<Row>(
  pending: PendingBytes,
  reader: RecordReader<Row>,
  isLast: boolean,
  name: string,
  signal: AbortSignal | undefined,
): Generator<Row[], undefined, undefined> {
  // At the end also nothing is looked at: there may have to be something.
  for (let isEnd = isLast; isEnd || pending.isPromising; isEnd = isLast && pending.length > 0) {
    const isWhole = pending.take(reader, isLast)
    if (reader.rows.length > 0) yield reader.rows
    throwIfAborted(signal)
    if (reader.problem !== undefined) throw asError(reader.problem, name)
    if (!isWhole) break
  }
  if (pending.length <= largestRecord || pending.isPromising) return
  throw asError(tooLong(reader.line, largestRecord), name)
}

/** The bytes of which no record has been made yet. */
class PendingBytes {
  #bytes = Buffer.allocUnsafeSlow(2 * bytesAtOnce)
  #from = 0
  #to = 0
  /** How many bytes must be there before it is worth while to look for a whole record. */
  #needed: number = byteOrderMark.length
  #isStart = true

  get length(): number {
    return this.#to - this.#from
  }

  get isPromising(): boolean {
    return this.length >= this.#needed
  }

  add(bytes: Uint8Array): void {
    // One byte more than there is: see `RecordReader.read`.
    if (this.#to + bytes.length >= this.#bytes.length) this.#makeRoom(bytes.length)
    this.#bytes.set(bytes, this.#to)
    this.#to += bytes.length
  }

  /** Has records read; false if none was whole. */
  take<Row>(reader: RecordReader<Row>, isLast: boolean): boolean {
    if (this.#isStart) this.#skipMark()
    const next = reader.read(this.#bytes, this.#from, this.#to, isLast)
    const isWhole = next > this.#from
    this.#from = next
    // Looking again with each byte that comes would take quadratic time.
    this.#needed = isWhole ? 1 : Math.min(2 * this.length, Math.max(this.length, largestRecord) + 1)
    return isWhole
  }

  #skipMark(): void {
    this.#isStart = false
    const mark = this.#bytes.subarray(this.#from, this.#from + byteOrderMark.length)
    if (this.length >= mark.length && byteOrderMark.equals(mark)) this.#from += mark.length
  }

  #makeRoom(more: number): void {
    const { length } = this
    const room = length + more + 1
    const old = this.#bytes
    if (room > old.length / 2) this.#bytes = Buffer.allocUnsafeSlow(2 * room)
    old.copy(this.#bytes, 0, this.#from, this.#to)
    this.#from = 0
    this.#to = length
  }
}
