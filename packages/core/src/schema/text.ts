import { Buffer } from 'node:buffer'

/** Whether a text is well-formed Unicode without U+0000 (TYPE-4). */
export function isStorableText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}

/** Whether a text takes at most so many bytes in UTF-8. */
export function fitsBytes(value: string, maximum: number): boolean {
  // No UTF-16 unit takes more than three bytes, so nearly every text is settled without being counted.
  return value.length * 3 <= maximum || (value.length <= maximum && Buffer.byteLength(value) <= maximum)
}

/**
 * Compares two texts by code points (ORDER-1), negative, zero or positive.
 * JavaScript compares UTF-16 units, which differs for U+E000 to U+FFFF against surrogate pairs.
 */
export function compareText(left: string, right: string): number {
  if (left === right) return 0
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index)
    const b = right.charCodeAt(index)
    if (a !== b) return a >= 0xd800 && b >= 0xd800 ? codePointRank(a) - codePointRank(b) : a - b
  }
  return left.length - right.length
}

/** Moves surrogates, which stand for code points from U+10000, behind the units U+E000 to U+FFFF. */
function codePointRank(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}
