import { HoldfastError } from '@holdfast/core/backend'
import type {
  AppliedTable,
  Changes,
  DeleteWhere,
  Parameters,
  SqlResult,
  UpdateWhere,
  WriteResult,
} from '@holdfast/core/backend'
import { interruptible } from './access.js'
import type { TransactionAccess } from './access.js'
import type { Connection } from './connection.js'
import type { Connections } from './connections.js'
import { guarded } from './errors.js'
import { applyInTransaction, undo } from './writes/apply.js'
import type { WriteContext } from './writes/apply.js'
import { changeDirectly } from './writes/direct.js'
import { aroundForeignSql } from './writes/foreign-sql.js'
import { insertIntoFreeRange } from './writes/free-range.js'
import {
  deleteAtOnce,
  deleteOneByOne,
  updateAtOnce,
  updateOneByOne,
  updatesAtOnce,
} from './writes/matching.js'

/** How the writes of a session happen, each wholly or not at all. */
export interface Writing {
  write(changes: Changes): Promise<WriteResult>
  updateWhere(request: UpdateWhere, parameters: Parameters): Promise<number>
  deleteWhere(request: DeleteWhere, parameters: Parameters): Promise<number>
  /** Runs other work, such as a change of the schema, in a transaction. */
  run<Result>(work: Work<Result>, signal?: AbortSignal): Promise<Result>
  /** Runs one statement of the user's own. */
  runSql(work: Work<SqlResult>, effect: 'write' | 'schema', signal?: AbortSignal): Promise<SqlResult>
}

type Work<Result> = (connection: Connection) => Promise<Result>

/** A transaction sees what is there at its first read of a table: that is now. */
export const beginSql = 'BEGIN TRANSACTION; SELECT 1 FROM duckdb_schemas() LIMIT 0'

/** Every write in a transaction of its own, in its turn. */
export class SeparateWriting implements Writing {
  readonly #connections: Connections
  readonly #context: WriteContext
  readonly #timeout: number

  /** @param timeout milliseconds to wait at most for a transaction that writes */
  constructor(connections: Connections, context: WriteContext, timeout: number) {
    this.#connections = connections
    this.#context = context
    this.#timeout = timeout
  }

  async write(changes: Changes): Promise<WriteResult> {
    const { signal } = changes
    return this.#take(async (connection) => {
      const direct = await interruptible(
        connection,
        () => changeDirectly(connection, changes, this.#context),
        signal,
      )
      if (direct !== undefined) return direct
      return this.#bracket(connection, signal, async () => {
        const { result } = await applyInTransaction(connection, changes, this.#context)
        return result
      })
    }, signal)
  }

  updateWhere(request: UpdateWhere, parameters: Parameters): Promise<number> {
    const context = this.#context
    if (updatesAtOnce(request)) {
      return this.#statement((connection) => updateAtOnce(connection, request, parameters, context))
    }
    const apply = async (connection: Connection, changes: Changes) =>
      (await applyInTransaction(connection, changes, context)).result
    return this.run((connection) => updateOneByOne(connection, request, parameters, context, apply))
  }

  deleteWhere(request: DeleteWhere, parameters: Parameters): Promise<number> {
    return this.#statement((connection) => deleteAtOnce(connection, request, parameters, this.#context))
  }

  run<Result>(work: Work<Result>, signal?: AbortSignal): Promise<Result> {
    return this.#take((connection) => this.#bracket(connection, signal, () => work(connection)), signal)
  }

  runSql(work: Work<SqlResult>, effect: 'write' | 'schema', signal?: AbortSignal): Promise<SqlResult> {
    return this.#take(
      (connection) =>
        interruptible(
          connection,
          () => aroundForeignSql(connection, effect, this.#context, () => work(connection)),
          signal,
        ),
      signal,
    )
  }

  #take<Result>(work: Work<Result>, signal: AbortSignal | undefined): Promise<Result> {
    const protecting = async () => {
      try {
        return await this.#connections.use(work)
      } finally {
        this.#context.protect()
      }
    }
    return this.#context.writers.run(protecting, { timeout: this.#timeout, signal })
  }

  /** Runs work whose changes are made by one statement, which needs no transaction around it. */
  #statement<Result>(work: Work<Result>): Promise<Result> {
    return this.#take((connection) => guarded(() => work(connection)), undefined)
  }

  #bracket<Result>(
    connection: Connection,
    signal: AbortSignal | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const run = () => inTransaction(connection, work).catch(this.#undone)
    return interruptible(connection, run, signal)
  }

  readonly #undone = (error: unknown): never => {
    this.#context.keys.forgetWritten()
    throw error
  }
}

