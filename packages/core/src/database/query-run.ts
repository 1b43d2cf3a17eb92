import type { Batches, MaybePromise, Parameters } from '../backend/types.js'
import { HoldfastError } from '../backend/errors.js'
import { inputsOf } from '../evaluate/evaluate.js'
import { execute } from '../plan/index.js'
import type { Execution, PlanDatabase, PlanEnvironment, Planner, Prepared } from '../plan/index.js'
import { compileRowDecoder } from '../schema/row-decoder.js'
import type { Relation, RelationColumns, ScanNode } from '../relation/index.js'
import type { StoredRow } from '../schema/types.js'
import type { Call } from './diagnostics.js'
import { requireFiles } from './files/file-table.js'
import type { Scope } from './scope.js'

type Decode = ((row: StoredRow) => Record<string, unknown>) | undefined

const runners = new WeakMap<Scope, QueryRunner>()

/** What runs the queries of one database or transaction. */
export function runnerOf(scope: Scope): QueryRunner {
  let runner = runners.get(scope)
  if (runner === undefined) runners.set(scope, (runner = new QueryRunner([scope])))
  return runner
}

/** Where queries are planned and run: one open database, or several that meet in a query. */
export class QueryRunner implements PlanEnvironment {
  /** Of databases with different names. The first one tells its listeners. */
  readonly scopes: readonly Scope[]
  readonly first: Scope
  readonly #planner: Planner

  constructor(scopes: readonly [Scope, ...Scope[]]) {
    this.scopes = scopes
    this.first = scopes[0]
    this.#planner = this.first.connection.planner
  }

  session(database: string): PlanDatabase {
    for (const scope of this.scopes) if (scope.connection.name === database) return scope.planDatabase
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `The query names a database "${database}" that it was not opened with.`,
    )
  }

  /** What runs queries that read through both. */
  with(other: QueryRunner): QueryRunner {
    const added = other.scopes.filter((scope) => !this.scopes.includes(scope))
    for (const scope of added) {
      const { name } = scope.connection
      const namesake = this.scopes.find(({ connection }) => connection.name === name)
      if (namesake !== undefined) throw otherScope(name, scope, namesake)
    }
    return added.length === 0 ? this : new QueryRunner([this.first, ...this.scopes.slice(1), ...added])
  }

  prepare(relation: Relation): Prepared {
    return this.#planner.prepare(relation, this)
  }

  /** The relation without its values, shared by all of its shape, and the values. */
  parameterize(relation: Relation): { readonly relation: Relation; readonly parameters: Parameters } {
    return this.#planner.parameterize(relation)
  }

  start(prepared: Prepared, call: Call, whole: boolean): Execution {
    call.plan = prepared.plan
    const { signal } = call
    const { work } = this.first.connection
    return execute(prepared, this, { whole, work, ...(signal && { signal }) })
  }

  /** Runs a whole public call over all the databases of the query. */
  perform<Result>(call: Call, relation: Relation, work: () => Promise<Result>): Promise<Result> {
    return this.first.perform(call, () =>
      trackAll(this.scopes.slice(1), async () => this.withTablesOf(relation, work)),
    )
  }

  /** Runs work on a relation whose tables are what the engines have: see `Scope.withTables`. */
  withTablesOf<Result>(relation: Relation, work: () => MaybePromise<Result>): MaybePromise<Result> {
    const scans = scansOf(relation)
    return this.scopes.reduceRight<() => MaybePromise<Result>>((inner, scope) => {
      const { name } = scope.connection
      const tables = scans.filter(({ database }) => database === name).map(({ table }) => table)
      for (const { file } of tables) if (file !== undefined) requireFiles(scope.connection, 'query', file)
      return () =>
        scope.withTables(
          tables.filter(({ file }) => file === undefined),
          inner,
        )
    }, work)()
  }

  /** All stored rows of a relation. */
  async storedRows(relation: Relation, call: Call): Promise<StoredRow[]> {
    return collect(this.start(this.prepare(relation), call, true).batches, undefined)
  }
}

function scansOf(relation: Relation): readonly ScanNode[] {
  if (relation.node === 'scan') return [relation]
  return inputsOf(relation).flatMap(scansOf)
}

/** Runs work that the end of each of these scopes waits for. */
export function trackAll<Result>(scopes: readonly Scope[], work: () => Promise<Result>): Promise<Result> {
  const [first, ...rest] = scopes
  return first === undefined ? work() : first.track(() => trackAll(rest, work))
}

function otherScope(name: string, one: Scope, other: Scope): HoldfastError {
  if (one.connection === other.connection) {
    return new HoldfastError(
      'TRANSACTION_MISUSE',
      'The sides of the join belong to different transactions: take both from the handle of one.',
    )
  }
  return new HoldfastError(
    'INVALID_ARGUMENT',
    `Two different databases of the join are both named "${name}": open one of them with another name.`,
  )
}

/** All rows as one array, which is the engine's own where it answered with one batch. */
export async function collect(batches: Batches, decode: Decode): Promise<StoredRow[]> {
  let rows: StoredRow[] | undefined
  const take = (batch: StoredRow[]) => {
    if (decode !== undefined) for (const row of batch) decode(row)
    if (rows === undefined) rows = batch
    else for (const row of batch) rows.push(row)
  }
  if (Symbol.iterator in batches) for (const batch of batches) take(batch)
  else for await (const batch of batches) take(batch)
  return rows ?? []
}

const decoders = new WeakMap<RelationColumns, { readonly decode: Decode }>()

/** How rows of these columns become the user's, in place. */
export function decoderFor(columns: RelationColumns): Decode {
  let known = decoders.get(columns)
  if (known === undefined) decoders.set(columns, (known = { decode: compileRowDecoder(columns) }))
  return known.decode
}
