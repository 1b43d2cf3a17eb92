import { applyChanges, throwIfAborted, uniqueViolation, writeLayoutOf } from '@holdfast/core/backend'
import type {
  AppliedTable,
  ChangeStore,
  Changes,
  IndexDefinition,
  Key,
  StoredRow,
} from '@holdfast/core/backend'
import type { TableDefinition, WriteResult } from '@holdfast/core/backend'
import { keyOrderOf } from '../table/key-order.js'
import { lookUp, lookUpAll } from '../table/look-up.js'
import { sizeOfRow } from '../table/memory.js'
import { scan } from '../table/scan.js'
import type { Sorted } from '../table/sorted.js'
import { appendable } from './append.js'
import { ChangeLog } from './change-log.js'
import type { LoggedRecord } from './change-log.js'
import { flushWith } from './flush.js'
import type { Flush } from './flush.js'
import type { DraftSegments } from './segment-files.js'
import { sortedOf, tableIn, withSorted } from './state.js'
import type { State, TableState } from './state.js'

type Writable<Part> = { -readonly [Name in keyof Part]: Part[Name] }

/** A place in a draft to go back to. */
export interface Mark {
  readonly state: State
  readonly logged: number
  readonly bytes: number
}

/**
 * The next state of the database, as one writer makes it. Nobody else sees it until it is committed. Changes are kept in memory up
 * to a limit; beyond it they become segments, which nobody else sees either.
 */
export class Draft {
  readonly base: State
  readonly #segments: DraftSegments
  readonly #flush: Flush
  readonly #limit: number
  readonly #lookUp: ChangeStore
  readonly #log = new ChangeLog()
  /** Parts of the state that only this draft has, so that they may be changed where they are. */
  #own = new Set<object>()
  #state: State
  #needsManifest = false
  /** About how many of its changes are in memory. */
  #bytes = 0

