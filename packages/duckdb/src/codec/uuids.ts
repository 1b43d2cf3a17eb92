import type { IsValid } from './vector.js'

/**
 * A UUID lies in memory as an int128, its lower half first, with the highest bit inverted so that signed numbers have the
 * order of the texts.
 */
const bytesOfUuid = 16
const signBit = 0x80

/** Positions of the text's bytes in memory. */
const positions = [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
/** Bytes of the text before which a hyphen stands. */
const hyphens = new Set([4, 6, 8, 10])

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function readUuids(data: Uint8Array, count: number, isValid: IsValid): (string | null)[] {
  const values = new Array<string | null>(count)
  for (let row = 0; row < count; row++) values[row] = isValid(row) ? uuidAt(data, row * bytesOfUuid) : null
  return values
}

function uuidAt(data: Uint8Array, offset: number): string {
  let text = pairs[data[offset + 15]! ^ signBit]!
  for (let index = 1; index < bytesOfUuid; index++) {
    if (hyphens.has(index)) text += '-'
    text += pairs[data[offset + positions[index]!]!]!
  }
  return text
}

/** Writes a UUID, lower case, as it lies in memory. */
export function writeUuid(uuid: string, data: Uint8Array, offset: number): void {
  let start = 0
  for (let index = 0; index < bytesOfUuid; index++) {
    if (hyphens.has(index)) start++
    data[offset + positions[index]!] = Number.parseInt(uuid.slice(start, start + 2), 16)
    start += 2
  }
  data[offset + 15]! ^= signBit
}
