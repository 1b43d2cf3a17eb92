import type { StoredRow } from '@holdfast/core/backend'
import { sizeOfRow } from '../table/memory.js'

/** Decoded blocks, the last used of them, up to a number of bytes; the very last however large it is. */
export class BlockCache {
  readonly #limit: number
  /** In the order of use; `bytes` about. */
  readonly #blocks = new Map<object, { readonly rows: readonly StoredRow[]; readonly bytes: number }>()
  #bytes = 0

  /** @param limit bytes; 0 keeps one block */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The rows of a block, which are never changed. */
  get(block: object): readonly StoredRow[] | undefined {
    const found = this.#blocks.get(block)
    if (found === undefined) return undefined
    this.#blocks.delete(block)
    this.#blocks.set(block, found)
    return found.rows
  }

  set(block: object, rows: readonly StoredRow[]): void {
    const bytes = rows.reduce((sum, row) => sum + sizeOfRow(row), 0)
    this.forget([block])
    this.#blocks.set(block, { rows, bytes })
    this.#bytes += bytes
    for (const [oldest] of this.#blocks) {
      if (this.#bytes <= this.#limit || oldest === block) break
      this.forget([oldest])
    }
  }

  forget(blocks: Iterable<object>): void {
    for (const block of blocks) {
      this.#bytes -= this.#blocks.get(block)?.bytes ?? 0
      this.#blocks.delete(block)
    }
  }
}