  /** @param limit bytes of changes to keep in memory */
  constructor(base: State, segments: DraftSegments, limit: number) {
    this.base = base
    this.#state = base
    this.#segments = segments
    this.#flush = flushWith(segments)
    this.#limit = limit
    this.#lookUp = {
      get: ({ name }, key) => lookUp(this.table(name).rows, key),
      getMany: ({ name }, keys) => lookUpAll(this.table(name).rows, keys),
      findUnique: (table, index, values) => this.#findUnique(table, index, values),
      lastKey: ({ name }) => this.table(name).lastKey,
    }
  }

  /** With all changes made so far. What reads it does not see later ones. */
  get state(): State {
    this.#own = new Set()
    return this.#state
  }

  /** Whether there are segments that no manifest names, or tables: then the journal does not tell it all. */
  get needsManifest(): boolean {
    return this.#needsManifest
  }

  /** The changes for the journal. */
  get record(): LoggedRecord | undefined {
    return this.#log.record()
  }

  /** @throws HoldfastError `UNKNOWN_TABLE` */
  table(name: string): TableState {
    return tableIn(this.#state, name)
  }

  /** Makes all changes or, where it rejects, none. */
  async write(changes: Changes): Promise<WriteResult> {
    const mark = this.mark()
    try {
      const stored = this.#asStored(changes)
      const appended = await this.#append(stored)
      if (appended !== undefined) return appended
      const { tables, result } = await applyChanges(stored, this.#lookUp)
      for (const applied of tables) this.#apply(applied)
      await this.#flushWhenFull()
      return result
    } catch (error) {
      this.undo(mark)
      throw error
    }
  }

  /** Puts the entries of an index in place for all rows of its table, which has it already. */
  async fillIndex(name: string, index: IndexDefinition): Promise<void> {
    const { rows, definition } = this.table(name)
    const layout = writeLayoutOf(definition)
    const unique = layout.uniqueIndexes.find((each) => each.definition.name === index.name)!
    const columns = [...new Set([...definition.primaryKey, ...index.columns])]
    for await (const batch of scan(rows, { columns })) {
      for (const row of batch) {
        const values = unique.valuesOf(row)
        if (values === undefined) continue
        const entries = this.table(name).indexes.get(index.name)!
        if ((await lookUp(entries, values)) !== undefined)
          throw uniqueViolation(definition, index, layout.keyOf(row))
        this.#put(name, entries, values, row)
      }
      await this.#flushWhenFull()
    }
  }

  /** Adds, replaces or, with undefined, removes a table. */
  setTable(name: string, table: TableState | undefined): void {
    const tables = new Map(this.#state.tables)
    if (table === undefined) tables.delete(name)
    else tables.set(name, table)
    this.#state = { tables }
    this.#leaveToManifest()
  }

  mark(): Mark {
    return { state: this.state, logged: this.#log.size, bytes: this.#bytes }
  }

  undo({ state, logged, bytes }: Mark): void {
    this.#state = state
    this.#bytes = bytes
    this.#own = new Set()
    this.#log.cut(logged)
  }

  /** Makes segments of all that is in memory of some tables: of those that the draft changed, unless others are named. */
  async flush(names: Iterable<string> = this.#changed()): Promise<void> {
    for (const name of names) {
      for (const sorted of sortedOf(this.table(name))) {
        const flushed = await this.#flush(sorted, this.table(name).folder)
        if (flushed !== sorted) Object.assign(this.#ownTable(name), withSorted(this.table(name), flushed))
      }
    }
    this.#bytes = 0
    this.#leaveToManifest()
  }

  /** The state once a manifest names it: what the journal says before a place is in the segments of all tables that changed. */
  stateSince(since: TableState['since']): State {
    const changed = new Set(this.#changed())
    const tables = Array.from(
      this.state.tables,
      ([name, table]) => [name, changed.has(name) ? { ...table, since } : table] as const,
    )
    return { tables: new Map(tables) }
  }

  /** Removes the segments that no manifest names. */
  discard(): void {
    this.#segments.discard()
  }

  #leaveToManifest(): void {
    this.#needsManifest = true
    this.#log.end()
  }

  *#changed(): Generator<string> {
    for (const [name, table] of this.#state.tables) if (this.base.tables.get(name) !== table) yield name
  }

  async #flushWhenFull(): Promise<void> {
    if (this.#bytes > this.#limit) await this.flush()
  }

  /** Rows that come after all others of their table need not be looked for, and have a segment of their own where they are many. */
  async #append(changes: Changes): Promise<WriteResult | undefined> {
    const [change, ...others] = changes.changes
    if (change === undefined || others.length > 0 || (changes.lastKeys?.length ?? 0) > 0) return undefined
    const { name } = change.table
    const appended = appendable(this.table(name), change)
    if (appended === undefined) return undefined
    throwIfAborted(changes.signal)
    const { rows, lastKey, result } = appended
    const { keyOf } = keyOrderOf(this.table(name).rows.layout)
    for (const row of rows) this.#put(name, this.table(name).rows, keyOf(row), row)
    if (lastKey !== undefined) this.#useKey(name, lastKey)
    await this.#flushWhenFull()
    return result
  }

  #apply({ table, puts, deletes, lastKey }: AppliedTable): void {
    const { name } = table
    for (const index of writeLayoutOf(table).uniqueIndexes) {
      const entries = () => this.table(name).indexes.get(index.definition.name)!
      for (const { before } of [...deletes, ...puts]) {
        const values = before && index.valuesOf(before)
        if (values !== undefined) this.#put(name, entries(), values, undefined)
      }
      for (const { row } of puts) {
        const values = index.valuesOf(row)
        if (values !== undefined) this.#put(name, entries(), values, entryOf(row, entries()))
      }
    }
    for (const { key } of deletes) this.#put(name, this.table(name).rows, key, undefined)
    for (const { key, row } of puts) this.#put(name, this.table(name).rows, key, row)
    if (lastKey !== undefined) this.#useKey(name, lastKey)
  }

  #put(name: string, { id }: Sorted, key: Key, row: StoredRow | undefined): void {
    const sorted = this.#ownSorted(name, id)
    sorted.memory.set(key, { row })
    this.#bytes += row === undefined ? 64 : sizeOfRow(row)
    this.#log.put(sorted, key, row)
  }

  #useKey(name: string, lastKey: number | bigint): void {
    const table = this.#ownTable(name)
    table.lastKey = lastKey
    this.#log.useKey(table.rows, lastKey)
  }

  #ownTable(name: string): Writable<TableState> {
    const table = this.table(name)
    if (this.#own.has(table)) return table
    const own = { ...table }
    this.#own.add(own)
    this.#state = { tables: new Map(this.#state.tables).set(name, own) }
    return own
  }

  #ownSorted(name: string, id: number): Writable<Sorted> {
    const sorted = sortedOf(this.table(name)).find((each) => each.id === id)!
    if (this.#own.has(sorted)) return sorted
    const own = { ...sorted, memory: sorted.memory.clone() }
    this.#own.add(own)
    Object.assign(this.#ownTable(name), withSorted(this.table(name), own))
    return own
  }

  async #findUnique(
    { name }: TableDefinition,
    index: IndexDefinition,
    values: Key,
  ): Promise<Key | undefined> {
    const { indexes, definition } = this.table(name)
    const entry = await lookUp(indexes.get(index.name)!, values)
    return entry && writeLayoutOf(definition).keyOf(entry)
  }

  /** The same changes of the tables as they are kept: the order of the columns there is that of the stored values. */
  #asStored(changes: Changes): Changes {
    const stored = <Of extends { readonly table: TableDefinition }>(of: Of): Of => ({
      ...of,
      table: this.table(of.table.name).definition,
    })
    return {
      ...changes,
      changes: changes.changes.map(stored),
      ...(changes.lastKeys && { lastKeys: changes.lastKeys.map(stored) }),
    }
  }
}

/** The row of a unique index for a row of its table. */
function entryOf(row: StoredRow, { layout }: Sorted): StoredRow {
  const entry: StoredRow = {}
  for (const { name } of layout.columns) entry[name] = row[name]!
  return entry
}
