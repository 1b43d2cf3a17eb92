import { HoldfastError } from '../backend/errors.js'
import type { MaybePromise, Session } from '../backend/types.js'
import type { Key, StoredRow, TableDefinition } from '../schema/types.js'
import type { Call } from './diagnostics.js'
import { publicError } from './faults.js'
import { fileOptions, fileReference, literally } from './files/file-options.js'
import type { FileResult, ImportOptions } from './files/file-types.js'
import { importFile } from './files/import-file.js'
import type { KnownTables } from './known-tables.js'
import { readOne, readRowsByKey } from './key-reads.js'
import { abortSignal, oneOf, readCallOptions, readOptions, wholeNumber } from './options.js'
import type { CallOptions, OptionReaders } from './options.js'
import { QueryBuilding } from './query-building.js'
import { QueryHandle } from './query.js'
import { tableSource } from './query-state.js'
import type { QueryState } from './query-state.js'
import type { Query, Sources } from './query-types.js'
import { readList } from './read-input.js'
import type { Scope } from './scope.js'
import { search } from './search.js'
import type { TableCodec } from './table-codec.js'
import type {
  ConflictPolicy,
  InsertOptions,
  InsertResult,
  LoadOptions,
  LoadResult,
  Patch,
  Rows,
  RowsToLoad,
  SearchOptions,
  TableHandle,
  TableShape,
  VersionOptions,
} from './table-types.js'
import { TableWriter } from './table-writer.js'

const insertOptions: OptionReaders<InsertOptions> = {
  signal: abortSignal,
  onConflict: oneOf('error', 'skip', 'replace'),
}
const loadOptions: OptionReaders<LoadOptions> = { ...insertOptions, batchSize: wholeNumber(1, 1_000_000) }
const importOptions: OptionReaders<ImportOptions> = {
  ...fileOptions,
  onConflict: oneOf('error', 'skip', 'replace'),
}
const versionOptions: OptionReaders<VersionOptions> = { signal: abortSignal, version: wholeNumber(1) }
const searchOptions: OptionReaders<SearchOptions> = { signal: abortSignal, limit: wholeNumber(1) }
const none = Object.freeze({})
const defaultSearchLimit = 100
/** Few enough for the rows of a batch to be gone before the garbage collector takes them for long-lived. */
const defaultBatchSize = 4096

