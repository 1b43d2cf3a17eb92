import { limits } from '@holdfast/core/backend'
import { Buffer } from 'node:buffer'
import { readDocument } from './document.js'
import type { RowForm } from '../types.js'
import type { ReadValue } from './piece.js'

/**
 * V8 copies slices of a text up to this length. Longer ones keep the whole text in memory as long as they live.
 */
const longestCopied = 12

export const readText: ReadValue = (piece, start, end) => {
  const length = end - start
  if (length <= longestCopied && (piece.isAscii || isAscii(piece.bytes, start, end)))
    return piece.text.slice(start - piece.base, end - piece.base)
  return length > limits.maxValueBytes ? undefined : piece.bytes.toString('utf8', start, end)
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! > 0x7f) return false
  return true
}

export const readBoolean: ReadValue = ({ text, base }, start, end) => {
  const length = end - start
  if (length === 4 && text.startsWith('true', start - base)) return true
  return length === 5 && text.startsWith('false', start - base) ? false : undefined
}

const isHexadecimal = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[0-9a-fA-F]/.test(String.fromCharCode(byte)) ? 1 : 0,
)
const hyphen = 0x2d

export const readUuid: ReadValue = ({ bytes }, start, end) => {
  if (end - start !== 36) return undefined
  for (let at = 0; at < 36; at++) {
    const byte = bytes[start + at]!
    const isHyphen = at === 8 || at === 13 || at === 18 || at === 23
    if (isHyphen ? byte !== hyphen : isHexadecimal[byte] === 0) return undefined
  }
  return bytes.toString('latin1', start, end).toLowerCase()
}

/** Base64 in the one form that these bytes have. */
export const readBytes: ReadValue = ({ bytes }, start, end) => {
  const written = bytes.toString('latin1', start, end)
  const value = Buffer.from(written, 'base64')
  if (value.length > limits.maxValueBytes || value.toString('base64') !== written) return undefined
  return new Uint8Array(value)
}

export function documentReader(form: RowForm): ReadValue {
  return ({ bytes }, start, end) => {
    try {
      return readDocument(bytes.toString('utf8', start, end), form) as object
    } catch {
      return undefined
    }
  }
}
