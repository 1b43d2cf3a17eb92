import { Buffer } from 'node:buffer'
import type { Completion } from './step.js'

const zero = 0x30
const nine = 0x39
const space = 0x20

/** What `toString` comes to in the end; by itself it takes half as long for short texts. Not in the declarations of Node. */
const { utf8Slice } = Buffer.prototype as Buffer & {
  readonly utf8Slice?: (this: Buffer, from: number, to: number) => string
}

/** A text from its bytes. */
export const utf8Of: (bytes: Buffer, from: number, to: number) => string =
  utf8Slice === undefined
    ? (bytes, from, to) => bytes.toString('utf8', from, to)
    : (bytes, from, to) => utf8Slice.call(bytes, from, to)

/** The fields of a row, as texts. */
export function fieldsOf(bytes: Buffer, start: number): (string | null)[] {
  const count = bytes.readInt16BE(start)
  const fields: (string | null)[] = []
  let at = start + 2
  for (let index = 0; index < count; index++) {
    const length = bytes.readInt32BE(at)
    at += 4
    if (length < 0) fields.push(null)
    else fields.push(utf8Of(bytes, at, (at += length)))
  }
  return fields
}

/** What `INSERT 0 5` and the like say was done, without the words between. */
export function completionOf(bytes: Buffer, at: number, end: number): Completion {
  // The text ends with a zero.
  let from = end - 1
  let count = 0
  for (
    let power = 1;
    from > at && bytes[from - 1]! >= zero && bytes[from - 1]! <= nine;
    from--, power *= 10
  ) {
    count += (bytes[from - 1]! - zero) * power
  }
  const found = bytes.indexOf(space, at)
  return { command: bytes.toString('latin1', at, found === -1 || found > end ? end - 1 : found), count }
}
