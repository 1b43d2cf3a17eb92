import type { Identity } from '../../schema/compare.js'
import type { StoredRow } from '../../schema/types.js'
import { SpilledRows } from './spilled-rows.js'
import type { Workspace } from './workspace.js'

/** Rows on disk, cut into parts so that rows of one identity are in one part, each part in the order of the input. */
export class Partitions {
  readonly #parts: readonly SpilledRows[]
  readonly #level: number

  /**
   * @param names the columns of the rows
   * @param level how often the rows have been cut already: each time they are cut in another way
   */
  constructor(workspace: Workspace, names: readonly string[], level: number) {
    this.#level = level
    this.#parts = Array.from({ length: workspace.fan }, () => new SpilledRows(workspace.file, names))
  }

  /** Takes a row; true when `write` must be awaited before the next one. */
  add(identity: Identity, position: number, row: StoredRow): boolean {
    return this.#parts[hash(identity, this.#level) % this.#parts.length]!.add(position, row)
  }

  /** Writes the blocks that are full. */
  async write(): Promise<void> {
    for (const part of this.#parts) await part.write()
  }

  /** The parts, to which nothing is added from now on. */
  async end(): Promise<readonly SpilledRows[]> {
    for (const part of this.#parts) await part.end()
    return this.#parts
  }
}

/** A number of 32 bits, another one for each seed. */
function hash(identity: Identity, seed: number): number {
  const text = String(identity)
  let value = Math.imul(seed + 1, 0x9e3779b1)
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
