import { HoldfastError } from '../backend/errors.js'
import type { Changes, DeleteChange, WriteResult } from '../backend/types.js'
import type { Key, StoredRow } from '../schema/types.js'
import { applyPatches } from './checked-patches.js'
import type { StoredPatch } from './checked-patches.js'
import type { Call } from './diagnostics.js'
import { reading } from './faults.js'
import { existing } from './key-reads.js'
import { refuse, wholeNumber } from './options.js'
import { readRows } from './read-input.js'
import type { Scope } from './scope.js'
import type { TableCodec } from './table-codec.js'
import type { ConflictPolicy, InsertResult, Patch, TableShape } from './table-types.js'

const versionNumber = wholeNumber(1)

/** Turns what the user wants changed in a table into one atomic write of stored values. */
export class TableWriter {
  readonly #scope: Scope
  readonly #codec: TableCodec

  constructor(scope: Scope, codec: TableCodec) {
    this.#scope = scope
    this.#codec = codec
  }

  async insert(call: Call, given: unknown, onConflict: ConflictPolicy): Promise<InsertResult<unknown>> {
    this.#requireWritable()
    const now = Date.now()
    const { table, encodeRow } = this.#codec
    const input = readRows(given, (row, place) => encodeRow(row, place, now), call.signal)
    const rows = input instanceof Promise ? await this.#scope.input(input) : input
    if (rows.length === 0) return { count: 0, keys: [] }
    const { counts, generated } = await this.#write(call, [{ kind: 'insert', table, rows, onConflict }])
    call.rows = counts[0] ?? 0
    return { count: call.rows, keys: this.#keysOf(rows, generated?.[0]) }
  }

  async patch(call: Call, patches: readonly StoredPatch[]): Promise<number> {
    this.#requireWritable()
    const changed = [...new Set(patches.flatMap(({ set }) => Object.keys(set)))]
    call.rows = this.#codec.mayFailCheck(changed)
      ? await this.#scope.atomically(
          (scope) => applyPatches(scope, this.#codec, patches, call.signal),
          call.signal,
        )
      : await this.#plainPatch(call, patches)
    return call.rows
  }

  async delete(call: Call, keys: DeleteChange['keys']): Promise<number> {
    this.#requireWritable()
    if (keys.length === 0) return 0
    const { counts } = await this.#write(call, [{ kind: 'delete', table: this.#codec.table, keys }])
    call.rows = counts[0] ?? 0
    return call.rows
  }

  /** A patch from its object. */
  readPatch(given: unknown, place: string): StoredPatch {
    if (typeof given !== 'object' || given === null) throw refuse(place, 'an object of key and set', given)
    const { key, set, version } = given as Partial<Patch<TableShape>>
    const expected = version === undefined ? undefined : versionNumber(version, `${place}.version`)
    return this.storedPatch(key, set, expected, `${place}.set`)
  }

  storedPatch(key: unknown, given: unknown, version: number | undefined, place: string): StoredPatch {
    this.requireVersionColumn(version)
    const set = reading(place, () => this.#codec.encodePatch(given, place))
    return { key: this.#codec.readKey(key), set, ...(version !== undefined && { version }) }
  }

  /** Refuses to expect a version of rows that have none. */
  requireVersionColumn(version: number | undefined): void {
    if (version === undefined || this.#codec.version !== undefined) return
    const { name } = this.#codec.table
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `The table "${name}" has no version column to compare with: declare one with integer().version().`,
      { table: name, path: 'options.version' },
    )
  }

  /** A patch that names no column changes nothing, unless the table counts versions. */
  async #plainPatch(call: Call, patches: readonly StoredPatch[]): Promise<number> {
    const { table, version } = this.#codec
    const changing = patches.filter(({ set }) => version !== undefined || Object.keys(set).length > 0)
    const idle = patches.filter((patch) => !changing.includes(patch)).map(({ key }) => key)
    const found = idle.length === 0 ? 0 : await existing(this.#scope.usable(), this.#codec, idle, call.signal)
    if (changing.length === 0) return found
    const { counts } = await this.#write(call, [{ kind: 'patch', table, patches: changing }])
    return found + (counts[0] ?? 0)
  }

  /** The keys of inserted rows, as the user writes them. */
  #keysOf(rows: readonly StoredRow[], generated: Key | undefined): unknown[] {
    const { generated: column } = this.#codec
    if (column === undefined || generated === undefined) return rows.map((row) => this.#codec.userKey(row))
    return rows.map((row, index) => {
      const value = row[column] ?? generated[index] ?? null
      return value === null ? null : this.#codec.userKey({ ...row, [column]: value })
    })
  }

  #write({ signal }: Call, changes: Changes['changes']): Promise<WriteResult> {
    return this.#scope.track(() => {
      return this.#scope.change((session) => session.write({ changes, ...(signal && { signal }) }), signal)
    })
  }

  #requireWritable(): void {
    this.#scope.changeable()
    requireKey(this.#codec.table)
  }
}

/** Refuses to change a table that was made without a primary key. */
export function requireKey({ name, primaryKey }: TableCodec['table']): void {
  if (primaryKey.length > 0) return
  throw new HoldfastError(
    'READ_ONLY',
    `The table "${name}" was made without a primary key: it can only be read.`,
    { table: name },
  )
}
