import type { Identity } from '../schema/compare.js'
import type { Key, StoredRow, TableDefinition } from '../schema/types.js'
import type { AppliedDelete, AppliedPut, AppliedTable, ChangeStore } from './apply-changes.js'
import type { Change } from './types.js'
import { UniqueKeys } from './unique-keys.js'
import { WorkingTable } from './working-table.js'
import { cannotGenerate } from './write-errors.js'
import type { WriteLayout } from './write-layout.js'
import { writeRows } from './write-rows.js'
import type { Outcome } from './write-rows.js'

/** One call of `applyChanges`: the rows looked at and changed so far, laid over the store. */
export class Application {
  readonly #store: ChangeStore
  readonly #uniqueKeys: UniqueKeys
  readonly #tables = new Map<string, WorkingTable>()
  /** What the store answered to `lastKey`. */
  readonly #storedKeys = new Map<string, number | bigint | undefined>()

  constructor(store: ChangeStore) {
    this.#store = store
    this.#uniqueKeys = new UniqueKeys(store)
  }

  /** Fetches all rows that decide about the change, and then makes it. */
  async apply(change: Change): Promise<Outcome> {
    const working = await this.#working(change.table)
    if (this.#store.lastKey === undefined) refuseToGenerate(working, change)
    await this.#load(working, keysOf(working, change))
    await this.#loadHolders(working, rowsOf(working, change))
    return writeRows(working, change)
  }

  async useKey(table: TableDefinition, key: number | bigint): Promise<void> {
    const working = await this.#working(table)
    working.useKey(key)
  }

  tables(): AppliedTable[] {
    return [...this.#tables.values()].map((working) => this.#applied(working)).filter(changesSomething)
  }

  async #working(table: TableDefinition): Promise<WorkingTable> {
    const known = this.#tables.get(table.name)
    if (known !== undefined) return known
    const working = new WorkingTable(table)
    if (working.layout.generated !== undefined) {
      const stored = await this.#store.lastKey?.(table)
      if (stored !== undefined) working.useKey(stored)
      this.#storedKeys.set(table.name, stored)
    }
    this.#tables.set(table.name, working)
    return working
  }

  /** Makes sure that the rows with these keys are known. */
  async #load(working: WorkingTable, keys: Iterable<Key>): Promise<void> {
    const { layout, rows, table } = working
    const missing = new Map<Identity, Key>()
    for (const key of keys) {
      const identity = layout.identityOf(key)
      if (!rows.has(identity)) missing.set(identity, key)
    }
    if (missing.size === 0) return

    const found = await this.#store.getMany?.(table, [...missing.values()])
    let position = 0
    for (const [identity, key] of missing) {
      const answer = found === undefined ? this.#store.get(table, key) : found[position++]
      // Most stores answer at once; waiting for each row would cost more than the look-up.
      working.learn(identity, answer instanceof Promise ? await answer : answer)
    }
  }

  /** Makes sure that the rows are known that hold in the store what these rows are to hold in unique indexes. */
  async #loadHolders(working: WorkingTable, rows: Iterable<StoredRow>): Promise<void> {
    const { layout, table } = working
    if (layout.uniqueIndexes.length === 0) return
    const holders: Key[] = []
    for (const row of rows) {
      for (const index of layout.uniqueIndexes) {
        const values = index.valuesOf(row)
        if (values === undefined || working.holder(index, index.identityOf(values)) !== undefined) continue
        const answer = this.#uniqueKeys.find(table, index, values)
        const holder = answer instanceof Promise ? await answer : answer
        if (holder !== undefined) holders.push(holder)
      }
    }
    await this.#load(working, holders)
  }

  #applied(working: WorkingTable): AppliedTable {
    const { table, layout, rows } = working
    const puts: AppliedPut[] = []
    const deletes: AppliedDelete[] = []
    for (const { before, row } of rows.values()) {
      if (row === before) continue
      if (row !== undefined) puts.push({ key: layout.keyOf(row), row, before })
      else if (before !== undefined) deletes.push({ key: layout.keyOf(before), before })
    }
    const lastKey = working.lastKey()
    const rose = lastKey !== undefined && lastKey !== this.#storedKeys.get(table.name)
    return rose ? { table, puts, deletes, lastKey } : { table, puts, deletes }
  }
}

/** The keys that a change names. */
function* keysOf({ layout }: WorkingTable, change: Change): Generator<Key> {
  if (change.kind === 'insert') {
    for (const row of change.rows) if (!lacksKey(layout, row)) yield layout.keyOf(row)
  } else {
    for (const { key } of change.kind === 'patch' ? change.patches : change.keys) yield key
  }
}

/** The rows that a change is to put in place. Requires that the rows with the keys that it names are known. */
function* rowsOf(working: WorkingTable, change: Change): Generator<StoredRow> {
  if (change.kind === 'insert') yield* change.rows
  if (change.kind !== 'patch') return
  const patched = new Map<Identity, StoredRow>()
  for (const { key, set } of change.patches) {
    const identity = working.layout.identityOf(key)
    const row = { ...(patched.get(identity) ?? working.find(identity)), ...set }
    patched.set(identity, row)
    yield row
  }
}

/** Refuses rows without their key when nothing remembers which keys were given out. */
function refuseToGenerate({ table, layout }: WorkingTable, change: Change): void {
  if (change.kind === 'insert' && change.rows.some((row) => lacksKey(layout, row)))
    throw cannotGenerate(table)
}

function lacksKey({ generated }: WriteLayout, row: StoredRow): boolean {
  return generated !== undefined && row[generated.name] == null
}

function changesSomething({ puts, deletes, lastKey }: AppliedTable): boolean {
  return puts.length > 0 || deletes.length > 0 || lastKey !== undefined
}
