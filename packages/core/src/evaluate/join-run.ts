import type { Parameters } from '../backend/types.js'
import type { JoinNode } from '../relation/types.js'
import type { StoredRow } from '../schema/types.js'
import { finder } from './join-keys.js'
import type { Find, JoinKeys, KeyOf } from './join-keys.js'
import { batchSize } from './operator.js'
import { heldRows, pieces } from './spill/held-rows.js'
import { inInputOrder, inputOrder, mergeSpilled } from './spill/merge.js'
import { Partitions } from './spill/partitions.js'
import { RowList } from './spill/records.js'
import type { PlacedRows } from './spill/records.js'
import { spilled } from './spill/spilled-rows.js'
import type { SpilledRows } from './spill/spilled-rows.js'
import type { Workspace } from './spill/workspace.js'

/** A join ready to run. */
export interface Join {
  readonly kind: JoinNode['kind']
  /** What must be equal on both sides; absent where nothing must. */
  readonly keys: JoinKeys | undefined
  /** What else the condition says of a left and a right row together. */
  readonly passes: ((row: StoredRow, parameters: Parameters) => boolean) | undefined
  /** The columns of each side, and of both. */
  readonly left: readonly string[]
  readonly right: readonly string[]
  readonly both: readonly string[]
  /** The bytes that a row of the right side takes. */
  readonly sizeOf: (row: StoredRow) => number
}

type Rows = AsyncIterable<PlacedRows>

/** How often rows are cut into parts before they are taken as they are. */
const mostCuts = 4
/** What finding a row by hash takes beside the row. */
const indexSize = 100

/**
 * One run of a join. Where the right side is more than may be held, both are cut into parts on disk by what must be equal,
 * and joined part by part. What cannot be cut so is taken piece by piece, with the left side passing by each.
 */
export class JoinRun {
  readonly #join: Join
  readonly #parameters: Parameters
  readonly #workspace: Workspace
  readonly #unmatched: StoredRow

  constructor(join: Join, parameters: Parameters, workspace: Workspace) {
    this.#join = join
    this.#parameters = parameters
    this.#workspace = workspace
    this.#unmatched = Object.fromEntries(join.right.map((name) => [name, null]))
  }

