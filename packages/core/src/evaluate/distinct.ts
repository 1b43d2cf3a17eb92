import type { RelationColumns } from '../relation/types.js'
import type { Identity } from '../schema/compare.js'
import { tupleIdentity } from '../schema/compare.js'
import type { StoredRow } from '../schema/types.js'
import { placed } from './operator.js'
import type { UnaryOperator } from './operator.js'
import { inInputOrder } from './spill/merge.js'
import { Partitions } from './spill/partitions.js'
import type { PlacedRows } from './spill/records.js'
import { identitySize } from './spill/row-size.js'
import type { Workspace } from './spill/workspace.js'

/**
 * Keeps the first of the rows that are equal in all columns (NULL-6). Once it has met as many different rows as it may
 * remember, those that it does not know go to disk, to be looked at part by part: they come after all that it does know.
 */
export function distinctOperator(columns: RelationColumns): UnaryOperator {
  const names = [...columns.keys()]
  const identityOf = tupleIdentity([...columns.values()].map(({ type }) => type))
  const identityOfRow = (row: StoredRow): Identity => identityOf(names.map((name) => row[name]!))

  async function* firsts(
    source: AsyncIterable<PlacedRows>,
    workspace: Workspace,
    level: number,
  ): AsyncGenerator<PlacedRows> {
    const seen = new Set<Identity>()
    let size = 0
    let later: Partitions | undefined
    for await (const { rows, positions } of source) {
      const kept: { rows: StoredRow[]; positions: number[] } = { rows: [], positions: [] }
      for (let index = 0; index < rows.length; index++) {
        const row = rows[index]!
        const identity = identityOfRow(row)
        if (later !== undefined) {
          if (!seen.has(identity) && later.add(identity, positions[index]!, row)) await later.write()
          continue
        }
        const before = seen.size
        if (seen.add(identity).size === before) continue
        kept.rows.push(row)
        kept.positions.push(positions[index]!)
        size += identitySize(identity)
        if (size > workspace.limit) later = new Partitions(workspace, names, level)
      }
      if (kept.rows.length > 0) yield kept
    }
    if (later === undefined) return
    seen.clear()
    const parts = await later.end()
    yield* inInputOrder(
      workspace,
      names,
      parts.map((part) => firsts(part.take(), workspace, level + 1)),
    )
  }

  return async function* (input, _parameters, workspace) {
    for await (const { rows } of firsts(placed(input), workspace, 0)) yield rows
  }
}
