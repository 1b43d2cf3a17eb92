import type { Parameters } from '../backend/types.js'
import { compileRowExpression } from '../expression/compile.js'
import { typeOfExpression } from '../expression/type-of.js'
import { columnsOf } from '../relation/columns-of.js'
import type { AggregateNode, RelationColumns } from '../relation/types.js'
import type { Identity } from '../schema/compare.js'
import { tupleIdentity } from '../schema/compare.js'
import type { StoredRow } from '../schema/types.js'
import { compileAggregate, holdsValues } from './accumulators.js'
import type { Accumulator } from './accumulators.js'
import { inBatches, placed } from './operator.js'
import type { UnaryOperator } from './operator.js'
import { inInputOrder } from './spill/merge.js'
import { Partitions } from './spill/partitions.js'
import type { PlacedRows } from './spill/records.js'
import { identitySize, rowSize } from './spill/row-size.js'
import { SpilledValues } from './spill/spilled-values.js'
import type { Workspace } from './spill/workspace.js'

interface Group {
  /** The values of the group's columns; becomes the output row. */
  readonly row: StoredRow
  /** Of its first row in the input. */
  readonly position: number
  readonly accumulators: readonly Accumulator[]
}

/** What an accumulator takes, beside values that it holds. */
const accumulatorSize = 160

/**
 * One row per group, in the order of the groups' first rows (AGG-1, NULL-6). Once there are as many groups as may be held,
 * rows of others go to disk, to be grouped part by part: their groups come after those that are held.
 */
export function aggregateOperator(node: AggregateNode, columns: RelationColumns): UnaryOperator {
  const names = node.groups.map(({ name }) => name)
  const groupValues = node.groups.map(({ expression }) => compileRowExpression(expression, columns))
  const identityOf = tupleIdentity(
    node.groups.map(({ expression }) => typeOfExpression(expression, columns).type),
  )
  const factories = node.aggregates.map((column) => compileAggregate(column, columns))
  const outputs = node.aggregates.map(({ name }) => name)
  const holding = node.aggregates.flatMap((column, index) => (holdsValues(column) ? [index] : []))
  const inputNames = [...columns.keys()]
  const outputNames = [...columnsOf(node).keys()]
  // A group may keep values of one of its rows: the least, the last.
  const rowSizeOf = rowSize(columns)
  const groupSize = (identity: Identity, row: StoredRow): number =>
    identitySize(identity) + rowSizeOf(row) + accumulatorSize * (factories.length + 1)

  const finished = ({ row, accumulators }: Group): StoredRow => {
    accumulators.forEach((accumulator, index) => (row[outputs[index]!] = accumulator.result()))
    return row
  }

  async function* grouped(
    source: AsyncIterable<PlacedRows>,
    parameters: Parameters,
    workspace: Workspace,
    level: number,
  ): AsyncGenerator<PlacedRows> {
    const groups = new Map<Identity, Group>()
    // Groups and the values that they hold share the memory.
    const limit = holding.length === 0 ? workspace.limit : workspace.limit / 2
    const values = new SpilledValues(workspace, holding)
    let size = 0
    let later: Partitions | undefined
    const makeGroup = (found: readonly StoredRow[string][], position: number): Group => ({
      row: Object.fromEntries(names.map((name, index) => [name, found[index]!])),
      position,
      accumulators: factories.map((make) => make(values.hold)),
    })
    if (names.length === 0 && level === 0) groups.set(identityOf([]), makeGroup([], 0))
    for await (const { rows, positions } of source) {
      for (let index = 0; index < rows.length; index++) {
        const row = rows[index]!
        const found = groupValues.map((value) => value(row, parameters))
        const identity = identityOf(found)
        let group = groups.get(identity)
        if (group === undefined) {
          if (later !== undefined) {
            if (later.add(identity, positions[index]!, row)) await later.write()
            continue
          }
          groups.set(identity, (group = makeGroup(found, positions[index]!)))
          size += groupSize(identity, row)
          if (size > limit) later = new Partitions(workspace, inputNames, level)
        }
        for (const accumulator of group.accumulators) accumulator.take(row, parameters)
        if (values.size > limit) await values.write([...groups.values()])
      }
    }
    const all = [...groups.values()]
    groups.clear()
    await values.restore(all)
    yield* inPlace(all)
    if (later === undefined) return
    const parts = await later.end()
    yield* inInputOrder(
      workspace,
      outputNames,
      parts.map((part) => grouped(part.take(), parameters, workspace, level + 1)),
    )
  }

  function* inPlace(groups: readonly Group[]): Generator<PlacedRows> {
    let start = 0
    for (const rows of inBatches(groups.map(finished))) {
      yield { rows, positions: groups.slice(start, start + rows.length).map(({ position }) => position) }
      start += rows.length
    }
  }

  return async function* (input, parameters, workspace) {
    for await (const { rows } of grouped(placed(input), parameters, workspace, 0)) yield rows
  }
}
