import { mergeSpilled } from './merge.js'
import type { PlacedRow, RowsOrder } from './merge.js'
import type { PlacedRows } from './records.js'
import type { Sink } from './sink.js'
import { SpilledRows } from './spilled-rows.js'
import type { Workspace } from './workspace.js'

/** Sorts any number of rows: what is more than may be held goes to disk in sorted runs, which are merged at the end. */
export class ExternalSort<Entry extends PlacedRow> implements Sink {
  readonly #workspace: Workspace
  readonly #names: readonly string[]
  readonly #order: RowsOrder<Entry>
  readonly #sizeOf: (entry: Entry) => number
  readonly #limit: number
  #held: Entry[] = []
  #size = 0
  readonly #runs: SpilledRows[] = []

  /**
   * @param names the columns of the rows
   * @param sizeOf the bytes that an entry takes in memory
   * @param limit the bytes that may be held
   */
  constructor(
    workspace: Workspace,
    names: readonly string[],
    order: RowsOrder<Entry>,
    sizeOf: (entry: Entry) => number,
    limit = workspace.limit,
  ) {
    this.#workspace = workspace
    this.#names = names
    this.#order = order
    this.#sizeOf = sizeOf
    this.#limit = limit
  }

  take({ rows, positions }: PlacedRows, from: number): number | undefined {
    const held = this.#held
    const sizeOf = this.#sizeOf
    const limit = this.#limit
    const { entry } = this.#order
    let size = this.#size
    let index = from
    while (index < rows.length && size <= limit) {
      const one = entry(rows[index]!, positions[index]!)
      held.push(one)
      size += sizeOf(one)
      index++
    }
    this.#size = size
    return size > limit ? index : undefined
  }

  /** Takes an entry; true when `write` must be awaited before the next one. */
  add(entry: Entry): boolean {
    this.#held.push(entry)
    this.#size += this.#sizeOf(entry)
    return this.#size > this.#limit
  }

  /** Puts what is held on disk, as a run. */
  async write(): Promise<void> {
    const run = new SpilledRows(this.#workspace.file, this.#names)
    for (const { row, position } of this.#sorted()) if (run.add(position, row)) await run.write()
    this.#runs.push(await run.end())
  }

  /** Everything in order, or undefined where some of it is on disk: see `merged`. */
  inMemory(): Entry[] | undefined {
    return this.#runs.length === 0 ? this.#sorted() : undefined
  }

  /** Everything in order. Entries that the order does not tell apart are in the order in which they were added. */
  merged(): AsyncGenerator<PlacedRows> {
    return mergeSpilled(this.#workspace, this.#names, this.#runs, this.#order, this.#sorted())
  }

  #sorted(): Entry[] {
    const entries = this.#held
    this.#held = []
    this.#size = 0
    return entries.sort(this.#order.compare)
  }
}
