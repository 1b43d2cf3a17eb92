import { HoldfastError } from '../backend/errors.js'
import type { Changes, DeleteChange, PatchChange, Session, WriteResult } from '../backend/types.js'
import { describeValue } from '../schema/describe.js'
import type { Key, StoredRow, TableDefinition } from '../schema/types.js'
import type { Call } from './diagnostics.js'
import { publicError, reading } from './faults.js'
import { applyPatches } from './checked-patches.js'
import { existing, readOne, readRowsByKey } from './key-reads.js'
import { abortSignal, anyText, callOptions, oneOf, readCallOptions, readOptions, refuse, wholeNumber } from './options.js'
import type { CallOptions, OptionReaders } from './options.js'
import { QueryBuilding } from './query-building.js'
import { QueryHandle } from './query.js'
import { tableSource } from './query-state.js'
import type { QueryState } from './query-state.js'
import type { Query, Sources } from './query-types.js'
import { readList, readRows } from './read-input.js'
import type { Scope } from './scope.js'
import type { TableCodec } from './table-codec.js'
import type {
  ConflictPolicy,
  InsertOptions,
  InsertResult,
  Patch,
  Rows,
  SearchOptions,
  TableHandle,
  TableShape,
  VersionOptions,
} from './table-types.js'

/** A patch as it goes to the engine. */
export type StoredPatch = PatchChange['patches'][number]

const insertOptions: OptionReaders<InsertOptions> = {
  signal: abortSignal,
  onConflict: oneOf('error', 'skip', 'replace'),
}
const versionOptions: OptionReaders<VersionOptions> = { signal: abortSignal, version: wholeNumber(1) }
const searchOptions: OptionReaders<SearchOptions> = { signal: abortSignal, limit: wholeNumber(1) }
const defaultSearchLimit = 100

/** The table's verbs: each turns what the user gave into stored values, then asks the engine. */
export class BoundTable<S extends TableShape> extends QueryBuilding<readonly [S['fields']]> implements TableHandle<S> {
  readonly definition: TableDefinition
  readonly #scope: Scope
  readonly #codec: TableCodec
  #state: QueryState | undefined

  constructor(scope: Scope, definition: TableDefinition) {
    super()
    this.definition = definition
    this.#scope = scope
    this.#codec = scope.connection.codec(definition)
  }

  get name(): string {
    return this.definition.name
  }

  protected get state(): QueryState {
    return (this.#state ??= tableSource(this.#scope, this.definition))
  }

  protected derive<Next extends Sources>(state: QueryState): Query<Next> {
    return new QueryHandle(state)
  }

  query(): Query<readonly [S['fields']]> {
    return this.derive(this.state)
  }

  async get(key: S['key'], options?: CallOptions): Promise<S['row'] | undefined> {
    // The fast path: a look-up that an engine answers at once allocates nothing but what it returns.
    if (options !== undefined || this.#scope.connection.diagnostics.listening) return this.#get(key, options)
    try {
      const session = this.#scope.usable()
      const found = readOne(session, this.definition, this.#key(key))
      const row = found instanceof Promise ? await this.#scope.track(() => found, session) : found
      return row === undefined ? undefined : this.#codec.decodeRow(row)
    } catch (error) {
      throw publicError(error, this.#scope.connection.backendName)
    }
  }

  async getMany(keys: Iterable<S['key']>, options?: CallOptions): Promise<(S['row'] | undefined)[]> {
    const call = this.#call('getMany', readCallOptions(options))
    return this.#scope.perform(call, async (session) => {
      const rows = await readRowsByKey(session, this.#codec, this.#keys(keys, call.signal), call.signal)
      call.rows = rows.length
      return rows
    })
  }

  async has(key: S['key'], options?: CallOptions): Promise<boolean> {
    const call = this.#call('has', readCallOptions(options))
    return this.#scope.perform(call, async (session) => {
      return (await readOne(session, this.definition, this.#key(key), call.signal)) !== undefined
    })
  }

  async require(key: S['key'], options?: CallOptions): Promise<S['row']> {
    const row = await this.get(key, options)
    if (row !== undefined) return row
    throw new HoldfastError('NOT_FOUND', `The table "${this.name}" has no row with this key.`, {
      table: this.name,
      key,
    })
  }

  async insert<Policy extends ConflictPolicy = 'error'>(
    rows: Rows<S['insert']>,
    options?: InsertOptions<Policy>,
  ): Promise<InsertResult<S['key'] | (Policy extends 'skip' ? null : never)>> {
    const { onConflict = 'error', ...rest } = readOptions<InsertOptions>(options, insertOptions)
    return this.#insert('insert', rows, onConflict, rest) as Promise<InsertResult<never>>
  }

  async put(rows: Rows<S['insert']>, options?: CallOptions): Promise<InsertResult<S['key']>> {
    return this.#insert('put', rows, 'replace', readCallOptions(options))
  }

  async patch(key: S['key'], set: S['patch'], options?: VersionOptions): Promise<boolean> {
    const { version, ...rest } = readOptions<VersionOptions>(options, versionOptions)
    const call = this.#call('patch', rest)
    const count = await this.#scope.perform(call, () => {
      return this.#patch(call, [this.#storedPatch(key, set, version, 'set')])
    })
    return count > 0
  }

  async patchMany(patches: Iterable<Patch<S>>, options?: CallOptions): Promise<number> {
    const call = this.#call('patchMany', readCallOptions(options))
    return this.#scope.perform(call, () => {
      const stored = readList(patches, 'patches', (given, place) => this.#readPatch(given, String(place)), call.signal)
      return this.#patch(call, stored)
    })
  }

