import { HoldfastError } from '../backend/errors.js'
import { relationToJson } from '../relation/index.js'
import type { AggregateNode, Relation } from '../relation/index.js'
import type { Prepared } from '../plan/index.js'
import type { StoredRow } from '../schema/types.js'
import type { Call } from './diagnostics.js'
import { explain } from './explain.js'
import { exportFile } from './files/export-file.js'
import { fileOptions, fileReference } from './files/file-options.js'
import type { ExportOptions, FileResult } from './files/file-types.js'
import { abortSignal, anyText, flag, readCallOptions, readOptions, refuse, wholeNumber } from './options.js'
import type { CallOptions, OptionReaders } from './options.js'
import { readPage } from './page.js'
import { collect, decoderFor } from './query-run.js'
import { answerOf, relationOf } from './query-state.js'
import type { QueryState } from './query-state.js'
import type {
  ExplainOptions,
  Explanation,
  Page,
  PageOptions,
  QueryStatistics,
  RowOfSources,
  RowStream,
  RunResult,
  Sources,
} from './query-types.js'
import { ownRelation } from './read-relation.js'
import { BatchStream, SingleRowStream } from './stream.js'

const pageOptions: OptionReaders<PageOptions> = {
  signal: abortSignal,
  size: wholeNumber(1, 1_000_000),
  after: anyText,
}
const exportOptions: OptionReaders<ExportOptions> = { ...fileOptions, overwrite: flag }
const explainOptions: OptionReaders<ExplainOptions> = { signal: abortSignal, analyze: flag }

/** Everything that runs a query. Nothing is planned before it is needed, and then only once. */
export abstract class QueryRunning<S extends Sources> {
  #prepared: Prepared | undefined

  protected abstract get state(): QueryState

