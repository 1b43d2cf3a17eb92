import { setImmediate as nextTurn } from 'node:timers/promises'
import { HoldfastError } from '../backend/errors.js'
import type { Change, Changes, DeleteChange, MaybePromise, Session, WriteResult } from '../backend/types.js'
import type { Place } from '../schema/place.js'
import type { Key, StoredRow } from '../schema/types.js'
import { applyPatches } from './checked-patches.js'
import type { StoredPatch } from './checked-patches.js'
import type { Call } from './diagnostics.js'
import { reading } from './faults.js'
import { existing } from './key-reads.js'
import { refuse, wholeNumber } from './options.js'
import { readBatches, readRows } from './read-input.js'
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

  insert(call: Call, given: unknown, onConflict: ConflictPolicy): MaybePromise<InsertResult<unknown>> {
    this.#requireWritable()
    const now = Date.now()
    const { encodeRow } = this.#codec
    const rows = readRows(given, (row, place) => encodeRow(row, place, now), call.signal)
    if (!(rows instanceof Promise)) return this.#insertRows(call, rows, onConflict)
    return this.#scope.input(rows).then((read) => this.#insertRows(call, read, onConflict))
  }

  #insertRows(
    call: Call,
    rows: readonly StoredRow[],
    onConflict: ConflictPolicy,
  ): MaybePromise<InsertResult<unknown>> {
    if (rows.length === 0) return { count: 0, keys: [] }
    const written = this.#write(call, { kind: 'insert', table: this.#codec.table, rows, onConflict })
    return after(written, ({ counts, generated }) => {
      call.rows = counts[0] ?? 0
      return { count: call.rows, keys: this.#keysOf(rows, generated?.[0]) }
    })
  }

  /**
   * Rows that fit into one batch are one write; more are many in a transaction of their own, where each batch is read while
   * the one before it is written.
   */
  async load(call: Call, given: unknown, onConflict: ConflictPolicy, batchSize: number): Promise<number> {
    this.#requireWritable()
    const now = Date.now()
    const codec = this.#codec
    const stored = codec.takeStored(given)
    let refusal: { readonly error: unknown } | undefined
    const encode = (row: unknown, place: Place) => {
      // No more is to be read for a write that has failed: its error is the one that counts.
      if (refusal !== undefined) throw refusal.error
      if (stored === undefined) return codec.encodeRow(row, place, now)
      return codec.encodeStored(row as StoredRow, place, now)
    }
    const batches = readBatches(stored ?? given, batchSize, encode, call.signal)
    const next = async (): Promise<readonly StoredRow[] | undefined> => {
      const { value } = await this.#scope.input(batches.next())
      return value ?? undefined
    }
    const write = async (scope: Scope, rows: readonly StoredRow[]) => {
      try {
        return await new TableWriter(scope, codec).#insert(call, rows, onConflict)
      } catch (error) {
        refusal = { error }
        throw error
      }
    }
    try {
      const first = await next()
      if (first === undefined) return (call.rows = 0)
      const second = await next()
      call.rows = await (second === undefined
        ? write(this.#scope, first)
        : this.#scope.together(async (scope) => {
            let count = await write(scope, first)
            let rows: readonly StoredRow[] | undefined = second
            while (rows !== undefined) {
              const writing = write(scope, rows)
              // By the next turn of the event loop an engine that works elsewhere is at work.
              const [written, read] = await bothOf(writing, nextTurn().then(next))
              count += written
              rows = read
            }
            return count
          }, call.signal))
      return call.rows
    } finally {
      await batches.return()
    }
  }

  #insert(call: Call, rows: readonly StoredRow[], onConflict: ConflictPolicy): MaybePromise<number> {
    return this.#count(call, { kind: 'insert', table: this.#codec.table, rows, onConflict })
  }

  patch(call: Call, patches: readonly StoredPatch[]): MaybePromise<number> {
    this.#requireWritable()
    const { signal } = call
    const patched = this.#known(() =>
      this.#mayFailCheck(patches)
        ? this.#scope.atomically((scope) => applyPatches(scope, this.#codec, patches, signal), signal)
        : this.#plainPatch(call, patches),
    )
    return after(patched, (count) => (call.rows = count))
  }

  delete(call: Call, keys: DeleteChange['keys']): MaybePromise<number> {
    this.#requireWritable()
    if (keys.length === 0) return 0
    const deleted = this.#count(call, { kind: 'delete', table: this.#codec.table, keys })
    return after(deleted, (count) => (call.rows = count))
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

  #mayFailCheck(patches: readonly StoredPatch[]): boolean {
    if (this.#codec.checks.length === 0) return false
    return this.#codec.mayFailCheck([...new Set(patches.flatMap(({ set }) => Object.keys(set)))])
  }

  #plainPatch(call: Call, patches: readonly StoredPatch[]): MaybePromise<number> {
    const { table, version } = this.#codec
    const isIdle = ({ set }: StoredPatch) => version === undefined && Object.keys(set).length === 0
    if (patches.some(isIdle)) return this.#partlyIdlePatch(call, patches, isIdle)
    return patches.length === 0 ? 0 : this.#count(call, { kind: 'patch', table, patches })
  }

  /** A patch that names no column changes nothing, unless the table counts versions; its row must be there all the same. */
  async #partlyIdlePatch(
    call: Call,
    patches: readonly StoredPatch[],
    isIdle: (patch: StoredPatch) => boolean,
  ): Promise<number> {
    const { table } = this.#codec
    const idle = patches.filter(isIdle).map(({ key }) => key)
    const changing = patches.filter((patch) => !isIdle(patch))
    const found = await existing(this.#scope.usable(), this.#codec, idle, call.signal)
    return changing.length === 0
      ? found
      : found + (await this.#count(call, { kind: 'patch', table, patches: changing }))
  }

  /** The keys of inserted rows, as the user writes them. */
  #keysOf(rows: readonly StoredRow[], generated: Key | undefined): unknown[] {
    const { generated: column, userKey } = this.#codec
    if (column === undefined || generated === undefined) return rows.map((row) => userKey(row))
    return rows.map((row, index) => {
      const value = row[column] ?? generated[index] ?? null
      return value === null ? null : userKey({ ...row, [column]: value })
    })
  }

  /** Makes one change; gives how many rows it was about. */
  #count(call: Call, change: Change): MaybePromise<number> {
    return after(this.#write(call, change), ({ counts }) => counts[0] ?? 0)
  }

  #write({ signal }: Call, change: Change): MaybePromise<WriteResult> {
    const changes: Changes = { changes: [change], ...(signal && { signal }) }
    const write = (session: Session) => session.write(changes)
    return this.#scope.prompt(() => this.#known(() => this.#scope.change(write, signal)))
  }

  #known<Result>(work: () => MaybePromise<Result>): MaybePromise<Result> {
    return this.#scope.withTables([this.#codec.table], work)
  }

  #requireWritable(): void {
    this.#scope.changeable()
    requireKey(this.#codec.table)
  }
}

/** What two calls give that are under way at once, when both have ended. Of two errors it is the first one's. */
async function bothOf<First, Second>(
  first: Promise<First>,
  second: Promise<Second>,
): Promise<readonly [First, Second]> {
  await Promise.allSettled([first, second])
  return [await first, await second]
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

/** Goes on with what came of a call: at once, unless it has to be waited for. */
function after<Value, Result>(
  value: MaybePromise<Value>,
  next: (value: Value) => Result,
): MaybePromise<Result> {
  return value instanceof Promise ? value.then(next) : next(value)
}
