import type { StoredValue } from '../../schema/types.js'
import type { Accumulator } from '../accumulators.js'
import { mergeSpilled } from './merge.js'
import type { PlacedRow, RowsOrder } from './merge.js'
import { SpilledRows } from './spilled-rows.js'
import type { Workspace } from './workspace.js'

/** A group whose accumulators may hold values. */
interface HoldingGroup {
  /** Different for each group, and rising from one to the next. */
  readonly position: number
  readonly accumulators: readonly Accumulator[]
}

const valueName = 'value'
const names: readonly string[] = [valueName]

/** Values of one type, each group's for itself. */
const order: RowsOrder<PlacedRow> = {
  entry: (row, position) => ({ row, position }),
  compare: (left, right) =>
    left.position - right.position || compareValues(left.row[valueName]!, right.row[valueName]!),
}

/** Any order of the values of a type does, as long as equal ones come together and numbers rise. */
function compareValues(left: StoredValue, right: StoredValue): number {
  return left! < right! ? -1 : left! > right! ? 1 : 0
}

/** What aggregates hold of their groups' values, of which the most is on disk. */
export class SpilledValues {
  readonly #workspace: Workspace
  readonly #holding: readonly number[]
  /** For each of these accumulators the values of all groups, again and again. */
  readonly #runs: readonly SpilledRows[][]
  #size = 0

  /** @param holding which accumulators of a group hold values */
  constructor(workspace: Workspace, holding: readonly number[]) {
    this.#workspace = workspace
    this.#holding = holding
    this.#runs = holding.map(() => [])
  }

  /** Bytes that are held in memory. */
  get size(): number {
    return this.#size
  }

  /** To be told of each value that is held. */
  readonly hold = (bytes: number): void => {
    this.#size += bytes
  }

  /** Puts on disk what is held in memory. */
  async write(groups: readonly HoldingGroup[]): Promise<void> {
    for (const [place, index] of this.#holding.entries()) {
      const run = new SpilledRows(this.#workspace.file, names)
      for (const { position, accumulators } of groups) {
        for (const value of accumulators[index]!.held!.release())
          if (run.add(position, { [valueName]: value })) await run.write()
      }
      if (run.count > 0) this.#runs[place]!.push(await run.end())
    }
    this.#size = 0
  }

  /** Gives the accumulators back what was put on disk, in order: then they can tell their results. */
  async restore(groups: readonly HoldingGroup[]): Promise<void> {
    if (this.#runs.every((runs) => runs.length === 0)) return
    await this.write(groups)
    for (const [place, index] of this.#holding.entries()) {
      let group = 0
      for await (const { rows, positions } of mergeSpilled(
        this.#workspace,
        names,
        this.#runs[place]!,
        order,
      )) {
        for (const [at, row] of rows.entries()) {
          while (groups[group]!.position !== positions[at]) group++
          groups[group]!.accumulators[index]!.held!.restore(row[valueName]!)
        }
      }
    }
  }
}
