import type { StoredRow } from '@holdfast/core/backend'
import { written } from '../store/flush.js'
import type { DraftSegments } from '../store/segment-files.js'
import { sortedOf, withSorted } from '../store/state.js'
import type { Store } from '../store/store.js'
import { emptyMemory } from '../table/memory.js'
import { scan } from '../table/scan.js'
import { deletesLayoutOf } from '../table/sorted.js'
import type { Run, Sorted } from '../table/sorted.js'
import { choose } from './choose.js'

/** Runs a change in the writer's turn. */
export type InTurn = (change: () => Promise<void>) => Promise<void>

/** Merges runs of segments, beside readers and writers. */
export class Compaction {
  readonly #store: Store
  #stopped = false

  constructor(store: Store) {
    this.#store = store
  }

  /** Merges as long as there is a table with too many runs; or, `wholly`, until each has one. */
  async run(inTurn: InTurn, wholly = false): Promise<void> {
    for (let found; !this.#stopped && (found = this.#next(wholly)) !== undefined;)
      await this.#merge(found, inTurn)
  }

  /** Ends after the merge that is under way. */
  stop(): void {
    this.#stopped = true
  }

  #next(wholly: boolean): Merge | undefined {
    for (const [name, table] of this.#store.state.tables) {
      for (const sorted of sortedOf(table)) {
        const runs = wholly ? (sorted.runs.length > 1 ? sorted.runs : undefined) : choose(sorted.runs)
        if (runs !== undefined) return { name, folder: table.folder, sorted, runs }
      }
    }
    return undefined
  }

  async #merge({ name, folder, sorted, runs }: Merge, inTurn: InTurn): Promise<void> {
    const release = this.#store.pin(this.#store.state)
    const segments = this.#store.segments()
    try {
      const merged = await this.#merged(
        { ...sorted, runs, memory: emptyMemory(sorted.layout) },
        sorted.runs,
        folder,
        segments,
      )
      await inTurn(() =>
        this.#store.exchange((draft) => {
          const table = draft.state.tables.get(name)
          const now = table && sortedOf(table).find(({ id }) => id === sorted.id)
          const place = now?.runs.indexOf(runs[0]!) ?? -1
          // Dropped meanwhile, or its newest run has grown.
          if (table === undefined || now === undefined || place < 0) return false
          // Another merge was quicker.
          if (runs.some((run, index) => now.runs[place + index] !== run)) return false
          const exchanged = now.runs.toSpliced(place, runs.length, ...merged)
          draft.setTable(name, withSorted(table, { ...now, runs: exchanged }))
          return true
        }),
      )
    } finally {
      segments.discard()
      release()
    }
  }

  /** One run that says what these say. What is deleted is told on only where there is something older. */
  async #merged(
    part: Sorted,
    all: readonly Run[],
    folder: string,
    maker: DraftSegments,
  ): Promise<readonly Run[]> {
    const { layout, runs } = part
    const columns = layout.columns.map(({ name }) => name)
    const segments = await written(maker, folder, layout, scan(part, { columns }))
    const oldest = runs.at(-1) === all.at(-1)
    const deletes = oldest ? [] : await written(maker, folder, deletesLayoutOf(layout), deletedIn(part))
    return segments.length + deletes.length === 0 ? [] : [{ segments, deletes }]
  }
}

interface Merge {
  readonly name: string
  readonly folder: string
  readonly sorted: Sorted
  /** Next to each other, newest first. */
  readonly runs: readonly Run[]
}

/** The keys that runs delete and that are not there again. */
async function* deletedIn({ layout, runs, ...sorted }: Sorted): AsyncGenerator<StoredRow[]> {
  const swapped = runs.map(({ segments, deletes }) => ({ segments: deletes, deletes: segments }))
  const keys = { ...sorted, layout: deletesLayoutOf(layout), runs: swapped }
  yield* scan(keys, { columns: layout.key })
}
