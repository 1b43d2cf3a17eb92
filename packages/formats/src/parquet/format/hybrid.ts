/** Parquet's hybrid of run-length encoding and bit packing, in which levels and places in dictionaries are written. */

/** Shorter runs take less room bit by bit. */
const shortestRun = 16

/** How many bits the numbers up to this one take. */
export function bitWidthOf(largest: number): number {
  return 32 - Math.clz32(largest)
}

/** The most bytes that `encodeHybrid` writes for so many numbers. */
export function hybridBound(count: number, bitWidth: number): number {
  // A run is at least as long as a packed group that it replaces.
  return Math.ceil(count / 8) * (bitWidth + 1) + 16
}

/**
 * Writes numbers below 2^bitWidth to `bytes`, which has room for `hybridBound` of them from `at` on.
 *
 * @returns where it ends
 */
export function encodeHybrid(
  values: Uint8Array | Int32Array,
  count: number,
  bitWidth: number,
  bytes: Uint8Array,
  at: number,
): number {
  let packedFrom = 0
  let index = 0
  while (index < count) {
    const run = runAt(values, index, count)
    // Packed groups are of eight: a run that follows some begins where they are full.
    const start = index + ((8 - ((index - packedFrom) % 8)) % 8)
    if (run - (start - index) < shortestRun) {
      index += run
      continue
    }
    at = pack(values, packedFrom, start, bitWidth, bytes, at)
    at = writeVarint((index + run - start) * 2, bytes, at)
    for (let rest = bitWidth, value = values[start]!; rest > 0; rest -= 8, value >>>= 8) bytes[at++] = value
    index += run
    packedFrom = index
  }
  return pack(values, packedFrom, count, bitWidth, bytes, at)
}

function runAt(values: Uint8Array | Int32Array, from: number, count: number): number {
  const value = values[from]
  let to = from + 1
  while (to < count && values[to] === value) to++
  return to - from
}

function pack(
  values: Uint8Array | Int32Array,
  from: number,
  to: number,
  bitWidth: number,
  bytes: Uint8Array,
  at: number,
): number {
  if (from === to) return at
  const groups = Math.ceil((to - from) / 8)
  at = writeVarint(groups * 2 + 1, bytes, at)
  const end = at + groups * bitWidth
  let bits = 0
  let held = 0
  for (let index = from; index < to; index++) {
    const value = values[index]!
    bits |= value << held
    held += bitWidth
    if (held >= 32) {
      for (let byte = 0; byte < 4; byte++, bits >>>= 8) bytes[at++] = bits
      held -= 32
      bits = held === 0 ? 0 : value >>> (bitWidth - held)
    }
  }
  for (; held > 0; held -= 8, bits >>>= 8) bytes[at++] = bits
  bytes.fill(0, at, end)
  return end
}

export function writeVarint(value: number, bytes: Uint8Array, at: number): number {
  for (; value > 0x7f; value >>>= 7) bytes[at++] = (value & 0x7f) | 0x80
  bytes[at++] = value
  return at
}

/**
 * Reads `count` numbers.
 *
 * @returns where they end; undefined where the bytes end before, or are none of this encoding
 */
export function decodeHybrid(
  bytes: Uint8Array,
  at: number,
  end: number,
  bitWidth: number,
  count: number,
  values: Uint8Array | Int32Array,
): number | undefined {
  const byteWidth = (bitWidth + 7) >>> 3
  for (let seen = 0; seen < count;) {
    let header = 0
    for (let shift = 0; ; shift += 7) {
      if (at >= end || shift > 28) return undefined
      const byte = bytes[at++]!
      header |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    header >>>= 0
    const isPacked = (header & 1) === 1
    const length = Math.min(isPacked ? (header >>> 1) * 8 : header >>> 1, count - seen)
    if (length === 0) return undefined
    if (isPacked) {
      if (at + Math.ceil((length * bitWidth) / 8) > end) return undefined
      unpack(bytes, at, bitWidth, length, values, seen)
      at = Math.min(at + (header >>> 1) * bitWidth, end)
    } else {
      if (at + byteWidth > end) return undefined
      let value = 0
      for (let byte = 0; byte < byteWidth; byte++) value |= bytes[at++]! << (byte * 8)
      values.fill(value, seen, seen + length)
    }
    seen += length
  }
  return at
}

function unpack(
  bytes: Uint8Array,
  start: number,
  bitWidth: number,
  count: number,
  values: Uint8Array | Int32Array,
  to: number,
): void {
  const mask = bitWidth === 32 ? -1 : (1 << bitWidth) - 1
  let bits = 0
  let held = 0
  let at = start
  for (let index = to; index < to + count; index++) {
    if (held >= bitWidth) {
      values[index] = bits & mask
      bits >>>= bitWidth
      held -= bitWidth
      continue
    }
    let value = bits
    let have = held
    let byte = 0
    while (have < bitWidth) {
      byte = bytes[at++]!
      value |= byte << have
      have += 8
    }
    values[index] = value & mask
    held = have - bitWidth
    bits = byte >>> (8 - held)
  }
}