  async delete(key: S['key'], options?: VersionOptions): Promise<boolean> {
    const { version, ...rest } = readOptions<VersionOptions>(options, versionOptions)
    const call = this.#call('delete', rest)
    const count = await this.#scope.perform(call, () => {
      this.#requireVersionColumn(version)
      return this.#delete(call, [{ key: this.#key(key), ...(version !== undefined && { version }) }])
    })
    return count > 0
  }

  async deleteMany(keys: Iterable<S['key']>, options?: CallOptions): Promise<number> {
    const call = this.#call('deleteMany', readCallOptions(options))
    return this.#scope.perform(call, () => {
      return this.#delete(call, this.#keys(keys, call.signal).map((key) => ({ key })))
    })
  }

  async clear(options?: CallOptions): Promise<number> {
    return this.query().delete(options)
  }

  async search(
    columns: readonly (keyof S['row'] & string)[],
    query: string,
    options?: SearchOptions,
  ): Promise<S['row'][]> {
    const { limit = defaultSearchLimit, ...rest } = readOptions<SearchOptions>(options, searchOptions)
    const call = this.#call('search', rest)
    return this.#scope.perform(call, async (session) => {
      const request = { table: this.definition, columns: this.#textColumns(columns), query: anyText(query, 'query'), limit }
      if (!this.#scope.connection.capabilities.fullTextSearch || session.search === undefined) throw this.#noSearch()
      const keys = await session.search(request)
      const rows = await readRowsByKey(session, this.#codec, keys, call.signal)
      const found = rows.filter((row) => row !== undefined)
      call.rows = found.length
      return found
    })
  }

  async #get(key: unknown, options: CallOptions | undefined): Promise<S['row'] | undefined> {
    const call = this.#call('get', readCallOptions(options))
    return this.#scope.perform(call, async (session) => {
      const row = await readOne(session, this.definition, this.#key(key), call.signal)
      if (row === undefined) return undefined
      call.rows = 1
      return this.#codec.decodeRow(row)
    })
  }

  #insert(
    verb: string,
    given: unknown,
    onConflict: ConflictPolicy,
    options: CallOptions,
  ): Promise<InsertResult<unknown>> {
    const call = this.#call(verb, options)
    return this.#scope.perform(call, async () => {
      this.#requireWritable()
      const now = Date.now()
      const encode = this.#codec.encodeRow
      const reading = readRows(given, (row, place) => encode(row, place, now), call.signal)
      const rows = reading instanceof Promise ? await reading : reading
      if (rows.length === 0) return { count: 0, keys: [] }
      const { counts, generated } = await this.#write(call, [{ kind: 'insert', table: this.definition, rows, onConflict }])
      call.rows = counts[0] ?? 0
      return { count: call.rows, keys: this.#keysOf(rows, generated?.[0]) }
    })
  }

  /** The keys of inserted rows, as the user writes them. */
  #keysOf(rows: readonly StoredRow[], generated: readonly (Key[number] | undefined)[] | undefined): unknown[] {
    const { generated: column } = this.#codec
    if (column === undefined || generated === undefined) return rows.map((row) => this.#codec.userKey(row))
    return rows.map((row, index) => {
      const value = row[column] ?? generated[index] ?? null
      return value === null ? null : this.#codec.userKey({ ...row, [column]: value })
    })
  }

  async #patch(call: Call, patches: readonly StoredPatch[]): Promise<number> {
    this.#requireWritable()
    const changed = [...new Set(patches.flatMap(({ set }) => Object.keys(set)))]
    call.rows = this.#codec.mayFailCheck(changed)
      ? await this.#scope.atomically((scope) => applyPatches(scope, this.#codec, patches, call.signal), call.signal)
      : await this.#plainPatch(call, patches)
    return call.rows
  }

  /** A patch that names no column changes nothing, unless the table counts versions. */
  async #plainPatch(call: Call, patches: readonly StoredPatch[]): Promise<number> {
    const changing =
      this.#codec.version === undefined ? patches.filter(({ set }) => Object.keys(set).length > 0) : patches
    const idle = changing.length === patches.length ? [] : patches.filter((patch) => !changing.includes(patch))
    const found =
      idle.length === 0 ? 0 : await existing(this.#scope.usable(), this.#codec, idle.map(({ key }) => key), call.signal)
    if (changing.length === 0) return found
    const { counts } = await this.#write(call, [{ kind: 'patch', table: this.definition, patches: changing }])
    return found + (counts[0] ?? 0)
  }

  async #delete(call: Call, keys: DeleteChange['keys']): Promise<number> {
    this.#requireWritable()
    if (keys.length === 0) return 0
    const { counts } = await this.#write(call, [{ kind: 'delete', table: this.definition, keys }])
    call.rows = counts[0] ?? 0
    return call.rows
  }

  async #write(call: Call, changes: Changes['changes']): Promise<WriteResult> {
    const { signal } = call
    return this.#scope.change((session) => session.write({ changes, ...(signal && { signal }) }), signal)
  }

  #call(verb: string, { signal }: CallOptions): Call {
    return { verb, table: this.name, signal }
  }

  #key(given: unknown): Key {
    return reading('key', () => this.#codec.encodeKey(given, 'key'))
  }

  #keys(given: unknown, signal: AbortSignal | undefined): Key[] {
    return readList(given, 'keys', (key, place) => this.#codec.encodeKey(key, place), signal)
  }

  #readPatch(given: unknown, place: string): StoredPatch {
    if (typeof given !== 'object' || given === null) throw refuse(place, 'an object of key and set', given)
    const { key, set, version } = given as Partial<Patch<S>>
    const expected = version === undefined ? undefined : wholeNumber(1)(version, `${place}.version`)
    return this.#storedPatch(key, set, expected, `${place}.set`)
  }

  #storedPatch(key: unknown, set: unknown, version: number | undefined, place: string): StoredPatch {
    this.#requireVersionColumn(version)
    const stored = reading(place, () => this.#codec.encodePatch(set, place))
    return { key: this.#key(key), set: stored, ...(version !== undefined && { version }) }
  }

  #textColumns(given: unknown): string[] {
    const columns = new Map(this.definition.columns.map((column) => [column.name, column]))
    const names = readList(given, 'columns', (name, place) => {
      const column = columns.get(anyText(name, String(place)))
      if (column === undefined) throw this.#unknownColumn(name)
      if (column.type.name !== 'text') throw refuse(String(place), 'the name of a text column', name)
      return column.name
    })
    if (names.length === 0) throw refuse('columns', 'the names of at least one text column', given)
    return names
  }

  #requireWritable(): void {
    this.#scope.changeable()
    if (this.definition.primaryKey.length > 0) return
    throw new HoldfastError('READ_ONLY', `The table "${this.name}" was made without a primary key: it can only be read.`, {
      table: this.name,
    })
  }

  #requireVersionColumn(version: number | undefined): void {
    if (version === undefined || this.#codec.version !== undefined) return
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `The table "${this.name}" has no version column to compare with: declare one with integer().version().`,
      { table: this.name, path: 'options.version' },
    )
  }

  #unknownColumn(name: unknown): HoldfastError {
    return new HoldfastError('UNKNOWN_COLUMN', `The table "${this.name}" has no column like ${describeValue(name)}.`, {
      table: this.name,
    })
  }

  #noSearch(): HoldfastError {
    const { backendName } = this.#scope.connection
    return new HoldfastError('UNSUPPORTED', `The engine "${backendName}" has no full-text search.`, { table: this.name })
  }
}
