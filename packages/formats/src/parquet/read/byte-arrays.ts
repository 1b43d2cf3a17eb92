import { limits } from '@holdfast/core/backend'
import type { StoredValue } from '@holdfast/core/backend'
import { Buffer, isAscii, isUtf8 } from 'node:buffer'
import { Damage } from '../format/damage.js'
import { readDocument } from '../../values/document.js'
import { NoValue, requireBytes } from './vector.js'
import type { MakeVector, Vector } from './vector.js'

/** Bytes of different lengths, one after the other. */
interface Pieces {
  readonly bytes: Buffer
  /** Where each begins, and where the last one ends. */
  readonly starts: Int32Array
}

/** Puts values together that have their lengths in front of them. */
function piecesOf(bytes: Buffer, count: number): Pieces {
  if (count * 4 > bytes.length) throw new Damage('a page is shorter than its values')
  const starts = new Int32Array(count + 1)
  const values = Buffer.allocUnsafeSlow(bytes.length - count * 4)
  let at = 0
  let end = 0
  for (let index = 0; index < count; index++) {
    if (at + 4 > bytes.length) throw new Damage('a page is shorter than its values')
    const length = bytes[at]! + bytes[at + 1]! * 0x100 + bytes[at + 2]! * 0x10000 + bytes[at + 3]! * 0x1000000
    at += 4
    if (at + length > bytes.length) throw new Damage('a page is shorter than its values')
    if (length < 32) for (const next = at + length; at < next;) values[end++] = bytes[at++]!
    else {
      end += bytes.copy(values, end, at, at + length)
      at += length
    }
    starts[index + 1] = end
  }
  return { bytes: values.subarray(0, end), starts }
}

/** Makes one value of bytes; undefined if it is outside of the type. */
type FromBytes = (bytes: Buffer) => StoredValue | undefined

export const byteArrays = (make: FromBytes): MakeVector =>
  someOrAll((bytes, count) => fromPieces(piecesOf(bytes, count), make), make)

/** For so few values the others of a page are only passed over. */
const few = 4
/** The values of dictionaries are asked for one by one. */
const fewTurns = 8

/** Makes all values of a page together, unless only some are asked for. */
function someOrAll(all: MakeVector, one: FromBytes): MakeVector {
  return (bytes, count) => {
    let vector: Vector | undefined
    let turns = 0
    return {
      fill(from, to, out, at) {
        if (vector !== undefined || to - from > few || ++turns > fewTurns) {
          vector ??= all(bytes, count)
          vector.fill(from, to, out, at)
          return
        }
        for (let index = 0, start = 0; index < to; index++) {
          requireBytes(bytes, start + 4)
          const end = start + 4 + bytes.readUInt32LE(start)
          requireBytes(bytes, end)
          if (index >= from) {
            const value = one(bytes.subarray(start + 4, end))
            if (value === undefined) throw new NoValue(index)
            out[at++] = value
          }
          start = end
        }
      },
    }
  }
}

function fromPieces({ bytes, starts }: Pieces, make: FromBytes): Vector {
  return {
    fill(from, to, out, at) {
      for (let index = from; index < to; index++, at++) {
        const value = make(bytes.subarray(starts[index], starts[index + 1]))
        if (value === undefined) throw new NoValue(index)
        out[at] = value
      }
    },
  }
}

/** A copy, so that it does not keep the page in memory. */
export const copied: FromBytes = (bytes) =>
  bytes.length > limits.maxValueBytes ? undefined : new Uint8Array(bytes)

/** Documents of others are in any form; those of ours are canonical already. */
export const document: FromBytes = (bytes) => {
  if (!isUtf8(bytes)) return undefined
  try {
    return (readDocument(bytes.toString('utf8'), 'stored') as string | null) ?? undefined
  } catch {
    return undefined
  }
}

/** V8 copies slices of a text up to this length. Longer ones keep the whole text in memory as long as they live. */
const longestCopied = 12

/** Texts (TYPE-4), looked at together. */
const allTexts: MakeVector = (page, count) => {
  const pieces = piecesOf(page, count)
  const { bytes, starts } = pieces
  if (bytes.includes(0) || !areTexts(pieces, count)) return fromPieces(pieces, textOf)
  const isPlain = isAscii(bytes)
  let all: string | undefined
  return {
    fill(from, to, out, at) {
      if (isPlain) all ??= bytes.toString('latin1')
      for (let index = from; index < to; index++, at++) {
        const start = starts[index]!
        const end = starts[index + 1]!
        if (end - start > limits.maxValueBytes) throw new NoValue(index)
        if (all !== undefined && end - start <= longestCopied) out[at] = all.slice(start, end)
        else out[at] = isPlain ? bytes.toString('latin1', start, end) : bytes.toString('utf8', start, end)
      }
    },
  }
}

/** Whether each piece is UTF-8 for itself: all of them together are, and none begins inside of a character. */
function areTexts({ bytes, starts }: Pieces, count: number): boolean {
  if (isAscii(bytes)) return true
  if (!isUtf8(bytes)) return false
  for (let index = 0; index < count; index++) {
    const start = starts[index]!
    if (start < bytes.length && (bytes[start]! & 0xc0) === 0x80) return false
  }
  return true
}

const textOf: FromBytes = (bytes) =>
  bytes.length > limits.maxValueBytes || bytes.includes(0) || !isUtf8(bytes)
    ? undefined
    : bytes.toString('utf8')

export const texts = someOrAll(allTexts, textOf)
