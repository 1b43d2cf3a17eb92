/** Bytes in pieces, and what becomes of them. */

import { isHoldfastError } from '@holdfast/core'
import type { ErrorCode } from '@holdfast/core'
import fc from 'fast-check'

/** How large the pieces are in which bytes come, again and again. */
export const cuts = fc.oneof(
  fc.constant([1]),
  fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }),
  fc.constant([1_000_000]),
)

/** Bytes in pieces, each of which is overwritten when the next is asked for. */
export async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (let turn = 0; from < bytes.length; turn++) {
    const piece = new Uint8Array(bytes.subarray(from, from + sizes[turn % sizes.length]!))
    from += piece.length
    yield piece
    piece.fill(0x22)
  }
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks))
}

export interface Outcome {
  readonly rows: readonly unknown[]
  readonly refused?: { readonly code: ErrorCode; readonly message: string; readonly path: string | undefined }
}

/** The rows that were read, and why there are no more. */
export async function outcomeOf(rows: AsyncIterable<unknown>): Promise<Outcome> {
  const read: unknown[] = []
  try {
    for await (const row of rows) read.push(row)
    return { rows: read }
  } catch (error) {
    if (!isHoldfastError(error)) throw error
    const { code, message, path } = error
    return { rows: read, refused: { code, message, path } }
  }
}
