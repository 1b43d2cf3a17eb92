import type {
  Backend,
  Batch,
  BeginOptions,
  Capabilities,
  Changes,
  DeleteWhere,
  Engine,
  EngineTransaction,
  Key,
  OpenContext,
  Parameters,
  Relation,
  Savepoint,
  Scan,
  Search,
  Session,
  SqlResult,
  SqlStatement,
  StoredRow,
  TableDefinition,
  UpdateWhere,
  WriteResult,
} from '../../src/backend/index.js'
import {
  applyChanges,
  compileCondition,
  compileRowExpression,
  columnsOfTable,
  HoldfastError,
  keyOfRow,
  noFiles,
  tupleIdentity,
} from '../../src/backend/index.js'
import { Lock } from '../../src/backend/lock.js'
import { evaluate } from '../../src/evaluate/evaluate.js'

export interface TestEngineOptions {
  /** Its own transactions, one at a time. */
  readonly begins?: boolean
  /** Takes every relation, and updates and deletes by condition. */
  readonly takes?: boolean
  readonly speaksSql?: boolean
  readonly searches?: boolean
  readonly capabilities?: Partial<Capabilities>
  readonly rowsPerBatch?: number
}

interface StoredTable {
  readonly definition: TableDefinition
  readonly rows: ReadonlyMap<string, StoredRow>
  readonly lastKey: number | bigint | undefined
}

type State = ReadonlyMap<string, StoredTable>

/** A real engine over maps that are never changed, only replaced. Counts what is asked of it, and fails when told to. */
export class TestEngine {
  readonly calls: string[] = []
  /** Iterators that are not closed. */
  openIterators = 0
  openTransactions = 0
  closed = false
  /** Thrown by the next call of this name, once. */
  readonly failures = new Map<string, unknown>()
  readonly native = { of: 'test' }
  readonly options: TestEngineOptions
  #state: State = new Map()
  readonly #writer = new Lock()

  constructor(options: TestEngineOptions = {}) {
    this.options = options
  }

  backend(): Backend<{ readonly of: string }> {
    const { begins = false, speaksSql = false, searches = false, capabilities } = this.options
    return {
      name: 'test',
      capabilities: {
        transactions: begins ? 'snapshot' : 'core',
        readsDuringTransaction: true,
        durable: false,
        concurrentProcesses: false,
        transactionalSchema: begins,
        scanInKeyOrder: false,
        sql: speaksSql ? 'test' : false,
        fullTextSearch: searches,
        files: noFiles,
        limits: { maxKeyBytes: 512, maxValueBytes: 16 * 1024 * 1024 },
        ...capabilities,
      },
      open: async (context) => this.#engine(context),
    }
  }

  #engine(context: OpenContext): Engine<{ readonly of: string }> {
    const session = this.#session(
      () => this.#state,
      (state) => (this.#state = state),
      context,
    )
    return {
      ...session,
      native: this.native,
      tables: () => [...this.#state.values()].map(({ definition }) => definition),
      createTable: (table) => this.#create(table, (state) => (this.#state = state), this.#state),
      dropTable: (name) => this.#drop(name, (state) => (this.#state = state), this.#state),
      lastKey: ({ name }) => this.#state.get(name)?.lastKey,
      close: async () => {
        this.closed = true
      },
      ...(this.options.takes === true && { takes: () => 'exact' as const }),
      ...(this.options.begins === true && { begin: (options) => this.#begin(options, context) }),
    }
  }

  async #begin(options: BeginOptions, context: OpenContext): Promise<EngineTransaction> {
    this.#note('begin')
    const release = options.readOnly ? () => undefined : await this.#writer.acquire(options.signal)
    this.openTransactions++
    let state = this.#state
    const end = () => {
      this.openTransactions--
      release()
    }
    const change = (next: State) => (state = next)
    return {
      ...this.#session(() => state, change, context),
      createTable: (table) => this.#create(table, change, state),
      dropTable: (name) => this.#drop(name, change, state),
      commit: () => {
        end()
        this.#note('commit')
        if (!options.readOnly) this.#state = state
      },
      rollback: () => {
        end()
        this.#note('rollback')
      },
      savepoint: (): Savepoint => {
        const before = state
        return { release: () => undefined, rollback: () => void (state = before) }
      },
    }
  }

  #session(read: () => State, change: (state: State) => void, context: OpenContext): Session {
    const { takes = false, speaksSql = false, searches = false } = this.options
    return {
      scan: (request) => this.#scan(read(), request),
      get: (table, key) => {
        this.#note('get')
        const row = tableIn(read(), table.name).rows.get(identity(table, key))
        return row && { ...row }
      },
      write: (changes) => this.#write(read, change, changes),
      ...(takes && {
        run: (relation: Relation, parameters: Parameters) => this.#run(read(), relation, parameters, context),
        updateWhere: async (request: UpdateWhere, parameters: Parameters) => {
          this.#note('updateWhere')
          return this.#updateWhere(read, change, request, parameters)
        },
        deleteWhere: async (request: DeleteWhere, parameters: Parameters) => {
          this.#note('deleteWhere')
          const keys = matching(read(), request, parameters).map((row) => ({
            key: keyOfRow(request.table)(row),
          }))
          const result = await this.#write(read, change, {
            changes: [{ kind: 'delete', table: request.table, keys }],
          })
          return result.counts[0] ?? 0
        },
      }),
      ...(speaksSql && { sql: (statement: SqlStatement) => this.#sql(statement, context) }),
      ...(searches && { search: (request: Search) => this.#search(read(), request) }),
    }
  }

  async *#scan(state: State, { table, columns, keys }: Scan): AsyncGenerator<Batch> {
    this.#note('scan')
    const { rows } = tableIn(state, table.name)
    const wanted = keys?.map((key) => rows.get(identity(table, key))).filter((row) => row !== undefined)
    const pick = (row: StoredRow): StoredRow => Object.fromEntries(columns.map((name) => [name, row[name]!]))
    yield* this.#batches([...(wanted ?? rows.values())].map(pick))
  }

  async *#run(
    state: State,
    relation: Relation,
    parameters: Parameters,
    context: OpenContext,
  ): AsyncGenerator<Batch> {
    this.#note('run')
    const source = ({ table }: Extract<Relation, { node: 'scan' }>): Batch[] => {
      const rows = [...tableIn(state, table.name).rows.values()].map((row) => ({ ...row }))
      return rows.length === 0 ? [] : [rows]
    }
    const rows: StoredRow[] = []
    for await (const batch of evaluate(relation, source, parameters)) rows.push(...batch)
    if (context.reporting())
      context.report({ sql: `run ${relation.node}`, rows: rows.length, milliseconds: 0 })
    yield* this.#batches(rows)
  }

