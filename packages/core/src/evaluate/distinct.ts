import type { RelationColumns } from '../relation/types.js'
import type { Identity } from '../schema/compare.js'
import { tupleIdentity } from '../schema/compare.js'
import type { StoredRow } from '../schema/types.js'
import { placed } from './operator.js'
import type { UnaryOperator } from './operator.js'
import { inInputOrder } from './spill/merge.js'
import { Partitions } from './spill/partitions.js'
import { RowList } from './spill/records.js'
import type { PlacedRows } from './spill/records.js'
import { identitySize } from './spill/row-size.js'
import { pourBatch } from './spill/sink.js'
import type { Sink } from './spill/sink.js'
import type { SpilledRows } from './spill/spilled-rows.js'
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
    const sieve = new Sieve(identityOfRow, workspace.limit, () => new Partitions(workspace, names, level))
    for await (const batch of source) {
      await pourBatch(batch, sieve)
      const kept = sieve.kept()
      if (kept.rows.length > 0) yield kept
    }
    const parts = await sieve.others()
    if (parts === undefined) return
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

/** Keeps the first of equal rows, as far as it may remember them; puts others on disk. */
class Sieve implements Sink {
  readonly #identityOf: (row: StoredRow) => Identity
  readonly #limit: number
  readonly #cut: () => Partitions
  #seen = new Set<Identity>()
  #size = 0
  #kept = new RowList()
  #others: Partitions | undefined

  constructor(identityOf: (row: StoredRow) => Identity, limit: number, cut: () => Partitions) {
    this.#identityOf = identityOf
    this.#limit = limit
    this.#cut = cut
  }

  take(batch: PlacedRows, from: number): number | undefined {
    const place = this.#others === undefined ? this.#keep(batch, from) : from
    return this.#others === undefined ? undefined : this.#pass(batch, place, this.#others)
  }

  /** Keeps what it does not know; gives the place of the first row that it looks at no more. */
  #keep({ rows, positions }: PlacedRows, from: number): number {
    const seen = this.#seen
    const kept = this.#kept
    for (let index = from; index < rows.length; index++) {
      const row = rows[index]!
      const identity = this.#identityOf(row)
      const before = seen.size
      if (seen.add(identity).size === before) continue
      kept.add(row, positions[index]!)
      this.#size += identitySize(identity)
      if (this.#size <= this.#limit) continue
      this.#others = this.#cut()
      return index + 1
    }
    return rows.length
  }

  #pass({ rows, positions }: PlacedRows, from: number, others: Partitions): number | undefined {
    for (let index = from; index < rows.length; index++) {
      const row = rows[index]!
      const identity = this.#identityOf(row)
      if (!this.#seen.has(identity) && others.add(identity, positions[index]!, row)) return index + 1
    }
    return undefined
  }

  async write(): Promise<void> {
    await this.#others?.write()
  }

  /** The rows that have been kept since it was asked last. */
  kept(): PlacedRows {
    const kept = this.#kept
    this.#kept = new RowList()
    return kept
  }

  /** All rows that it does not know, in parts, if there are any. Forgets those that it knows. */
  async others(): Promise<readonly SpilledRows[] | undefined> {
    this.#seen = new Set()
    return this.#others?.end()
  }
}
