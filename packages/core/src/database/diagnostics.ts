import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import type { ErrorCode } from '../backend/errors.js'
import type { StatementEvent } from '../backend/types.js'
import { describePlan } from '../plan/index.js'
import type { Plan, PlanDescription } from '../plan/index.js'
import { isOurs } from './faults.js'

/** What one public call did. Holds no values, only their places. */
export interface DiagnosticEvent {
  /** The name of the open database. */
  readonly database: string
  /** The method that was called. */
  readonly verb: string
  readonly table?: string
  /** Of calls that read by a query: what the engines ran and what core did. */
  readonly plan?: PlanDescription
  /** The statements that the engine ran for this call, in order. */
  readonly sql: readonly string[]
  /** Rows returned or changed. */
  readonly rows: number
  readonly milliseconds: number
  /** Present when the call failed; an error that the caller's own code threw is `caller`. */
  readonly error?: ErrorCode | 'caller'
}

/** One public call while it runs. */
export interface Call {
  readonly verb: string
  readonly table?: string
  readonly signal?: AbortSignal | undefined
  /** Filled in by the call as it learns them. */
  rows?: number
  plan?: Plan
}

interface Recording {
  readonly sql: string[]
}

const holdfastChannel = channel('holdfast')

/** Tells listeners of a database about every call. */
export class Diagnostics {
  readonly #database: string
  readonly #listener: ((event: DiagnosticEvent) => void) | undefined
  /** Only used while somebody listens: says which call a statement belongs to. */
  readonly #recordings = new AsyncLocalStorage<Recording>()

  constructor(database: string, listener?: (event: DiagnosticEvent) => void) {
    this.#database = database
    this.#listener = listener
  }

  get listening(): boolean {
    return this.#listener !== undefined || holdfastChannel.hasSubscribers
  }

  /** Takes down a statement that an engine ran for the call that is under way. */
  statement(event: StatementEvent): void {
    this.#recordings.getStore()?.sql.push(event.sql)
  }

  /** Runs a call and reports it when it has ended. */
  async observe<Result>(call: Call, work: () => Promise<Result>): Promise<Result> {
    const observation = this.begin(call)
    try {
      const result = await observation.run(work)
      observation.end()
      return result
    } catch (error) {
      observation.end(error)
      throw error
    }
  }

  /** For calls that run in pieces, such as streams. */
  begin(call: Call): Observation {
    const recording: Recording = { sql: [] }
    const started = performance.now()
    let ended = false
    return {
      run: (work) => this.#recordings.run(recording, work),
      end: (...errors) => {
        if (ended) return
        ended = true
        const milliseconds = performance.now() - started
        this.#publish({
          database: this.#database,
          verb: call.verb,
          ...(call.table !== undefined && { table: call.table }),
          ...(call.plan !== undefined && { plan: describePlan(call.plan) }),
          sql: recording.sql,
          rows: call.rows ?? 0,
          milliseconds,
          ...(errors.length > 0 && { error: isOurs(errors[0]) ? errors[0].code : 'caller' }),
        })
      },
    }
  }

  #publish(event: DiagnosticEvent): void {
    try {
      this.#listener?.(event)
    } catch {
      // A listener must not be able to make a call fail that has succeeded.
    }
    holdfastChannel.publish(event)
  }
}

export interface Observation {
  /** Runs a piece of the call. */
  run<Result>(work: () => Result): Result
  /** Reports the call, once; with an argument as failed. */
  end(...errors: readonly [] | readonly [error: unknown]): void
}
