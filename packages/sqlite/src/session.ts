import { openToReadOnly, throwIfAborted, uniqueViolation } from '@holdfast/core/backend'
import type {
  Batches,
  Changes,
  DeleteWhere,
  Key,
  MaybePromise,
  Parameters,
  Relation,
  RunOptions,
  Scan,
  Search,
  Session,
  SqlResult,
  SqlStatement,
  StoredRow,
  TableDefinition,
  UpdateWhere,
  WriteResult,
} from '@holdfast/core/backend'
import { bindSlots, compileDelete, compileUpdate, taken } from '@holdfast/sql'
import type { Statement } from '@holdfast/sql'
import type { Access } from './access.js'
import type { Connection } from './connection.js'
import { hasResultCode } from './errors.js'
import { explained } from './prepared.js'
import { Reading } from './reading.js'
import type { Queries } from './queries.js'
import { makeTextIndex, searchKeys } from './search/search.js'
import type { TextIndex } from './search/text-index.js'
import { runSql } from './sql-door.js'
import type { ReadsApart } from './threads/reads-apart.js'
import type { ChangingStatement } from './threads/writes-apart.js'
import { applyChanges, applyToRow, onlyRow, rowsOf } from './writes/changes.js'
import type { Writing } from './writing.js'

export interface SessionParts {
  readonly queries: Queries
  readonly access: Access
  /** Absent where nothing may be written. */
  readonly writing: Writing | undefined
  /** Where reads may go that take long, if there is such a place. */
  readonly apart?: ReadsApart | undefined
}

/** What the engine and a transaction have in common: reads through one access, writes through one connection. */
export class SqliteSession implements Session {
  protected readonly queries: Queries
  protected readonly access: Access
  readonly #reading: Reading
  readonly #apart: ReadsApart | undefined
  readonly #writing: Writing | undefined

  constructor({ queries, access, writing, apart }: SessionParts) {
    this.queries = queries
    this.access = access
    this.#reading = new Reading(queries, access, apart)
    this.#writing = writing
    this.#apart = apart
  }

  get(table: TableDefinition, key: Key): MaybePromise<StoredRow | undefined> {
    return this.#reading.get(table, key)
  }

  scan(request: Scan): Batches {
    return this.#reading.scan(request)
  }

  run(relation: Relation, parameters: Parameters, options: RunOptions): Batches {
    return this.#reading.run(relation, parameters, options)
  }

  write(changes: Changes): MaybePromise<WriteResult> {
    const { signal } = changes
    throwIfAborted(signal)
    const row = onlyRow(changes)
    if (row !== undefined) return this.writeRow((connection) => applyToRow(connection, row), signal)
    return this.writeRows(changes)
  }

  updateWhere(request: UpdateWhere, parameters: Parameters): MaybePromise<number> {
    return this.#change(
      request.table,
      taken(compileUpdate(request, this.queries.dialect)),
      parameters,
      (error) => uniqueIndexError(request, error),
    )
  }

  deleteWhere(request: DeleteWhere, parameters: Parameters): MaybePromise<number> {
    return this.#change(request.table, taken(compileDelete(request, this.queries.dialect)), parameters)
  }

  sql(statement: SqlStatement): MaybePromise<SqlResult> {
    return runSql(statement, this.access, () => this.writing, this.queries, this.#apart)
  }

  search(request: Search): MaybePromise<readonly Key[]> {
    return searchKeys(request, this.access, (index) => this.makeTextIndex(index), this.queries)
  }

  /** Where writes go; throws `READ_ONLY` where none do. */
  protected get writing(): Writing {
    if (this.#writing !== undefined) return this.#writing
    throw openToReadOnly()
  }

  /** Writes one row. */
  protected writeRow<Result>(
    work: (connection: Connection) => Result,
    signal?: AbortSignal,
  ): MaybePromise<Result> {
    return this.writing.one(work, signal)
  }

  /** Writes several rows. */
  protected writeRows({ changes, signal }: Changes): MaybePromise<WriteResult> {
    return this.writing.many((connection) => applyChanges(connection, changes), rowsOf(changes), signal)
  }

  /** Runs a statement that changes rows; says how many. */
  protected changeWhere(
    { sql, tables }: ChangingStatement,
    values: readonly unknown[],
    mapError?: MapError,
  ): MaybePromise<number> {
    return this.writing.one((connection) =>
      explained(connection, { sql, tables }, () => {
        try {
          return connection.run(sql, ...values)
        } catch (error) {
          throw mapError?.(error) ?? error
        }
      }),
    )
  }

  protected async makeTextIndex(index: TextIndex): Promise<void> {
    await makeTextIndex(index, this.writing)
  }

  #change(
    { name }: TableDefinition,
    { sql, parameters: slots }: Statement,
    parameters: Parameters,
    mapError?: MapError,
  ): MaybePromise<number> {
    return this.changeWhere({ sql, tables: [name] }, bindSlots(slots, parameters), mapError)
  }
}

/** What an error of the driver means, where more is known of it than its code. */
export type MapError = (error: unknown) => Error | undefined

/** Which unique index refused an update, where only one can have. */
function uniqueIndexError({ table, set }: UpdateWhere, error: unknown): Error | undefined {
  if (!hasResultCode(error, 'SQLITE_CONSTRAINT_UNIQUE')) return undefined
  const changed = new Set(set.map(({ name }) => name))
  const touched = table.indexes.filter(
    ({ unique, columns }) => unique && columns.some((name) => changed.has(name)),
  )
  const [only, second] = touched
  return only !== undefined && second === undefined ? uniqueViolation(table, only) : undefined
}
