import { HoldfastError, throwIfAborted, uniqueViolation } from '@holdfast/core/backend'
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
  Session,
  SqlResult,
  SqlStatement,
  StoredRow,
  TableDefinition,
  UpdateWhere,
  WriteResult,
} from '@holdfast/core/backend'
import { compileDelete, compileUpdate } from '@holdfast/sql'
import type { Statement } from '@holdfast/sql'
import type { Access } from './access.js'
import type { Connection } from './connection.js'
import { hasResultCode } from './errors.js'
import { bindSlots, explainError } from './prepared.js'
import { Reading } from './reading.js'
import type { Queries } from './reading.js'
import { runSql } from './sql-door.js'
import type { Steps } from './steps.js'
import { applyChanges, isSingle } from './writes/changes.js'
import type { Writing } from './writing.js'

export interface SessionParts {
  readonly queries: Queries
  readonly access: Access
  /** Absent where nothing may be written. */
  readonly writing: Writing | undefined
}

/** What the engine and a transaction have in common: reads through one access, writes through one connection. */
export class SqliteSession implements Session {
  protected readonly queries: Queries
  protected readonly access: Access
  readonly #reading: Reading
  readonly #writing: Writing | undefined

  constructor({ queries, access, writing }: SessionParts) {
    this.queries = queries
    this.access = access
    this.#reading = new Reading(queries, access)
    this.#writing = writing
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
    throwIfAborted(changes.signal)
    return this.writing.run({
      work: (connection) => applyChanges(connection, changes),
      single: isSingle(changes),
      signal: changes.signal,
    })
  }

  updateWhere(request: UpdateWhere, parameters: Parameters): MaybePromise<number> {
    return this.#change(compileUpdate(request, this.queries.dialect), parameters, (error) =>
      uniqueIndexError(request, error),
    )
  }

  deleteWhere(request: DeleteWhere, parameters: Parameters): MaybePromise<number> {
    return this.#change(compileDelete(request, this.queries.dialect), parameters)
  }

  sql(statement: SqlStatement): MaybePromise<SqlResult> {
    return runSql(statement, this.access, () => this.writing, this.queries)
  }

  /** Where writes go; throws `READ_ONLY` where none do. */
  protected get writing(): Writing {
    if (this.#writing !== undefined) return this.#writing
    throw new HoldfastError('READ_ONLY', 'The database is open to read only.')
  }

  #change(
    statement: Statement | undefined,
    parameters: Parameters,
    mapError?: (error: unknown) => Error | undefined,
  ): MaybePromise<number> {
    if (statement === undefined) {
      throw new HoldfastError('INTERNAL', 'The engine was asked for a change that it does not take.')
    }
    const values = bindSlots(statement.parameters, parameters)
    const work = function* (connection: Connection): Steps<number> {
      try {
        return connection.run(statement.sql, ...values)
      } catch (error) {
        if (hasResultCode(error, 'SQLITE_BUSY')) throw error
        throw mapError?.(error) ?? explainError(error, statement.sql)
      }
    }
    return this.writing.run({ work, single: true })
  }
}

/** Which unique index refused an update, where only one can have. */
function uniqueIndexError({ table, set }: UpdateWhere, error: unknown): Error | undefined {
  if (!hasResultCode(error, 'SQLITE_CONSTRAINT_UNIQUE')) return undefined
  const changed = new Set(set.map(({ name }) => name))
  const touched = table.indexes.filter(({ unique, columns }) => unique && columns.some((name) => changed.has(name)))
  const [only, second] = touched
  return only !== undefined && second === undefined ? uniqueViolation(table, only) : undefined
}
