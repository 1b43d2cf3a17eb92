import { tupleIdentity } from '@holdfast/core/backend'
import type { Key, StoredRow } from '@holdfast/core/backend'
import type { JournalRecord, TableChanges } from '../journal/types.js'
import type { RowLayout } from '../segments/types.js'
import type { Sorted } from '../table/sorted.js'

interface Entry {
  readonly id: number
  readonly layout: RowLayout
  readonly key?: Key
  readonly row?: StoredRow | undefined
  readonly lastKey?: number | bigint
}

export interface LoggedRecord extends JournalRecord {
  readonly layouts: ReadonlyMap<number, RowLayout>
}

/** What a draft changed, one after the other, for the journal. */
export class ChangeLog {
  readonly #entries: Entry[] = []
  #ended = false

  get size(): number {
    return this.#entries.length
  }

  put({ id, layout }: Sorted, key: Key, row: StoredRow | undefined): void {
    if (!this.#ended) this.#entries.push({ id, layout, key, row })
  }

  useKey({ id, layout }: Sorted, lastKey: number | bigint): void {
    if (!this.#ended) this.#entries.push({ id, layout, lastKey })
  }

  /** Forgets what came after a place. */
  cut(size: number): void {
    this.#entries.length = Math.min(size, this.#entries.length)
  }

  /** Forgets everything, also what is still to come: the journal does not tell it. */
  end(): void {
    this.#ended = true
    this.#entries.length = 0
  }

  /** What is left of it in the end; undefined where nothing changed. */
  record(): LoggedRecord | undefined {
    const tables = Map.groupBy(this.#entries, ({ id }) => id)
    if (tables.size === 0) return undefined
    const layouts = new Map(Array.from(tables, ([id, entries]) => [id, entries[0]!.layout]))
    return { tables: Array.from(tables.values(), changesOf), layouts }
  }
}

function changesOf(entries: readonly Entry[]): TableChanges {
  const { id, layout } = entries[0]!
  const lastKey = entries.findLast((entry) => entry.lastKey !== undefined)?.lastKey
  const last = lastOfEach(layout, entries)
  return {
    id,
    puts: last.map(({ row }) => row).filter((row) => row !== undefined),
    deletes: last.filter(({ row }) => row === undefined).map(({ key }) => key!),
    ...(lastKey !== undefined && { lastKey }),
  }
}

/** The last change of each key. */
function lastOfEach({ columns, key }: RowLayout, entries: readonly Entry[]): readonly Entry[] {
  const changes = entries.filter((entry) => entry.key !== undefined)
  if (changes.length < 2) return changes
  const identityOf = tupleIdentity(key.map((name) => columns.find((column) => column.name === name)!.type))
  return [...new Map(changes.map((entry) => [identityOf(entry.key!), entry])).values()]
}