  /** The state of a query or table handle. */
  protected static stateOf(value: unknown, where: string): QueryState {
    // Unlike instanceof, this asks nothing of a proxy.
    if (typeof value === 'object' && value !== null && #prepared in value) return value.state
    throw refuse(where, 'a table handle or a query', value)
  }

  get relation(): Relation {
    return ownRelation(answerOf(this.state))
  }

  toJSON(): object {
    return relationToJson(this.relation)
  }

  async all(options?: CallOptions): Promise<RowOfSources<S>[]> {
    const call = this.#call('all', options)
    return this.state.runner.perform(call, this.state.rows, () => this.#rows(this.#prepare(), call))
  }

  async first(options?: CallOptions): Promise<RowOfSources<S> | undefined> {
    const call = this.#call('first', options)
    return this.state.runner.perform(call, this.state.rows, async () => (await this.#atMost(1, call))[0])
  }

  async one(options?: CallOptions): Promise<RowOfSources<S>> {
    const call = this.#call('one', options)
    return this.state.runner.perform(call, this.state.rows, async () => {
      const [row, another] = await this.#atMost(2, call)
      if (row === undefined)
        throw new HoldfastError('NOT_FOUND', 'The query has no row where exactly one is needed.')
      if (another === undefined) return row
      throw new HoldfastError('LIMIT_EXCEEDED', 'The query has several rows where exactly one is needed.')
    })
  }

  stream(options?: CallOptions): RowStream<RowOfSources<S>> {
    return new SingleRowStream(this.#batches('stream', options))
  }

  batches(options?: CallOptions): RowStream<RowOfSources<S>[]> {
    return this.#batches('batches', options)
  }

  async page(options: PageOptions): Promise<Page<RowOfSources<S>>> {
    const { signal, size, after } = readOptions<PageOptions>(options, pageOptions)
    if (size === undefined) throw refuse('options.size', 'the number of rows of a page', size)
    const call = this.#call('page', signal && { signal })
    return this.state.runner.perform(call, this.state.rows, async () => {
      const page = await readPage(this.state.runner, answerOf(this.state), { size, after }, call)
      call.rows = page.rows.length
      return page as Page<RowOfSources<S>>
    })
  }

  async count(options?: CallOptions): Promise<number> {
    const call = this.#call('count', options)
    return this.state.runner.perform(call, this.state.rows, async () => {
      const [row] = await this.state.runner.storedRows(countOf(this.state), call)
      call.rows = 1
      return Number(row?.[countName])
    })
  }

  async exists(options?: CallOptions): Promise<boolean> {
    const call = this.#call('exists', options)
    return this.state.runner.perform(call, this.state.rows, async () => {
      const rows = await this.state.runner.storedRows(relationOf(atMost(this.state, 1)), call)
      return rows.length > 0
    })
  }

  async run(options?: CallOptions): Promise<RunResult<RowOfSources<S>>> {
    const call = this.#call('run', options)
    return this.state.runner.perform(call, this.state.rows, () => this.#run(call))
  }

  async explain(options?: ExplainOptions): Promise<Explanation> {
    const { signal, analyze = false } = readOptions<ExplainOptions>(options, explainOptions)
    const call = this.#call('explain', signal && { signal })
    return this.state.runner.perform(call, this.state.rows, async () => {
      const explanation = await explain(this.state.runner, this.#prepare(), call)
      return analyze ? { ...explanation, stats: (await this.#run(call)).stats } : explanation
    })
  }

  async exportFile(path: string, options?: ExportOptions): Promise<FileResult> {
    const { overwrite = false, ...rest } = readOptions<ExportOptions>(options, exportOptions)
    const file = fileReference(path, rest)
    const call = this.#call('exportFile', rest.signal && { signal: rest.signal })
    return this.state.runner.perform(call, this.state.rows, async () => {
      return { rows: await exportFile(this.state.runner, this.#prepare(), file, overwrite, call) }
    })
  }

  #call(verb: string, options: CallOptions | undefined): Call {
    const { signal } = readCallOptions(options)
    const table = tableOf(this.state.rows)
    return { verb, signal, ...(table !== undefined && { table }) }
  }

  #prepare(): Prepared {
    return (this.#prepared ??= this.state.runner.prepare(answerOf(this.state)))
  }

  async #rows(prepared: Prepared, call: Call): Promise<RowOfSources<S>[]> {
    const { batches } = this.state.runner.start(prepared, call, true)
    const rows = await collect(batches, decoderFor(prepared.columns))
    call.rows = rows.length
    return rows as StoredRow[] & RowOfSources<S>[]
  }

  #atMost(count: number, call: Call): Promise<RowOfSources<S>[]> {
    return this.#rows(this.state.runner.prepare(answerOf(atMost(this.state, count))), call)
  }

  async #run(call: Call): Promise<RunResult<RowOfSources<S>>> {
    const started = performance.now()
    const prepared = this.#prepare()
    const { batches, counters } = this.state.runner.start(prepared, call, true)
    const rows = await collect(batches, decoderFor(prepared.columns))
    call.rows = rows.length
    const { rowsFetched, nodesTaken, nodes, spilledBytes } = counters
    const stats: QueryStatistics = {
      rowsFetched,
      nodesTaken,
      nodes,
      spilledBytes,
      milliseconds: performance.now() - started,
    }
    return { rows: rows as StoredRow[] & RowOfSources<S>[], stats }
  }

  #batches(verb: string, options: CallOptions | undefined): BatchStream<RowOfSources<S>> {
    const call = this.#call(verb, options)
    return new BatchStream(this.state.runner.scopes, call, () => {
      const { runner, rows } = this.state
      const prepared = this.#prepare()
      return runner.withTablesOf(rows, () => {
        const { batches } = runner.start(prepared, call, false)
        return { batches, decode: decoderFor(prepared.columns) }
      })
    })
  }
}

const countName = 'rows'

/** Counting needs neither the order nor unambiguous names. */
function countOf(state: QueryState): AggregateNode {
  const hasRange = state.count !== undefined || state.offset !== undefined
  const input = relationOf(hasRange ? state : { ...state, terms: [] })
  return { node: 'aggregate', input, groups: [], aggregates: [{ name: countName, function: 'count' }] }
}

function atMost(state: QueryState, count: number): QueryState {
  return state.count !== undefined && state.count <= count ? state : { ...state, count }
}

/** The table that a query is about, for diagnostics. */
function tableOf(relation: Relation): string | undefined {
  if (relation.node === 'scan') return relation.table.name
  return relation.node === 'join' ? undefined : tableOf(relation.input)
}
