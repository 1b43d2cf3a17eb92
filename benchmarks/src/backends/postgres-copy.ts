/** The fastest way into PostgreSQL from JavaScript: rows written by hand as `copy ... (format binary)` reads them. */

import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Submittable } from 'pg'
import type { ParsedSale } from '../data/sales-csv.ts'
import type { Sale } from '../data/sales.ts'

interface Wire {
  readonly stream: Duplex
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** A statement that copies data in. */
export class CopyIn implements Submittable {
  readonly done: Promise<void>
  readonly #text: string
  readonly #data: Iterable<Buffer>
  readonly #settle: { resolve(): void; reject(error: unknown): void }
  #error: unknown

  constructor(text: string, data: Iterable<Buffer>) {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.done = promise
    this.#text = text
    this.#data = data
    this.#settle = { resolve, reject }
  }

  submit(connection: unknown): void {
    ;(connection as Wire).query(this.#text)
  }

  handleCopyInResponse(connection: unknown): void {
    void this.#send(connection as Wire)
  }

  async #send(wire: Wire): Promise<void> {
    for (const chunk of this.#data) {
      wire.sendCopyFromChunk(chunk)
      if (wire.stream.writableNeedDrain) await once(wire.stream, 'drain')
    }
    wire.endCopyFrom()
  }

  handleCommandComplete(): void {}

  handleError(error: unknown): void {
    this.#error = error
    this.#settle.reject(error)
  }

  handleReadyForQuery(): void {
    if (this.#error === undefined) this.#settle.resolve()
  }
}

/** Rows of any table in pieces of about 64 KiB, as `copy ... from stdin` reads them. */
export function* rowsAsCopyText(rows: Iterable<readonly CopyValue[]>): Generator<Buffer, void, void> {
  let piece = ''
  for (const row of rows) {
    piece += `${row.map(copyText).join('\t')}\n`
    if (piece.length < pieceLength) continue
    yield Buffer.from(piece)
    piece = ''
  }
  if (piece !== '') yield Buffer.from(piece)
}

export type CopyValue = string | number | boolean | Date | null

function copyText(value: CopyValue): string {
  if (value === null) return '\\N'
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'string' ? value.replace(/[\\\t\n\r]/g, escaped) : String(value)
}

const escaped = (character: string): string =>
  ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[character]!

const pieceLength = 64 * 1024
/** More than any sale takes. */
const room = 512
const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const trailer = Buffer.from([0xff, 0xff])
const epoch = Date.UTC(2000, 0, 1)
const high = 2 ** 32

/** Sales in pieces of about 64 KiB. */
export function* salesAsCopy(parts: Iterable<readonly (Sale | ParsedSale)[]>): Generator<Buffer, void, void> {
  yield header
  let piece = Buffer.allocUnsafe(pieceLength)
  let at = 0
  const int64 = (value: number) => {
    const upper = Math.floor(value / high)
    at = piece.writeInt32BE(8, at)
    at = piece.writeInt32BE(upper, at)
    at = piece.writeUInt32BE(value - upper * high, at)
  }
  const text = (value: string) => {
    const length = piece.write(value, at + 4, 'utf8')
    piece.writeInt32BE(length, at)
    at += 4 + length
  }
  for (const part of parts) {
    for (const row of part) {
      at = piece.writeInt16BE(8, at)
      int64(row.id)
      int64(row.customer)
      text(row.category)
      int64(row.quantity)
      at = piece.writeInt32BE(8, at)
      at = piece.writeDoubleBE(row.revenue, at)
      at = piece.writeInt32BE(1, at)
      piece[at++] = row.paid ? 1 : 0
      int64((+row.at - epoch) * 1000)
      if (row.note === null) at = piece.writeInt32BE(-1, at)
      else text(row.note)
      if (at < pieceLength - room) continue
      yield piece.subarray(0, at)
      piece = Buffer.allocUnsafe(pieceLength)
      at = 0
    }
  }
  if (at > 0) yield piece.subarray(0, at)
  yield trailer
}