/** A table as its user holds it: the verbs by key, and the start of a query over all rows. */
export class BoundTable<S extends TableShape>
  extends QueryBuilding<readonly [S['fields']]>
  implements TableHandle<S>
{
  readonly definition: TableDefinition
  readonly #scope: Scope
  readonly #codec: TableCodec
  readonly #writer: TableWriter
  #state: QueryState | undefined
  /** What knew the definition the last time. */
  #knownIn: KnownTables | undefined

  constructor(scope: Scope, definition: TableDefinition) {
    super()
    this.definition = definition
    this.#scope = scope
    this.#codec = scope.connection.codec(definition)
    this.#writer = new TableWriter(scope, this.#codec)
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
    if (options !== undefined || !this.#plain) return this.#get(key, options)
    try {
      const session = this.#scope.usable()
      const found = readOne(session, this.definition, this.#codec.readKey(key))
      const row = found instanceof Promise ? await this.#scope.track(() => found, session) : found
      return row === undefined ? undefined : this.#codec.decodeRow(row)
    } catch (error) {
      throw publicError(error, this.#scope.connection.backendName)
    }
  }

  async getMany(keys: Iterable<S['key']>, options?: CallOptions): Promise<(S['row'] | undefined)[]> {
    const call = this.#call('getMany', readCallOptions(options))
    return this.#scope.perform(call, async (session) => {
      const read = this.#keys(keys, call)
      const rows = await this.#known(() => readRowsByKey(session, this.#codec, read, call.signal))
      call.rows = rows.length
      return rows
    })
  }

  async has(key: S['key'], options?: CallOptions): Promise<boolean> {
    const call = this.#call('has', readCallOptions(options))
    return this.#scope.perform(call, async (session) => {
      const row = await this.#read(session, key, call)
      return row !== undefined
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
    const { onConflict = 'error', signal } = this.#options<InsertOptions>(options, insertOptions)
    const call: Call = { verb: 'insert', table: this.name, signal }
    const insert = () => this.#writer.insert(call, rows, onConflict)
    return this.#isPrompt(call) ? this.#scope.uncounted(insert) : this.#scope.observe(call, insert)
  }

  async load(rows: RowsToLoad<S['insert']>, options?: LoadOptions): Promise<LoadResult> {
    const read = readOptions<LoadOptions>(options, loadOptions)
    const { onConflict = 'error', batchSize = defaultBatchSize, ...rest } = read
    const call = this.#call('load', rest)
    return this.#scope.observe(call, async () => ({
      count: await this.#writer.load(call, rows, onConflict, batchSize),
    }))
  }

  async importFile(path: string, options?: ImportOptions): Promise<FileResult> {
    const { onConflict = 'error', ...rest } = readOptions<ImportOptions>(options, importOptions)
    const { path: named, ...form } = fileReference(path, rest)
    const file = { ...form, path: literally(named) }
    const call = this.#call('importFile', rest)
    return this.#scope.perform(call, () =>
      this.#known(async () => ({ rows: await importFile(this.#scope, this.#codec, file, onConflict, call) })),
    )
  }

  async put(rows: Rows<S['insert']>, options?: CallOptions): Promise<InsertResult<S['key']>> {
    const call = this.#call('put', readCallOptions(options))
    const put = () => this.#writer.insert(call, rows, 'replace')
    return this.#isPrompt(call) ? this.#scope.uncounted(put) : this.#scope.observe(call, put)
  }

  async patch(key: S['key'], set: S['patch'], options?: VersionOptions): Promise<boolean> {
    const { version, signal } = this.#options<VersionOptions>(options, versionOptions)
    const call: Call = { verb: 'patch', table: this.name, signal }
    const patch = () => this.#writer.patch(call, [this.#writer.storedPatch(key, set, version, 'set')])
    return (await this.#change(call, patch)) > 0
  }

  async patchMany(patches: Iterable<Patch<S>>, options?: CallOptions): Promise<number> {
    const call = this.#call('patchMany', readCallOptions(options))
    return this.#change(call, () => {
      const read = (given: unknown, place: string | number) => this.#writer.readPatch(given, String(place))
      return this.#writer.patch(call, readList(patches, 'patches', read, call.signal))
    })
  }

  async delete(key: S['key'], options?: VersionOptions): Promise<boolean> {
    const { version, signal } = this.#options<VersionOptions>(options, versionOptions)
    const call: Call = { verb: 'delete', table: this.name, signal }
    const count = await this.#change(call, () => {
      this.#writer.requireVersionColumn(version)
      const expected = version === undefined ? {} : { version }
      return this.#writer.delete(call, [{ key: this.#codec.readKey(key), ...expected }])
    })
    return count > 0
  }

  async deleteMany(keys: Iterable<S['key']>, options?: CallOptions): Promise<number> {
    const call = this.#call('deleteMany', readCallOptions(options))
    return this.#change(call, () => {
      const read = this.#keys(keys, call).map((key) => ({ key }))
      return this.#writer.delete(call, read)
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
    return this.#scope.perform(call, (session) => {
      const request = { columns, query, limit }
      return this.#known(() => search(session, this.#scope.connection, this.#codec, request, call))
    })
  }

  async #get(key: unknown, options: CallOptions | undefined): Promise<S['row'] | undefined> {
    const call = this.#call('get', readCallOptions(options))
    return this.#scope.perform(call, async (session) => {
      const row = await this.#read(session, key, call)
      if (row === undefined) return undefined
      call.rows = 1
      return this.#codec.decodeRow(row)
    })
  }

  /** Runs a call that changes rows by key. */
  #change<Result>(call: Call, work: () => MaybePromise<Result>): MaybePromise<Result> {
    const scope = this.#scope
    return this.#isPrompt(call) ? scope.uncounted(() => scope.prompt(work)) : scope.perform(call, work)
  }

  /** Whether a change that the engine makes at once may take the fast path: without a promise for each thing that might wait. */
  #isPrompt({ signal }: Call): boolean {
    return signal === undefined && !this.#scope.countsCalls && this.#plain
  }

  #options<Options extends object>(given: unknown, readers: OptionReaders<Options>): Partial<Options> {
    return given === undefined ? none : readOptions<Options>(given, readers)
  }

  /** Whether the fast path may be taken: nobody listens, and the definition is known to be the table's. */
  get #plain(): boolean {
    const { definitions, connection } = this.#scope
    if (connection.diagnostics.listening) return false
    if (this.#knownIn === definitions) return true
    if (!definitions.has(this.definition)) return false
    this.#knownIn = definitions
    return true
  }

  /** The stored row with a key, which is read before the table is waited for. */
  async #read(session: Session, given: unknown, { signal }: Call): Promise<StoredRow | undefined> {
    const key = this.#codec.readKey(given)
    return this.#known(() => readOne(session, this.definition, key, signal))
  }

  #known<Result>(work: () => MaybePromise<Result>): MaybePromise<Result> {
    return this.#scope.withTables([this.definition], work)
  }

  #call(verb: string, { signal }: CallOptions): Call {
    return { verb, table: this.name, signal }
  }

  #keys(given: unknown, { signal }: Call): Key[] {
    return readList(given, 'keys', this.#codec.encodeKey, signal)
  }
}
