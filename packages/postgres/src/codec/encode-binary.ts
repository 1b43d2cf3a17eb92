import { Buffer } from 'node:buffer'
import { generateFunction } from '@holdfast/core/backend'
import type { ColumnDefinition, LogicalType, StoredRow, StoredValue } from '@holdfast/core/backend'
import { daysOf, postgresEpoch } from './calendar.js'

const high = 4_294_967_296

/** Bytes of one message to the server. */
const pieceSize = 64 * 1024

/** Writes values in PostgreSQL's binary form, each after its length. */
export class BinaryWriter {
  #bytes = Buffer.allocUnsafe(pieceSize)
  #at = 0

  get length(): number {
    return this.#at
  }

  /** What was written; begins anew. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#at)
    this.#bytes = Buffer.allocUnsafe(pieceSize)
    this.#at = 0
    return taken
  }

  int16(value: number): void {
    this.#reserve(2)
    this.#at = this.#bytes.writeInt16BE(value, this.#at)
  }

  none(): void {
    this.#reserve(4)
    this.#at = this.#bytes.writeInt32BE(-1, this.#at)
  }

  flag(value: boolean): void {
    this.#reserve(5)
    this.#at = this.#bytes.writeInt32BE(1, this.#at)
    this.#bytes[this.#at++] = value ? 1 : 0
  }

  int32(value: number): void {
    this.#reserve(8)
    this.#at = this.#bytes.writeInt32BE(4, this.#at)
    this.#at = this.#bytes.writeInt32BE(value, this.#at)
  }

  /** A safe integer as int64. */
  integer(value: number): void {
    const upper = Math.floor(value / high)
    this.#halves(upper, value - upper * high)
  }

  /** A product of a safe integer and a thousand, which need not be safe, as int64. */
  thousands(value: number): void {
    const upper = Math.floor(value / high)
    const lower = (value - upper * high) * 1000
    const carried = Math.floor(lower / high)
    this.#halves(upper * 1000 + carried, lower - carried * high)
  }

  #halves(upper: number, lower: number): void {
    this.#reserve(12)
    this.#at = this.#bytes.writeInt32BE(8, this.#at)
    this.#at = this.#bytes.writeInt32BE(upper, this.#at)
    this.#at = this.#bytes.writeUInt32BE(lower, this.#at)
  }

  bigint(value: bigint): void {
    this.#reserve(12)
    this.#at = this.#bytes.writeInt32BE(8, this.#at)
    this.#at = this.#bytes.writeBigInt64BE(value, this.#at)
  }

  double(value: number): void {
    this.#reserve(12)
    this.#at = this.#bytes.writeInt32BE(8, this.#at)
    this.#at = this.#bytes.writeDoubleBE(value, this.#at)
  }

  text(value: string): void {
    // A unit of UTF-16 takes three bytes at most.
    this.#reserve(4 + value.length * 3)
    const length = this.#bytes.write(value, this.#at + 4, 'utf8')
    this.#bytes.writeInt32BE(length, this.#at)
    this.#at += 4 + length
  }

  bytes(value: Uint8Array): void {
    this.#reserve(4 + value.length)
    this.#at = this.#bytes.writeInt32BE(value.length, this.#at)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  uuid(value: string): void {
    this.#reserve(20)
    this.#at = this.#bytes.writeInt32BE(16, this.#at)
    this.#at += this.#bytes.write(value.replaceAll('-', ''), this.#at, 'hex')
  }

  /** Digits to the base of 10,000, of which so many times four, less some, stand after the point. */
  decimal(unscaled: bigint, scale: number): void {
    const afterPoint = Math.ceil(scale / 4)
    let rest = (unscaled < 0n ? -unscaled : unscaled) * 10n ** BigInt(afterPoint * 4 - scale)
    const digits: number[] = []
    for (; rest > 0n; rest /= 10_000n) digits.unshift(Number(rest % 10_000n))
    this.#reserve(12 + digits.length * 2)
    this.#at = this.#bytes.writeInt32BE(8 + digits.length * 2, this.#at)
    this.#at = this.#bytes.writeInt16BE(digits.length, this.#at)
    this.#at = this.#bytes.writeInt16BE(digits.length - afterPoint - 1, this.#at)
    this.#at = this.#bytes.writeUInt16BE(unscaled < 0n ? 0x4000 : 0, this.#at)
    this.#at = this.#bytes.writeInt16BE(scale, this.#at)
    for (const digit of digits) this.#at = this.#bytes.writeInt16BE(digit, this.#at)
  }

  #reserve(length: number): void {
    const needed = this.#at + length
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}

type WriteValue = (writer: BinaryWriter, value: never) => void

function valueWriter(type: LogicalType): WriteValue {
  switch (type.name) {
    case 'boolean':
      return (writer, value: boolean) => writer.flag(value)
    case 'integer':
      return (writer, value: number) => writer.integer(value)
    case 'bigint':
      return (writer, value: bigint) => writer.bigint(value)
    case 'double':
      return (writer, value: number) => writer.double(value)
    case 'decimal':
      return (writer, value: bigint) => writer.decimal(value, type.scale)
    case 'text':
    case 'json':
      return (writer, value: string) => writer.text(value)
    case 'bytes':
      return (writer, value: Uint8Array) => writer.bytes(value)
    case 'date':
      return (writer, value: string) => writer.int32(daysOf(value))
    case 'timestamp':
      return type.unit === 'ms'
        ? (writer, value: number) => writer.thousands(value - postgresEpoch)
        : (writer, value: bigint) => writer.bigint(value - BigInt(postgresEpoch) * 1000n)
    case 'uuid':
      return (writer, value: string) => writer.uuid(value)
  }
}

/** Writes a row as `copy ... from stdin (format binary)` reads it. */
export type WriteRow = (writer: BinaryWriter, row: StoredRow) => void

export function rowWriter(columns: readonly Pick<ColumnDefinition, 'name' | 'type'>[]): WriteRow {
  const writers = columns.map(
    ({ type }) => valueWriter(type) as (writer: BinaryWriter, value: StoredValue) => void,
  )
  const steps = columns.map(({ name }, index) => {
    return `value = row[${JSON.stringify(name)}]; if (value === null) writer.none(); else write${index}(writer, value)`
  })
  const named = Object.fromEntries(writers.map((write, index) => [`write${index}`, write]))
  const body = `let value\nwriter.int16(${columns.length})\n${steps.join('\n')}`
  const generated = generateFunction<WriteRow>(['writer', 'row'], body, named)
  if (generated !== undefined) return generated
  return (writer, row) => {
    writer.int16(columns.length)
    columns.forEach(({ name }, index) => {
      const value = row[name]!
      if (value === null) writer.none()
      else writers[index]!(writer, value)
    })
  }
}

const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const trailer = Buffer.from([0xff, 0xff])

/** Rows as pieces of a copy. */
export function* copyData(rows: readonly StoredRow[], write: WriteRow): Generator<Buffer, void, void> {
  yield header
  const writer = new BinaryWriter()
  for (const row of rows) {
    write(writer, row)
    if (writer.length >= pieceSize - 4096) yield writer.take()
  }
  if (writer.length > 0) yield writer.take()
  yield trailer
}
