import type { Buffer } from 'node:buffer'
import type { StoredValue } from '@holdfast/core/backend'

/** Bytes in which values are looked at. */
export interface Piece {
  readonly bytes: Buffer
  /** The bytes from `base` on, one character for each. */
  readonly text: string
  readonly base: number
  readonly isAscii: boolean
}

/**
 * The value that bytes spell, none of them outside of UTF-8; undefined if they spell none, or one that is too large.
 * What is given is in the user's or the stored form: a reader is made for one of them.
 */
export type ReadValue = (piece: Piece, start: number, end: number) => StoredValue | object | undefined
