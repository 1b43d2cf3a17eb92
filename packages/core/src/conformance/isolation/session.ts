import type { Database, Transaction, TransactionOptions } from '../../database/database-types.js'
import { outcomeOf } from '../report/expect.js'
import type { Outcome } from '../report/expect.js'
import type { Action, Cells } from './scripts/script.js'

/** How a session's transaction ended. */
export type Ending = 'committed' | 'undone' | { readonly refused: unknown }

/** What sessions share: who is inside a transaction, and how many there were at once. */
export class Floor {
  readonly #inside = new Set<Session>()
  #most = 0

  /** The most transactions that were open at the same time. */
  get most(): number {
    return this.#most
  }

  /** Whether a transaction is open that may write. */
  get hasWriter(): boolean {
    return [...this.#inside].some(({ readOnly }) => !readOnly)
  }

  enter(session: Session): void {
    this.#inside.add(session)
    this.#most = Math.max(this.#most, this.#inside.size)
  }

  leave(session: Session): void {
    this.#inside.delete(session)
  }
}

/**
 * One transaction, led from outside: its steps are asked for one after another and are carried out in turn, each as soon as
 * the one before it has ended. A step that fails undoes the transaction, as it would in the callback of a program.
 */
export class Session {
  readonly readOnly: boolean
  readonly reads: Cells[] = []
  readonly #end = Promise.withResolvers<'commit' | 'rollback'>()
  readonly #ended: Promise<Ending>
  #last: Promise<Transaction | undefined>
  #failure: Outcome<never> | undefined
  #ending: Ending | undefined

  constructor(database: Database, options: TransactionOptions, floor: Floor) {
    this.readOnly = options.readOnly === true
    const begun = Promise.withResolvers<Transaction>()
    const transaction = database.transaction(async (inside) => {
      floor.enter(this)
      begun.resolve(inside)
      const end = await this.#end.promise
      // Not when the end is acknowledged: an engine that makes others wait lets them in a moment before.
      floor.leave(this)
      if (end === 'rollback') throw new Undone()
    }, options)
    this.#ended = this.#whenEnded(transaction)
    this.#last = Promise.race([begun.promise, this.#ended.then(() => undefined)])
  }

  /** Resolves when all steps that were asked for have ended. */
  get idle(): Promise<unknown> {
    return this.#last
  }

  /** How it ended; undefined while it is open. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  /** Asks for a step. */
  ask(action: Action): void {
    this.#last = this.#last.then(async (transaction) => {
      if (transaction === undefined || this.#ending !== undefined) return undefined
      await this.#carryOut(action, transaction)
      return transaction
    })
  }

  /** Asks for the end, if it was not asked for. */
  async finish(): Promise<Ending> {
    await this.#last
    this.#end.resolve('rollback')
    return this.#ended
  }

  async #carryOut(action: Action, transaction: Transaction): Promise<void> {
    if (action.kind !== 'call') return this.#endWith(action.kind)
    const outcome = await outcomeOf(() => action.run(transaction))
    if (outcome.kind === 'error') {
      this.#failure = outcome
      await this.#endWith('rollback')
    } else if (outcome.value !== undefined) {
      this.reads.push(outcome.value)
    }
  }

  async #endWith(end: 'commit' | 'rollback'): Promise<void> {
    this.#end.resolve(end)
    await this.#ended
  }

  async #whenEnded(transaction: Promise<void>): Promise<Ending> {
    const outcome = await outcomeOf(() => transaction)
    const failure = this.#failure ?? outcome
    this.#ending =
      failure.kind === 'value'
        ? 'committed'
        : failure.error instanceof Undone
          ? 'undone'
          : { refused: failure.error }
    return this.#ending
  }
}

/** Thrown to undo a transaction on purpose. */
class Undone extends Error {}
