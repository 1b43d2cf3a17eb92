import type { Problem } from '../errors.js'

/** Finds where the documents of a file are that become rows. */
export interface Splitter {
  /** Where they are, and in which line each begins. */
  readonly starts: number[]
  readonly ends: number[]
  readonly lines: number[]
  /** What is wrong after those that were found. */
  readonly problem: Problem | undefined
  /** The line in which the next one begins. */
  readonly line: number
  /** Looks for whole documents; gives where the first one begins that is not whole or not right. Writes to `bytes[to]`. */
  split(bytes: Uint8Array, from: number, to: number, isLast: boolean): number
}

/** So many are looked for at a time. */
export const documentsAtOnce = 4096

export const lineFeed = 0x0a

export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === lineFeed || byte === 0x0d || byte === 0x09
}
