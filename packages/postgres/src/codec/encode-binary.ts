import { Buffer } from 'node:buffer'
import { generateFunction } from '@holdfast/core/backend'
import type { ColumnDefinition, LogicalType, StoredRow, StoredValue } from '@holdfast/core/backend'
import { ByteWriter } from '../wire/byte-writer.js'
import { daysOf, postgresEpoch } from './calendar.js'

const high = 4_294_967_296

/** Bytes of one piece of a copy. */
const pieceSize = 64 * 1024
/** Less than which is left of a piece is not filled: most rows would not fit. */
const leastRest = 4096

/** A safe integer as int64. */
function writeInteger(writer: ByteWriter, value: number): void {
  const upper = Math.floor(value / high)
  writer.sizedHalves(upper, value - upper * high)
}

/** A product of a safe integer and a thousand, which need not be safe, as int64. */
function writeThousands(writer: ByteWriter, value: number): void {
  const upper = Math.floor(value / high)
  const lower = (value - upper * high) * 1000
  const carried = Math.floor(lower / high)
  writer.sizedHalves(upper * 1000 + carried, lower - carried * high)
}

function writeBigint(writer: ByteWriter, value: bigint): void {
  writer.int32(8)
  writer.int64(value)
}

function writeText(writer: ByteWriter, value: string): void {
  const begun = writer.beginSized()
  writer.text(value)
  writer.endSized(begun)
}

function writeBytes(writer: ByteWriter, value: Uint8Array): void {
  writer.int32(value.length)
  writer.bytes(value)
}

function writeDate(writer: ByteWriter, value: string): void {
  writer.int32(4)
  writer.int32(daysOf(value))
}

function writeUuid(writer: ByteWriter, value: string): void {
  writer.int32(16)
  writer.hexadecimal(value.replaceAll('-', ''))
}

/** Digits to the base of 10,000, of which so many times four, less some, stand after the point. */
function writeDecimal(writer: ByteWriter, unscaled: bigint, scale: number): void {
  const afterPoint = Math.ceil(scale / 4)
  let rest = (unscaled < 0n ? -unscaled : unscaled) * 10n ** BigInt(afterPoint * 4 - scale)
  const digits: number[] = []
  for (; rest > 0n; rest /= 10_000n) digits.unshift(Number(rest % 10_000n))
  writer.int32(8 + digits.length * 2)
  writer.int16(digits.length)
  writer.int16(digits.length - afterPoint - 1)
  writer.int16(unscaled < 0n ? 0x4000 : 0)
  writer.int16(scale)
  for (const digit of digits) writer.int16(digit)
}

type WriteValue = (writer: ByteWriter, value: never) => void

function valueWriter(type: LogicalType): WriteValue {
  switch (type.name) {
    case 'boolean':
      return (writer, value: boolean) => writer.sizedByte(value ? 1 : 0)
    case 'integer':
      return writeInteger
    case 'bigint':
      return writeBigint
    case 'double':
      return (writer, value: number) => writer.sizedFloat64(value)
    case 'decimal':
      return (writer, value: bigint) => writeDecimal(writer, value, type.scale)
    case 'text':
    case 'json':
      return writeText
    case 'bytes':
      return writeBytes
    case 'date':
      return writeDate
    case 'timestamp':
      return type.unit === 'ms'
        ? (writer, value: number) => writeThousands(writer, value - postgresEpoch)
        : (writer, value: bigint) => writeBigint(writer, value - BigInt(postgresEpoch) * 1000n)
    case 'uuid':
      return writeUuid
  }
}

/** Writes a row as `copy ... from stdin (format binary)` reads it. */
export type WriteRow = (writer: ByteWriter, row: StoredRow) => void

export function rowWriter(columns: readonly Pick<ColumnDefinition, 'name' | 'type'>[]): WriteRow {
  const writers = columns.map(
    ({ type }) => valueWriter(type) as (writer: ByteWriter, value: StoredValue) => void,
  )
  const steps = columns.map(({ name }, index) => {
    return `value = row[${JSON.stringify(name)}]; if (value === null) writer.int32(-1); else write${index}(writer, value)`
  })
  const named = Object.fromEntries(writers.map((write, index) => [`write${index}`, write]))
  const body = `let value\nwriter.int16(${columns.length})\n${steps.join('\n')}`
  const generated = generateFunction<WriteRow>(['writer', 'row'], body, named)
  if (generated !== undefined) return generated
  return (writer, row) => {
    writer.int16(columns.length)
    columns.forEach(({ name }, index) => {
      const value = row[name]!
      if (value === null) writer.int32(-1)
      else writers[index]!(writer, value)
    })
  }
}

const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const trailer = Buffer.from([0xff, 0xff])

/** Rows as pieces of a copy. */
export function* copyData(rows: readonly StoredRow[], write: WriteRow): Generator<Buffer, void, void> {
  const writer = new ByteWriter()
  writer.bytes(header)
  for (const row of rows) {
    write(writer, row)
    if (writer.length >= pieceSize - leastRest) yield writer.take()
  }
  writer.bytes(trailer)
  yield writer.take()
}