  /** @param cuts how often the rows have been cut already */
  async *joined(left: Rows, right: Rows, cuts = 0): AsyncGenerator<PlacedRows> {
    const { kind, keys } = this.#join
    const held = await heldRows(right, this.#sizeOf, this.#workspace.limit)
    if (Array.isArray(held)) {
      if (held.length === 0 && kind === 'inner') return
      yield* this.#matches(left, finder(held, keys, this.#parameters))
    } else if (keys !== undefined && cuts < mostCuts) {
      yield* this.#joinedByParts(left, held, keys, cuts)
    } else {
      yield* this.#joinedByPieces(left, held)
    }
  }

  readonly #sizeOf = (row: StoredRow): number => indexSize + this.#join.sizeOf(row)

  async *#joinedByParts(left: Rows, right: Rows, keys: JoinKeys, cuts: number): AsyncGenerator<PlacedRows> {
    const join = this.#join
    const rights = await this.#cut(right, join.right, keys.ofRight, cuts, false)
    const lefts = await this.#cut(left, join.left, keys.ofLeft, cuts, join.kind === 'left')
    const joined = lefts.map((part, index) => this.joined(part.take(), rights[index]!.take(), cuts + 1))
    yield* inInputOrder(this.#workspace, join.both, joined)
  }

  /** @param keepsAll whether rows without a key, which match nothing, are kept */
  async #cut(
    source: Rows,
    names: readonly string[],
    keyOf: KeyOf,
    cuts: number,
    keepsAll: boolean,
  ): Promise<readonly SpilledRows[]> {
    const parts = new Partitions(this.#workspace, names, cuts)
    for await (const { rows, positions } of source) {
      for (let index = 0; index < rows.length; index++) {
        const key = keyOf(rows[index]!, this.#parameters)
        if (key === undefined && !keepsAll) continue
        if (parts.add(key ?? null, positions[index]!, rows[index]!)) await parts.write()
      }
    }
    return parts.end()
  }

  async *#joinedByPieces(left: Rows, right: Rows): AsyncGenerator<PlacedRows> {
    const { keys, both, kind } = this.#join
    const { file, limit } = this.#workspace
    const lists: SpilledRows[] = []
    const lefts = await spilled(file, this.#join.left, left)
    const seen = new Uint8Array(lefts.count)
    for await (const piece of pieces(right, this.#sizeOf, limit)) {
      const found = this.#matches(lefts.read(), finder(piece, keys, this.#parameters), seen)
      lists.push(await spilled(file, both, found))
    }
    if (kind === 'left') lists.push(await spilled(file, both, this.#unseen(lefts.take(), seen)))
    // The rows of one left row come in the order of the pieces.
    yield* mergeSpilled(this.#workspace, both, lists, inputOrder)
  }

  /** @param seen where left rows that match are marked, to be completed by `#unseen` */
  async *#matches(left: Rows, find: Find, seen?: Uint8Array): AsyncGenerator<PlacedRows> {
    const matcher = new Matcher(this.#join, this.#parameters, find, this.#unmatched, seen)
    for await (const batch of left) {
      matcher.begin(batch)
      for (let all = false; !all;) {
        all = matcher.join()
        const output = matcher.output()
        if (output.rows.length > 0) yield output
      }
    }
  }

  async *#unseen(left: Rows, seen: Uint8Array): AsyncGenerator<PlacedRows> {
    let count = 0
    for await (const { rows, positions } of left) {
      const output = new RowList()
      for (const [index, row] of rows.entries())
        if (seen[count++] === 0) output.add({ ...row, ...this.#unmatched }, positions[index]!)
      if (output.rows.length > 0) yield output
    }
  }
}

/** Joins left rows with the right rows that are found for them, no more than a batch at once. */
class Matcher {
  readonly #join: Join
  readonly #parameters: Parameters
  readonly #find: Find
  readonly #unmatched: StoredRow
  readonly #seen: Uint8Array | undefined
  #batch: PlacedRows = new RowList()
  #output = new RowList()
  /** The left row that it is at: in the batch, and among all. */
  #index = 0
  #count = 0
  /** What was found for it, and how much of that was tried. */
  #candidates: readonly StoredRow[] = []
  #tried = 0
  #matched = false

  constructor(
    join: Join,
    parameters: Parameters,
    find: Find,
    unmatched: StoredRow,
    seen: Uint8Array | undefined,
  ) {
    this.#join = join
    this.#parameters = parameters
    this.#find = find
    this.#unmatched = unmatched
    this.#seen = seen
  }

  begin(batch: PlacedRows): void {
    this.#batch = batch
    this.#index = 0
  }

  /** Fills the output; true when the batch is at its end. */
  join(): boolean {
    const { rows, positions } = this.#batch
    for (; this.#index < rows.length; this.#index++) {
      const row = rows[this.#index]!
      const position = positions[this.#index]!
      if (this.#tried === 0) {
        this.#candidates = this.#find(row)
        this.#matched = false
      }
      if (!this.#joinRow(row, position)) return false
      this.#tried = 0
      this.#settle(row, position)
      this.#count++
    }
    return true
  }

  /** What has been joined since it was asked last. */
  output(): PlacedRows {
    const output = this.#output
    this.#output = new RowList()
    return output
  }

  #joinRow(row: StoredRow, position: number): boolean {
    const { passes } = this.#join
    const output = this.#output
    while (this.#tried < this.#candidates.length) {
      const joined = { ...row, ...this.#candidates[this.#tried++] }
      if (passes !== undefined && !passes(joined, this.#parameters)) continue
      this.#matched = true
      output.add(joined, position)
      if (output.rows.length >= batchSize) return false
    }
    return true
  }

  /** Marks a left row that has matched, or completes one that has not. */
  #settle(row: StoredRow, position: number): void {
    if (this.#matched) {
      if (this.#seen !== undefined) this.#seen[this.#count] = 1
    } else if (this.#join.kind === 'left' && this.#seen === undefined) {
      this.#output.add({ ...row, ...this.#unmatched }, position)
    }
  }
}
