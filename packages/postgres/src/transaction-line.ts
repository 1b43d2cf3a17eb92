import type { Batch, BeginOptions } from '@holdfast/core/backend'
import { HoldfastError, throwIfAborted } from '@holdfast/core/backend'
import type { Access, Run } from './access.js'
import { toHoldfastError } from './errors.js'
import type { BoundQuery } from './prepared.js'
import { batchSize } from './row-stream.js'
import { statementSavepoint, Unit } from './unit.js'
import type { Bracket } from './unit.js'
import { isOutdated } from './wire/exchange-error.js'
import type { Connection } from './wire/connection.js'
import { command } from './wire/step.js'
import type { Completion, Step } from './wire/step.js'
import { attempt } from './writing.js'
import type { WriteRequest, Writing } from './writing.js'

/**
 * The connection of a transaction: statements go one after the other, each in a savepoint, so that one that fails undoes
 * itself and nothing else. The transaction begins with its first statement, in the same round trip.
 */
export class TransactionLine implements Access, Writing {
  readonly #connection: Connection
  readonly #begin: Step
  #begun = false
  #last: Promise<unknown> = Promise.resolve()
  #portals = 0

  constructor(connection: Connection, options: Pick<BeginOptions, 'isolation' | 'readOnly'>) {
    this.#connection = connection
    const level = options.isolation === 'serializable' ? 'SERIALIZABLE' : 'REPEATABLE READ'
    this.#begin = command(`BEGIN ISOLATION LEVEL ${level}${options.readOnly ? ' READ ONLY' : ''}`)
  }

  read<Result>(work: (run: Run) => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    return this.#turn(async () => {
      throwIfAborted(signal)
      const run: Run = (steps) => this.#bracketed(steps, signal)
      try {
        return await work(run)
      } catch (error) {
        if (!isOutdated(error)) throw toHoldfastError(error)
      }
      this.#connection.forgetStatements()
      return await work(run)
    })
  }

  run<Result>(request: WriteRequest<Result>): Promise<Result> {
    return this.#turn(() => {
      throwIfAborted(request.signal)
      return attempt(
        this.#connection,
        () => new Unit(this.#connection, this.#bracket(), request.signal),
        request,
      )
    })
  }

  /** Through a portal: the connection is free between batches. */
  async *stream(query: BoundQuery, signal?: AbortSignal): AsyncGenerator<Batch, void, void> {
    const name = `holdfast_${++this.#portals}`
    try {
      for (let open = false; ; open = true) {
        const rows: Batch = []
        const step: Step = {
          text: query.sql,
          values: query.values,
          prepared: true,
          portal: { name, rows: batchSize, open },
          onBinaryRow: (bytes, at) => rows.push(query.decode(bytes, at)),
        }
        const [fetched] = await this.read((run) => run([step]), signal)
        if (rows.length > 0) yield rows
        if (fetched!.command !== '') return
      }
    } finally {
      this.#connection.closePortal(name)
    }
  }

  /** Statements that are no part of what the user asked for, such as those of savepoints. */
  control(steps: readonly Step[]): Promise<void> {
    return this.#turn(async () => {
      const before = this.#begun ? [] : [this.#begin]
      await this.#connection.run([...before, ...steps])
    })
  }

  /** To be called when tables may have changed. */
  forgetStatements(): void {
    this.#connection.forgetStatements()
  }

  async commit(): Promise<void> {
    await this.#turn(async () => {
      if (this.#connection.lost) await this.#connection.run([])
      if (!this.#begun) return
      const [end] = await this.#connection.run([command('COMMIT')])
      // A transaction that has failed is rolled back, whatever it is asked for.
      if (end?.command !== 'COMMIT')
        throw new HoldfastError('CONFLICT', 'The transaction had failed: nothing of it took effect.')
    })
  }

  async rollback(): Promise<void> {
    await this.#turn(async () => {
      if (this.#connection.lost) return
      if (this.#begun || this.#connection.inTransaction) await this.#connection.run([command('ROLLBACK')])
    })
  }

  async #bracketed(steps: readonly Step[], signal: AbortSignal | undefined): Promise<readonly Completion[]> {
    const unit = new Unit(this.#connection, this.#bracket(), signal)
    try {
      return await unit.run(steps, true)
    } catch (error) {
      await unit.undo()
      throw error
    } finally {
      this.#note()
    }
  }

  #bracket(): Bracket {
    if (this.#begun || this.#connection.inTransaction) return statementSavepoint
    return { ...statementSavepoint, open: [this.#begin, ...statementSavepoint.open] }
  }

  /** One after the other, in the order of asking. */
  #turn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(async () => {
      try {
        return await work()
      } catch (error) {
        throw toHoldfastError(error)
      } finally {
        this.#note()
      }
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Only the server knows whether the transaction has begun. */
  #note(): void {
    this.#begun ||= this.#connection.inTransaction
  }
}
