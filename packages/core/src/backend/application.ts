import type { Identity } from '../schema/compare.js'
import type { Key, StoredRow, StoredValue, TableDefinition } from '../schema/types.js'
import type { AppliedDelete, AppliedPut, AppliedTable, ChangeStore } from './apply-changes.js'
import type { Change, DeleteChange, InsertChange, PatchChange } from './types.js'
import { UniqueKeys } from './unique-keys.js'
import { holds, WorkingTable } from './working-table.js'
import type { WorkingRow } from './working-table.js'
import {
  cannotGenerate,
  duplicateKey,
  keysExhausted,
  uniqueViolation,
  versionMismatch,
} from './write-errors.js'
import type { UniqueIndex } from './write-layout.js'

/** What became of one change: its part of `WriteResult`. */
export interface Outcome {
  readonly count: number
  readonly generated?: readonly StoredValue[]
}

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

  async apply(change: Change): Promise<Outcome> {
    const working = await this.#working(change.table)
    switch (change.kind) {
      case 'insert':
        return this.#insert(working, change)
      case 'patch':
        return this.#patch(working, change)
      case 'delete':
        return this.#delete(working, change)
    }
  }

  async useKey(table: TableDefinition, key: number | bigint): Promise<void> {
    const working = await this.#working(table)
    working.raiseLastKey(key)
  }

  tables(): AppliedTable[] {
    return [...this.#tables.values()].map((working) => this.#applied(working)).filter(changesSomething)
  }

  async #insert(working: WorkingTable, { rows, onConflict }: InsertChange): Promise<Outcome> {
    const { table, layout } = working
    const { generated } = layout
    const lacksKey = (row: StoredRow) => generated !== undefined && row[generated.name] == null
    await this.#load(working, rows.filter((row) => !lacksKey(row)).map(layout.keyOf))

    const placed = new Set<WorkingRow>()
    const keys: StoredValue[] = []
    let inserted = 0
    for (const given of rows) {
      const row = lacksKey(given) ? this.#withNextKey(working, given) : given
      const key = layout.keyOf(row)
      const identity = layout.identityOf(key)
      const existing = working.rows.get(identity)?.row
      if (existing !== undefined && onConflict === 'error') throw duplicateKey(table, key)
      const violated = await this.#violated(working, identity, row, layout.uniqueIndexes)
      const conflict = existing !== undefined || violated !== undefined
      if (conflict && onConflict === 'skip') {
        keys.push(null)
        continue
      }
      if (violated !== undefined)
        throw uniqueViolation(table, violated.definition, row === given ? key : undefined)
      placed.add(
        working.set(
          identity,
          key,
          existing === undefined ? row : successor(working, existing, row),
          undefined,
        ),
      )
      inserted++
      if (generated === undefined) continue
      working.raiseLastKey(row[generated.name] as number | bigint)
      keys.push(row[generated.name] as StoredValue)
    }
    const count = onConflict === 'replace' ? placed.size : inserted
    return generated === undefined ? { count } : { count, generated: keys }
  }

  async #patch(working: WorkingTable, { patches }: PatchChange): Promise<Outcome> {
    const { table, layout } = working
    await this.#load(
      working,
      patches.map((patch) => patch.key),
    )
    let count = 0
    for (const { key, set, version } of patches) {
      const identity = layout.identityOf(key)
      const existing = this.#expect(working, identity, key, version)
      if (existing === undefined) continue
      const row = successor(working, existing, { ...existing, ...set })
      const touched = layout.uniqueIndexes.filter(({ definition }) =>
        definition.columns.some((name) => name in set),
      )
      const violated = await this.#violated(working, identity, row, touched)
      if (violated !== undefined) throw uniqueViolation(table, violated.definition, key)
      working.set(identity, key, row, undefined)
      count++
    }
    return { count }
  }

  async #delete(working: WorkingTable, { keys }: DeleteChange): Promise<Outcome> {
    await this.#load(
      working,
      keys.map((deletion) => deletion.key),
    )
    let count = 0
    for (const { key, version } of keys) {
      const identity = working.layout.identityOf(key)
      if (this.#expect(working, identity, key, version) === undefined) continue
      working.set(identity, key, undefined, undefined)
      count++
    }
    return { count }
  }

  /** A loaded row as it is now, which must be of the expected version if there is one. */
  #expect(
    working: WorkingTable,
    identity: Identity,
    key: Key,
    version: number | undefined,
  ): StoredRow | undefined {
    const row = working.rows.get(identity)?.row
    const column = working.layout.version
    const fits = version === undefined || (column !== undefined && row?.[column] === version)
    if (!fits) throw versionMismatch(working.table, key)
    return row
  }

  /** The first of the unique indexes in which another row holds the values of this one. */
  async #violated(
    working: WorkingTable,
    identity: Identity,
    row: StoredRow,
    indexes: readonly UniqueIndex[],
  ): Promise<UniqueIndex | undefined> {
    for (const index of indexes) {
      const values = index.valuesOf(row)
      if (values === undefined) continue
      const holder = await this.#holder(working, index, values)
      if (holder !== undefined && holder !== identity) return index
    }
    return undefined
  }

  /** The identity of the row that holds the values of a unique index. */
  async #holder(working: WorkingTable, index: UniqueIndex, values: Key): Promise<Identity | undefined> {
    const { layout, rows, table } = working
    const valuesIdentity = index.identityOf(values)
    const holder = working.holder(index, valuesIdentity)
    if (holder !== undefined) return layout.identityOf(holder.key)

    const stored = await this.#uniqueKeys.find(table, index, values)
    if (stored === undefined) return undefined
    const identity = layout.identityOf(stored)
    // A row that is known here may have given its values up, unknown to the store.
    const known = rows.get(identity)
    return known === undefined || holds(known, index, valuesIdentity) ? identity : undefined
  }

  /** Makes sure that the rows with these keys are known. */
  async #load(working: WorkingTable, keys: readonly Key[]): Promise<void> {
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
      const row = answer instanceof Promise ? await answer : answer
      rows.set(identity, { key, before: row, row })
    }
  }

  async #working(table: TableDefinition): Promise<WorkingTable> {
    const known = this.#tables.get(table.name)
    if (known !== undefined) return known
    const working = new WorkingTable(table)
    if (working.layout.generated !== undefined) {
      working.lastKey = await this.#store.lastKey?.(table)
      this.#storedKeys.set(table.name, working.lastKey)
    }
    this.#tables.set(table.name, working)
    return working
  }

  /** The row with the next generated key, which stays the next until `raiseLastKey` uses it up. */
  #withNextKey({ table, layout, lastKey }: WorkingTable, row: StoredRow): StoredRow {
    const { name, greatest } = layout.generated!
    if (this.#store.lastKey === undefined) throw cannotGenerate(table)
    if (lastKey !== undefined && lastKey >= greatest) throw keysExhausted(table)
    const last = lastKey === undefined || lastKey < 0 ? 0 : lastKey
    return { ...row, [name]: typeof greatest === 'bigint' ? BigInt(last) + 1n : Number(last) + 1 }
  }

  #applied({ table, rows, lastKey }: WorkingTable): AppliedTable {
    const puts: AppliedPut[] = []
    const deletes: AppliedDelete[] = []
    for (const { key, before, row } of rows.values()) {
      if (row === before) continue
      if (row !== undefined) puts.push({ key, row, before })
      else if (before !== undefined) deletes.push({ key, before })
    }
    const rose = lastKey !== undefined && lastKey !== this.#storedKeys.get(table.name)
    return rose ? { table, puts, deletes, lastKey } : { table, puts, deletes }
  }
}

function changesSomething({ puts, deletes, lastKey }: AppliedTable): boolean {
  return puts.length > 0 || deletes.length > 0 || lastKey !== undefined
}

/** The row that takes the place of another one: of its next version, if the table counts versions. */
function successor({ layout }: WorkingTable, existing: StoredRow, row: StoredRow): StoredRow {
  return layout.version === undefined
    ? row
    : { ...row, [layout.version]: (existing[layout.version] as number) + 1 }
}
