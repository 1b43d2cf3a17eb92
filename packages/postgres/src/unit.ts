import type { Connection } from './wire/connection.js'
import { ExchangeError } from './wire/exchange-error.js'
import { command } from './wire/step.js'
import type { Completion, Step } from './wire/step.js'

/** The statements around a write of several round trips, so that it happens wholly or not at all. */
export interface Bracket {
  readonly open: readonly Step[]
  readonly close: readonly Step[]
  readonly undo: readonly Step[]
  /** Whether one exchange needs none of them, because it is wholly done or undone by itself. */
  readonly implicit: boolean
}

/** Writes outside of transactions: a lone write must not fail because of others, as it would in a snapshot. */
export const ownTransaction: Bracket = {
  open: [command('BEGIN ISOLATION LEVEL READ COMMITTED')],
  close: [command('COMMIT')],
  undo: [command('ROLLBACK')],
  implicit: true,
}

/** Statements of a transaction: one that fails would else take the whole transaction with it. */
export const statementSavepoint: Bracket = {
  open: [command('SAVEPOINT holdfast_statement')],
  close: [command('RELEASE SAVEPOINT holdfast_statement')],
  undo: [
    command('ROLLBACK TO SAVEPOINT holdfast_statement'),
    command('RELEASE SAVEPOINT holdfast_statement'),
  ],
  implicit: false,
}

/** Statements that are done wholly or not at all. Those around them travel with them: they cost no round trip. */
export class Unit {
  readonly #connection: Connection
  readonly #bracket: Bracket
  readonly #signal: AbortSignal | undefined
  #state: 'new' | 'open' | 'closed' = 'new'
  #prefix: readonly Step[] = []

  constructor(connection: Connection, bracket: Bracket, signal: AbortSignal | undefined) {
    this.#connection = connection
    this.#bracket = bracket
    this.#signal = signal
  }

  /** Whether nothing has been done yet. */
  get isNew(): boolean {
    return this.#state === 'new'
  }

  /** Whether something has been done that is neither final nor undone. */
  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Has statements travel with the first ones. */
  prefix(steps: readonly Step[]): void {
    this.#prefix = steps
  }

  /**
   * Runs statements in one round trip.
   *
   * @param last whether nothing follows
   */
  run(steps: readonly Step[], last = false): Promise<readonly Completion[]> {
    const isAlone = this.#state === 'new' && last && this.#bracket.implicit && this.#prefix.length === 0
    if (!isAlone) return this.#runBracketed(steps, last)
    this.#state = 'closed'
    return this.#connection.run(steps, this.#signal)
  }

  async #runBracketed(steps: readonly Step[], last: boolean): Promise<readonly Completion[]> {
    const { open, close } = this.#bracket
    const before = this.#state === 'new' ? [...open, ...this.#prefix] : []
    const after = last ? close : []
    this.#state = 'open'
    const completions = await this.#run(before, [...steps, ...after])
    if (last) this.#state = 'closed'
    return completions.slice(before.length, before.length + steps.length)
  }

  /** An error counts the statements that were asked for only. */
  async #run(before: readonly Step[], steps: readonly Step[]): Promise<readonly Completion[]> {
    try {
      return await this.#connection.run([...before, ...steps], this.#signal)
    } catch (error) {
      throw error instanceof ExchangeError ? error.without(before.length) : error
    }
  }

  /** Ends what nothing marked as the last. */
  async finish(): Promise<void> {
    if (this.#state !== 'open') return
    await this.#connection.run(this.#bracket.close)
    this.#state = 'closed'
  }

  /** Undoes everything. What cannot be undone ends with its connection. */
  async undo(): Promise<void> {
    if (this.#state !== 'open' || this.#connection.lost) return
    this.#state = 'closed'
    try {
      await this.#connection.run(this.#bracket.undo)
    } catch {
      this.#connection.destroy()
    }
  }
}
