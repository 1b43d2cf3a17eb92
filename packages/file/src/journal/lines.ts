import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import type { Disk } from '../disk/disk.js'

const newLine = 0x0a
const pieceSize = 2 ** 20

/**
 * A line of a journal: the CRC-32 of its text, the length of the text in bytes, and the text, which is JSON:
 * `8f1c2ab0 31 [{"id":3,"put":[[17,"seventeen"]]}]`. JSON has no line break and no zero byte, so neither has a line.
 */
export function encodeLine(json: string): Buffer {
  const length = Buffer.byteLength(json)
  const head = `${' '.repeat(8)} ${length} `
  const line = Buffer.allocUnsafe(head.length + length + 1)
  line.write(head, 'latin1')
  line.write(json, head.length)
  line.write(hexOf(crc32(line.subarray(head.length, head.length + length))), 'latin1')
  line[line.length - 1] = newLine
  return line
}

/** A checksum in eight characters. */
export function hexOf(checksum: number): string {
  return checksum.toString(16).padStart(8, '0')
}

export interface Line {
  /** Where it begins in the file. */
  readonly offset: number
  /** Where the next one begins. */
  readonly end: number
  readonly text: string
}

/** What stands in the place of a line and is none, and why not. */
export interface Damage {
  readonly offset: number
  readonly end: number
  readonly problem: string
}

const headForm = /^([0-9a-f]{8}) (0|[1-9][0-9]{0,11}) /
/** What a line begins with that was cut within its head. */
const cutHeadForm = /^(?:[0-9a-f]{0,8}|[0-9a-f]{8} |[0-9a-f]{8} [1-9][0-9]{0,11})$/
const longestHead = 22

/**
 * The lines of a file, checked, and what is damaged between them. A power loss leaves of the last write a part, with zeros in the
 * place of sectors that were not written: such a last line ends the lines. All else that is no line is damage.
 */
export async function* readLines(disk: Disk, descriptor: number): AsyncGenerator<Line | Damage, void> {
  let last: (Damage & { readonly bytes: Buffer }) | undefined
  for await (const { bytes, offset } of splitLines(disk, descriptor)) {
    if (last !== undefined) yield last
    const checked = { offset, end: offset + bytes.length, ...checkLine(bytes) }
    last = 'problem' in checked ? { ...checked, bytes } : undefined
    if ('text' in checked) yield checked
  }
  if (last !== undefined && !wasCut(last.bytes, last.offset)) yield last
}

/** The bytes up to each line break, with it, and what comes behind the last. */
async function* splitLines(
  disk: Disk,
  descriptor: number,
): AsyncGenerator<{ readonly bytes: Buffer; readonly offset: number }, void> {
  const parts: Buffer[] = []
  let offset = 0
  for (let position = 0; ;) {
    const { buffer, byteOffset, byteLength } = await disk.read(descriptor, position, pieceSize)
    const piece = Buffer.from(buffer, byteOffset, byteLength)
    if (piece.length === 0) break
    position += piece.length
    let start = 0
    for (let at = piece.indexOf(newLine); at !== -1; at = piece.indexOf(newLine, start)) {
      parts.push(piece.subarray(start, at + 1))
      const bytes = joined(parts)
      yield { bytes, offset }
      offset += bytes.length
      parts.length = 0
      start = at + 1
    }
    if (start < piece.length) parts.push(piece.subarray(start))
  }
  if (parts.length > 0) yield { bytes: joined(parts), offset }
}

function joined(parts: readonly Buffer[]): Buffer {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

function checkLine(bytes: Buffer): { readonly text: string } | { readonly problem: string } {
  if (bytes.at(-1) !== newLine) return { problem: 'the last line is no beginning of a line' }
  const head = headForm.exec(bytes.toString('latin1', 0, longestHead))
  if (head === null) return { problem: 'the line does not begin with its checksum and its length' }
  const text = bytes.subarray(head[0].length, -1)
  if (text.length !== Number(head[2])) {
    return { problem: `the line has ${text.length} bytes instead of ${head[2]}` }
  }
  return hexOf(crc32(text)) === head[1]
    ? { text: text.toString() }
    : { problem: 'the checksum of the line is wrong' }
}

/** Whether this may be what is left of a line of which not all was written. */
function wasCut(bytes: Buffer, offset: number): boolean {
  let length = bytes.length
  while (length > 0 && bytes[length - 1] === 0) length--
  const written = bytes.subarray(0, length)
  const hole = written.indexOf(0)
  if (hole !== -1 && !hasHoles(written, offset)) return false
  if (hole === -1 && bytes.at(-1) === newLine) return false
  const begin = written.toString('latin1', 0, hole === -1 ? longestHead : Math.min(hole, longestHead))
  const head = headForm.exec(begin)
  if (head === null) return cutHeadForm.test(begin)
  const missing = head[0].length + Number(head[2]) - length
  if (hole !== -1) return missing >= -1
  // With nothing missing only the line break is: it was cut off, or it was overwritten.
  return missing > 0 || (missing === 0 && length === bytes.length)
}

/** Disks write sectors of 512 bytes, or of a multiple of it, whole or not at all. */
const sector = 512

/** Whether all zeros are those of sectors that were not written, the first of which may have held what comes before the line. */
function hasHoles(bytes: Buffer, offset: number): boolean {
  for (let start = bytes.indexOf(0), end; start !== -1; start = bytes.indexOf(0, end)) {
    for (end = start; bytes[end] === 0;) end++
    const begins = start === 0 || (offset + start) % sector === 0
    if (!begins || (offset + end) % sector !== 0) return false
  }
  return true
}
