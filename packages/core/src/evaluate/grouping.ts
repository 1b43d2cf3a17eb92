import type { Parameters } from '../backend/types.js'
import type { Identity } from '../schema/compare.js'
import type { StoredRow, StoredValue } from '../schema/types.js'
import type { Accumulator, AccumulatorFactory } from './accumulators.js'
import { inBatches } from './operator.js'
import { Partitions } from './spill/partitions.js'
import type { PlacedRows } from './spill/records.js'
import { identitySize } from './spill/row-size.js'
import type { Sink } from './spill/sink.js'
import type { SpilledRows } from './spill/spilled-rows.js'
import { SpilledValues } from './spill/spilled-values.js'
import type { Workspace } from './spill/workspace.js'

/** How rows are grouped, and what is to be known of each group. */
export interface Groups {
  /** The group's columns. */
  readonly names: readonly string[]
  readonly values: readonly ((row: StoredRow, parameters: Parameters) => StoredValue)[]
  readonly identityOf: (values: readonly StoredValue[]) => Identity
  readonly factories: readonly AccumulatorFactory[]
  /** The columns of the aggregates. */
  readonly outputs: readonly string[]
  /** Which aggregates hold the values of their groups. */
  readonly holding: readonly number[]
  /** The columns of the rows. */
  readonly inputNames: readonly string[]
  readonly sizeOf: (row: StoredRow) => number
}

interface Group {
  /** The values of the group's columns; becomes the output row. */
  readonly row: StoredRow
  /** Of its first row in the input. */
  readonly position: number
  readonly accumulators: readonly Accumulator[]
}

/** What an accumulator takes, beside values that it holds. */
const accumulatorSize = 160

/** Groups as many rows as may be held; puts rows of other groups on disk. */
export class Grouping implements Sink {
  readonly #groups: Groups
  readonly #parameters: Parameters
  readonly #workspace: Workspace
  readonly #level: number
  readonly #limit: number
  readonly #values: SpilledValues
  #found = new Map<Identity, Group>()
  #size = 0
  #others: Partitions | undefined

  /** @param level how often the rows have been cut already */
  constructor(groups: Groups, parameters: Parameters, workspace: Workspace, level: number) {
    this.#groups = groups
    this.#parameters = parameters
    this.#workspace = workspace
    this.#level = level
    // Groups and the values that they hold share the memory.
    this.#limit = groups.holding.length === 0 ? workspace.limit : workspace.limit / 2
    this.#values = new SpilledValues(workspace, groups.holding)
    if (groups.names.length === 0) this.#found.set(groups.identityOf([]), this.#makeGroup([], 0))
  }

  take({ rows, positions }: PlacedRows, from: number): number | undefined {
    const { values, identityOf, holding } = this.#groups
    const holds = holding.length > 0
    const parameters = this.#parameters
    const found = this.#found
    for (let index = from; index < rows.length; index++) {
      const row = rows[index]!
      const own = values.map((value) => value(row, parameters))
      const identity = identityOf(own)
      let group = found.get(identity)
      if (group === undefined) {
        if (this.#others !== undefined) {
          if (this.#others.add(identity, positions[index]!, row)) return index + 1
          continue
        }
        found.set(identity, (group = this.#makeGroup(own, positions[index]!)))
        this.#grow(identity, row)
      }
      for (const accumulator of group.accumulators) accumulator.take(row, parameters)
      if (holds && this.#values.size > this.#limit) return index + 1
    }
    return undefined
  }

  async write(): Promise<void> {
    await this.#others?.write()
    if (this.#values.size > this.#limit) await this.#values.write([...this.#found.values()])
  }

  /** The groups that are held, which are let go of. */
  async finish(): Promise<Iterable<PlacedRows>> {
    const groups = [...this.#found.values()]
    this.#found = new Map()
    await this.#values.restore(groups)
    return this.#inPlace(groups)
  }

  /** The rows of all other groups in parts, if there are any. */
  async others(): Promise<readonly SpilledRows[] | undefined> {
    return this.#others?.end()
  }

  #makeGroup(values: readonly StoredValue[], position: number): Group {
    const { names, factories } = this.#groups
    return {
      row: Object.fromEntries(names.map((name, index) => [name, values[index]!])),
      position,
      accumulators: factories.map((make) => make(this.#values.hold)),
    }
  }

  #grow(identity: Identity, row: StoredRow): void {
    const { factories, sizeOf, inputNames } = this.#groups
    // A group may keep values of one of its rows: the least, the last.
    this.#size += identitySize(identity) + sizeOf(row) + accumulatorSize * (factories.length + 1)
    if (this.#size > this.#limit) this.#others = new Partitions(this.#workspace, inputNames, this.#level)
  }

  *#inPlace(groups: readonly Group[]): Generator<PlacedRows> {
    const { outputs } = this.#groups
    const rows = groups.map(({ row, accumulators }) => {
      accumulators.forEach((accumulator, index) => (row[outputs[index]!] = accumulator.result()))
      return row
    })
    let start = 0
    for (const batch of inBatches(rows)) {
      yield {
        rows: batch,
        positions: groups.slice(start, start + batch.length).map(({ position }) => position),
      }
      start += batch.length
    }
  }
}