async function inTransaction<Result>(connection: Connection, work: () => Promise<Result>): Promise<Result> {
  await connection.begin('BEGIN TRANSACTION')
  try {
    const result = await work()
    await connection.end('COMMIT')
    return result
  } catch (error) {
    await connection.end('ROLLBACK').catch(() => undefined)
    throw error
  }
}

/** Writes inside an open transaction. */
export class TransactionWriting implements Writing {
  readonly #access: TransactionAccess
  readonly #context: WriteContext
  /** What was changed since each open savepoint, the outermost first: DuckDB has no savepoints of its own. */
  readonly #logs: AppliedTable[][] = []

  constructor(access: TransactionAccess, context: WriteContext) {
    this.#access = access
    this.#context = context
  }

  write(changes: Changes): Promise<WriteResult> {
    return this.run((connection) => this.#apply(connection, changes), changes.signal)
  }

  updateWhere(request: UpdateWhere, parameters: Parameters): Promise<number> {
    return this.run((connection) =>
      this.nested || !updatesAtOnce(request)
        ? updateOneByOne(connection, request, parameters, this.#context, this.#apply)
        : updateAtOnce(connection, request, parameters, this.#context),
    )
  }

  deleteWhere(request: DeleteWhere, parameters: Parameters): Promise<number> {
    return this.run((connection) =>
      this.nested
        ? deleteOneByOne(connection, request, parameters, this.#context, this.#apply)
        : deleteAtOnce(connection, request, parameters, this.#context),
    )
  }

  run<Result>(work: Work<Result>, signal?: AbortSignal): Promise<Result> {
    return this.#access.change(work, signal)
  }

  runSql(work: Work<SqlResult>, effect: 'write' | 'schema', signal?: AbortSignal): Promise<SqlResult> {
    if (this.nested) {
      throw new HoldfastError(
        'UNSUPPORTED',
        'DuckDB cannot undo SQL statements one by one: change data by SQL outside of nested transactions.',
      )
    }
    return this.run(
      (connection) => aroundForeignSql(connection, effect, this.#context, () => work(connection)),
      signal,
    )
  }

  /** Opens a savepoint; returns its depth. */
  openSavepoint(): number {
    return this.#logs.push([])
  }

  /** Keeps what was changed since the savepoint, and ends those opened after it. */
  release(depth: number): Promise<void> {
    return this.run(async () => {
      const changes = this.#logs.splice(depth - 1).flat()
      this.#logs.at(-1)?.push(...changes)
    })
  }

  rollBackTo(depth: number): Promise<void> {
    return this.run(async (connection) => {
      await undo(connection, this.#logs.splice(depth - 1).flat(), this.#context)
    })
  }

  /** Whether changes must be such that they can be undone. */
  get nested(): boolean {
    return this.#logs.length > 0
  }

  readonly #apply = async (connection: Connection, changes: Changes): Promise<WriteResult> => {
    // What a savepoint may have to undo must be known row by row.
    const inserted = this.nested ? undefined : await insertIntoFreeRange(connection, changes, this.#context)
    if (inserted !== undefined) return inserted
    const { result, tables } = await applyInTransaction(connection, changes, this.#context)
    this.#logs.at(-1)?.push(...tables)
    return result
  }
}