  async *#batches(rows: StoredRow[]): AsyncGenerator<Batch> {
    const size = this.options.rowsPerBatch ?? 1_000
    this.openIterators++
    try {
      for (let start = 0; start < rows.length; start += size) {
        this.#fail('batch')
        yield rows.slice(start, start + size)
      }
    } finally {
      this.openIterators--
    }
  }

  async #write(read: () => State, change: (state: State) => void, changes: Changes): Promise<WriteResult> {
    this.#note('write')
    const state = read()
    const { tables, result } = await applyChanges(changes, {
      get: (table, key) => tableIn(state, table.name).rows.get(identity(table, key)),
      scan: (request) => this.#scan(state, request),
      lastKey: ({ name }) => tableIn(state, name).lastKey,
    })
    const next = new Map(read())
    for (const { table, puts, deletes, lastKey } of tables) {
      const stored = tableIn(next, table.name)
      const rows = new Map(stored.rows)
      for (const { key } of deletes) rows.delete(identity(table, key))
      for (const { key, row } of puts) rows.set(identity(table, key), { ...row })
      next.set(table.name, { ...stored, rows, lastKey: lastKey ?? stored.lastKey })
    }
    change(next)
    return result
  }

  async #updateWhere(
    read: () => State,
    change: (state: State) => void,
    request: UpdateWhere,
    parameters: Parameters,
  ): Promise<number> {
    const { table, set } = request
    const columns = columnsOfTable(table)
    const evaluators = set.map(
      ({ name, expression }) => [name, compileRowExpression(expression, columns)] as const,
    )
    const patches = matching(read(), request, parameters).map((row) => ({
      key: keyOfRow(table)(row),
      set: Object.fromEntries(evaluators.map(([name, of]) => [name, of(row, parameters)])),
    }))
    const result = await this.#write(read, change, { changes: [{ kind: 'patch', table, patches }] })
    return result.counts[0] ?? 0
  }

  #sql({ parts, values }: SqlStatement, context: OpenContext): SqlResult {
    this.#note('sql')
    const sql = parts.join('?')
    if (context.reporting()) context.report({ sql, rows: 1, milliseconds: 0 })
    return { rows: [{ sql, values: [...values] }], changes: 0 }
  }

  #search(state: State, { table, columns, query, limit }: Search): Key[] {
    const rows = [...tableIn(state, table.name).rows.values()]
    const found = rows.filter((row) => columns.some((name) => String(row[name]).includes(query)))
    return found.slice(0, limit).map(keyOfRow(table))
  }

  #create(table: TableDefinition, change: (state: State) => void, state: State): void {
    this.#note('createTable')
    if (state.has(table.name)) throw new HoldfastError('TABLE_EXISTS', 'it is there', { table: table.name })
    change(new Map([...state, [table.name, { definition: table, rows: new Map(), lastKey: undefined }]]))
  }

  #drop(name: string, change: (state: State) => void, state: State): void {
    tableIn(state, name)
    change(new Map([...state].filter(([other]) => other !== name)))
  }

  #note(call: string): void {
    if (this.closed) throw new Error(`${call} after close`)
    this.calls.push(call)
    this.#fail(call)
  }

  #fail(call: string): void {
    if (!this.failures.has(call)) return
    const failure = this.failures.get(call)
    this.failures.delete(call)
    throw failure
  }
}

function matching(state: State, { table, condition }: DeleteWhere, parameters: Parameters): StoredRow[] {
  const rows = [...tableIn(state, table.name).rows.values()]
  if (condition === undefined) return rows
  const passes = compileCondition(condition, columnsOfTable(table))
  return rows.filter((row) => passes(row, parameters))
}

function tableIn(state: State, name: string): StoredTable {
  const table = state.get(name)
  if (table === undefined)
    throw new HoldfastError('UNKNOWN_TABLE', `there is no table ${name}`, { table: name })
  return table
}

function identity(table: TableDefinition, key: Key): string {
  const types = table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!.type)
  return JSON.stringify(tupleIdentity(types)(key), (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
}

/** The ways in which an engine can do its part; what a user sees must not differ. */
export const engineKinds: readonly { readonly kind: string; readonly options: TestEngineOptions }[] = [
  { kind: 'only what is required', options: {} },
  { kind: 'with transactions', options: { begins: true, rowsPerBatch: 3 } },
  { kind: 'with transactions, taking all', options: { begins: true, takes: true, rowsPerBatch: 3 } },
]
