import { HoldfastError } from '@holdfast/core/backend'
import type { MaybePromise } from '@holdfast/core/backend'
import { SharedAccess } from './access.js'
import type { Connection } from './connection.js'
import { toHoldfastError } from './errors.js'
import type { WriteQueue } from './write-queue.js'

/**
 * Watches over a transaction that has begun. After some failures (no space left, `on conflict rollback`, a trigger's
 * `raise(rollback)`) SQLite undoes all of it by itself, and what came next would take effect on its own.
 */
export class TransactionGuard {
  readonly #connection: Connection
  #cause: HoldfastError | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** @throws HoldfastError `TRANSACTION_CLOSED` when SQLite has undone the transaction, with the failure that did it */
  check(): void {
    if (!this.#connection.database.inTransaction) throw undone(this.#cause)
  }

  /** Is told of every failure: the one after which the transaction is gone is the cause. */
  failed(error: unknown): void {
    if (this.#connection.database.inTransaction) return
    this.#cause ??= toHoldfastError(error)
  }

  /** Does one step of the transaction, if it still goes on. */
  run<Result>(step: () => Result): Result {
    this.check()
    try {
      return step()
    } catch (error) {
      this.failed(error)
      throw error
    }
  }
}

function undone(cause: HoldfastError | undefined): HoldfastError {
  const reason = cause === undefined ? '' : ` after a failure (${cause.code}: ${cause.message})`
  return new HoldfastError(
    'TRANSACTION_CLOSED',
    `SQLite has undone the whole transaction${reason}. Nothing of it is stored: begin it again.`,
    { cause },
  )
}

/** The reads of a transaction, as long as it goes on. */
export class TransactionAccess extends SharedAccess {
  readonly #guard: TransactionGuard

  constructor(connection: Connection, turns: WriteQueue, timeout: number, guard: TransactionGuard) {
    super(connection, turns, timeout)
    this.#guard = guard
  }

  override get ready(): Connection | undefined {
    this.#guard.check()
    return super.ready
  }

  override read<Result>(
    work: (connection: Connection) => Result,
    signal?: AbortSignal,
  ): MaybePromise<Result> {
    return super.read((connection) => this.#guard.run(() => work(connection)), signal)
  }
}
