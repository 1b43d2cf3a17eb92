import { closeSync, createWriteStream, openSync, readSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { partsOf } from './parts.ts'
import { salesUpTo, type Sale } from './sales.ts'

const names = 'id,customer,category,quantity,revenue,paid,at,note\n'

/** Writes all sales as CSV, a part at a time: nothing for null, `""` for the empty text. */
export async function writeSales(path: string, rows: number, seed: number): Promise<void> {
  await pipeline(Readable.from(pieces(rows, seed)), createWriteStream(path))
}

function* pieces(rows: number, seed: number): Generator<string, void, void> {
  yield names
  for (const part of partsOf(salesUpTo(rows, seed), 2000)) yield part.map(line).join('')
}

function line({ id, customer, category, quantity, revenue, paid, at, note }: Sale): string {
  const time = `${at.toISOString().slice(0, 19)}Z`
  return `${id},${customer},${category},${quantity},${revenue},${paid},${time},${quoted(note)}\n`
}

function quoted(note: string | null): string {
  if (note === null) return ''
  return note === '' || /[",\n]/.test(note) ? `"${note.replaceAll('"', '""')}"` : note
}

/** A sale with its time as milliseconds, as drivers take it. */
export interface ParsedSale extends Omit<Sale, 'at'> {
  readonly at: number
}

const chunkLength = 256 * 1024
/** More than any line takes. */
const room = 1024
const comma = 0x2c
const lineEnd = 0x0a
const quote = 0x22
const zero = 0x30

/**
 * The sales of a file that `writeSales` has made, read byte by byte with nothing but these columns in mind: what loads by hand
 * begin with. Some thousand at a time.
 */
export function* parseSales(path: string): Generator<ParsedSale[], void, void> {
  const file = openSync(path, 'r')
  const bytes = Buffer.allocUnsafe(chunkLength + room)
  let end = 0
  let at = 0

  const integer = () => {
    let value = 0
    for (let byte = bytes[at++]!; byte !== comma; byte = bytes[at++]!) value = value * 10 + byte - zero
    return value
  }
  const plain = () => {
    const start = at
    at = bytes.indexOf(comma, start) + 1
    return bytes.toString('latin1', start, at - 1)
  }
  const digits = (start: number, length: number) => {
    let value = 0
    for (let index = start; index < start + length; index++) value = value * 10 + bytes[index]! - zero
    return value
  }
  const time = () => {
    const start = at
    at += '2020-01-31T23:59:59Z,'.length
    return Date.UTC(
      digits(start, 4),
      digits(start + 5, 2) - 1,
      digits(start + 8, 2),
      digits(start + 11, 2),
      digits(start + 14, 2),
      digits(start + 17, 2),
    )
  }
  const note = () => {
    const start = at
    if (bytes[start] === lineEnd) {
      at += 1
      return null
    }
    if (bytes[start] !== quote) {
      at = bytes.indexOf(lineEnd, start) + 1
      return bytes.toString('utf8', start, at - 1)
    }
    let close = bytes.indexOf(quote, start + 1)
    while (bytes[close + 1] === quote) close = bytes.indexOf(quote, close + 2)
    at = close + 2
    return bytes.toString('utf8', start + 1, close).replaceAll('""', '"')
  }

  try {
    for (let first = true; ; first = false) {
      const length = readSync(file, bytes, end, bytes.length - end, null)
      end += length
      if (first) at = names.length
      const sure = length === 0 ? end : end - room
      const rows: ParsedSale[] = []
      while (at < sure) {
        rows.push({
          id: integer(),
          customer: integer(),
          category: plain(),
          quantity: integer(),
          revenue: Number(plain()),
          paid: plain() === 'true',
          at: time(),
          note: note(),
        })
      }
      yield rows
      if (length === 0) return
      bytes.copyWithin(0, at, end)
      end -= at
      at = 0
    }
  } finally {
    closeSync(file)
  }
}
