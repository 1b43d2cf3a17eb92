import type { Change, Changes, Key, StoredRow, WriteResult } from '@holdfast/core/backend'
import { versionMismatch } from '@holdfast/core/backend'
import type { Run } from '../access.js'
import type { CatalogTable } from '../catalog/catalog.js'
import { lacksPartition, makeMissingPartitions, noPartition } from '../physical/missing-partitions.js'
import { learnPartitionIndex } from '../physical/partition-index.js'
import type { Queries } from '../queries.js'
import type { Unit } from '../unit.js'
import type { Step } from '../wire/step.js'
import type { WriteRequest } from '../writing.js'
import { deleteRows } from './delete.js'
import { insertRows } from './insert.js'
import type { Outcome } from './insert.js'
import { layoutOf } from './layout.js'
import type { TableLayout } from './layout.js'
import { patchRows } from './patch.js'
import { refusedRow, refusedRows } from './refusal.js'

/** One atomic set of changes as a write. */
export function changesRequest(queries: Queries, { changes, signal }: Changes): WriteRequest<WriteResult> {
  const application = new Application(queries, changes)
  return {
    work: (unit) => application.apply(unit),
    explain: (error, run) => application.explain(error, run),
    repair: (error, run) => application.repair(error, run),
    signal,
  }
}

/** Milliseconds that writes of several callers wait for others: longer each waits for itself. */
const patience = 50

/** As `changesRequest`, for changes of several callers, none of which must wait for what another one waits for. */
export function sharedRequest(queries: Queries, changes: Changes): WriteRequest<WriteResult> {
  const application = new Application(queries, changes.changes, [
    { text: `SELECT set_config('lock_timeout', '${patience}', true)`, prepared: true, told: '' },
  ])
  return { work: (unit) => application.apply(unit), repair: (error, run) => application.repair(error, run) }
}

/** Applies changes in order, and remembers what is under way, to say what was refused. */
class Application {
  readonly #queries: Queries
  readonly #changes: readonly Change[]
  readonly #before: readonly Step[]
  #explain: ((error: unknown, run: Run) => Promise<Error>) | undefined
  /** The table of the change that is under way. */
  #found: CatalogTable | undefined

  /** @param before statements that travel with the first one */
  constructor(queries: Queries, changes: readonly Change[], before: readonly Step[] = []) {
    this.#queries = queries
    this.#changes = changes
    this.#before = before
  }

  async apply(unit: Unit): Promise<WriteResult> {
    if (this.#before.length > 0) unit.prefix(this.#before)
    const [only, second] = this.#changes
    if (only !== undefined && second === undefined) {
      const { count, generated } = await this.#apply(unit, only, true)
      return generated === undefined ? { counts: [count] } : { counts: [count], generated: [generated] }
    }
    const outcomes: Outcome[] = []
    for (const [index, change] of this.#changes.entries()) {
      outcomes.push(await this.#apply(unit, change, index === this.#changes.length - 1))
    }
    const counts = outcomes.map(({ count }) => count)
    if (outcomes.every(({ generated }) => generated === undefined)) return { counts }
    return { counts, generated: outcomes.map(({ generated }) => generated) }
  }

  async explain(error: unknown, run: Run): Promise<Error | undefined> {
    if (this.#found !== undefined) {
      if (lacksPartition(error) && this.#found.partitionIndexes !== undefined)
        return noPartition(this.#found.definition, error)
      await learnPartitionIndex(error, this.#found, run)
    }
    return this.#explain?.(error, run)
  }

  /** Makes what is missing for the changes to be applied; false if it is not that. */
  async repair(error: unknown, run: Run): Promise<boolean> {
    if (!lacksPartition(error)) return false
    const { schema } = this.#queries
    return makeMissingPartitions(this.#changes, schema.name, ({ name }) => schema.find(name), run)
  }

  #apply(unit: Unit, change: Change, last: boolean): Promise<Outcome> {
    const found = this.#queries.schema.find(change.table.name)
    return found === undefined
      ? this.#queries.require(change.table).then((table) => this.#applyTo(table, unit, change, last))
      : this.#applyTo(found, unit, change, last)
  }

  #applyTo(found: CatalogTable, unit: Unit, change: Change, last: boolean): Promise<Outcome> {
    const { table } = change
    this.#found = found
    const layout = layoutOf(this.#queries.schema.name, table, found)
    switch (change.kind) {
      case 'insert': {
        const { rows, onConflict } = change
        this.#explain = (error, run) => explainInsert(error, layout, rows, run)
        return insertRows(unit, { layout, rows, onConflict }, last)
      }
      case 'patch': {
        const stale = change.patches.find(({ version }) => version !== undefined)
        if (stale !== undefined && layout.version === undefined) throw versionMismatch(table, stale.key)
        const explainBy = (key?: Key) => {
          this.#explain = (error) => Promise.resolve(refusedRow(error, layout, key))
        }
        explainBy()
        return patchRows(unit, layout, change.patches, last, (patch) => explainBy(patch?.key))
      }
      case 'delete': {
        const stale = change.keys.find(({ version }) => version !== undefined)
        if (stale !== undefined && layout.version === undefined) throw versionMismatch(table, stale.key)
        this.#explain = async (error) => refusedRow(error, layout, undefined)
        return deleteRows(unit, layout, change.keys, last)
      }
    }
  }
}

async function explainInsert(
  error: unknown,
  layout: TableLayout,
  rows: readonly StoredRow[],
  run: Run,
): Promise<Error> {
  const [only] = rows
  const lacks = layout.generated !== undefined && only?.[layout.generated.name] == null
  if (rows.length === 1 && only !== undefined)
    return refusedRow(error, layout, lacks ? undefined : layout.keyOf(only))
  return refusedRows(error, layout, rows, run)
}
